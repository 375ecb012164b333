"""Emoji under messages: what is said of each, and giving or taking one back by a plain form."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rooms.protocol import MessageFrame, Reaction
from rooms.services.reactions import react as give
from rooms.services.reactions import take_reaction_back
from rooms.views.access import place_of

# What is offered at once; the rest is behind "more".
QUICK = ("👍", "❤️", "😂", "🎉", "😮", "😢")
# So many are named; the others are counted.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """An emoji under a message; `label` is what a screen reader says of it: "👍 2, you and Finn"."""

    emoji: str
    count: int
    mine: bool
    label: str


@login_required
@require_POST
def react(request: HttpRequest, slug: str, message_id: str) -> HttpResponse:
    """`/rooms/<slug>/messages/<id>/react/`: gives the emoji in `react`, takes that in `unreact` back."""
    place = place_of(request, slug)
    emoji = request.POST.get("unreact") or request.POST.get("react", "")
    change = take_reaction_back if "unreact" in request.POST else give
    change(
        person=place.person,
        room_public_id=place.room.public_id,
        message_public_id=message_id,
        emoji=emoji.strip(),
    )
    return redirect("rooms:message", slug, message_id)


def shown(frame: MessageFrame, reader: str) -> tuple[Shown, ...]:
    """The emoji under this message, as `reader` (a public id) is told of them."""
    return tuple(
        Shown(one.emoji, one.count, one.yours, f"{one.emoji} {one.count}, {_people(one, reader)}")
        for one in frame.reactions
    )


def _people(reaction: Reaction, reader: str) -> str:
    """Who gave it, "you, Finn and 2 others": js/reactions.js says the same."""
    names = [_("you")] if reaction.yours else []
    names += [person.name for person in reaction.people if person.id != reader]
    named, others = names[:_NAMED], reaction.count - min(len(names), _NAMED)
    if others:
        named.append(ngettext("%(count)s other", "%(count)s others", others) % {"count": others})
    return _listed(named)


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    return _("%(some)s and %(last)s") % {"some": ", ".join(words[:-1]), "last": words[-1]}
