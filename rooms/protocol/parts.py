"""Parts of frames from the server: people, quotes, reactions."""

import msgspec


class Author(msgspec.Struct, forbid_unknown_fields=True):
    """Who wrote a message, as others see them."""

    id: str
    name: str
    initials: str
    hue: int
    badge: str = ""


class Quote(msgspec.Struct, forbid_unknown_fields=True):
    """The message that is answered: an excerpt, present only where this viewer may read it."""

    id: str
    author: str = ""
    excerpt: str = ""


class Reactor(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who answered with an emoji."""

    id: str
    name: str


class Reaction(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An emoji under a message: how many gave it, the first of them, and whether one did so oneself."""

    emoji: str
    count: int
    people: list[Reactor] = []
    yours: bool = False
