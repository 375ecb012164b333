"""What the states pages show: people, messages, rooms and cases that never were."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.avatars import hue_of, initials_of
from rooms.protocol import Author, MessageFrame, Quote, Reason, Tombstone

AT = dt.datetime(2026, 11, 21, 14, 2, tzinfo=dt.UTC)
QUESTION = "Has anyone done the tides question? I get high water at the wrong time."


@dataclass(frozen=True)
class Row:
    """A message as a page shows it: what the socket would bring, and what the page adds."""

    message: Any
    continued: bool = False
    own: bool = False
    reason: str = ""
    why_href: str = ""
    object_href: str = ""
    reactions: tuple[dict[str, Any], ...] = ()


def author(name: str, badge: str = "") -> Author:
    return Author(id=name, name=name, initials=initials_of(name), hue=hue_of(name), badge=badge)


def said(name: str, text: str, *, minute: int, badge: str = "", **facts: Any) -> MessageFrame:
    values: dict[str, Any] = {"state": "visible"} | facts
    return MessageFrame(
        room="room",
        id=f"{name}-{minute}".replace(" ", ""),
        position=minute,
        revision=minute,
        author=author(name, badge),
        html=f"<p>{text}</p>",
        sent_at=AT + dt.timedelta(minutes=minute),
        **values,
    )


def conversation() -> list[Row]:
    """What everybody sees: grouped, answered, edited, with reactions, from right to left."""
    quote = Quote(id="Mina-0", author="Mina", excerpt=QUESTION)
    thumbs = ({"emoji": "👍", "label": "👍 3, you and 2 others", "count": 3, "mine": True},)
    return [
        Row(said("Mina", QUESTION, minute=0)),
        Row(said("Mina", "My table says 14:20, the harbour says 15:10.", minute=1), continued=True),
        Row(said("Tomás", "Add 50 minutes for the moon.", minute=3, badge="host", quote=quote)),
        Row(
            said("Priya", '<span class="mention">@you</span> did it last year.', minute=4, mentions_you=True)
        ),
        Row(said("Ola", "<code>=A2+50/1440</code>", minute=7, edited_at=AT), reactions=thumbs),
        Row(said("Ola", "An answer to something gone.", minute=8, quote=Quote(id="gone"))),
        Row(said("Mina", "نعم، هذا يعمل. شكرا!", minute=9)),
    ]


def tombstones() -> list[Tombstone]:
    """What nobody may read any more."""
    reasons: tuple[Reason, ...] = ("hidden", "deleted")
    return [
        Tombstone(room="room", id=reason, position=at, revision=at, reason=reason)
        for at, reason in enumerate(reasons, 20)
    ]


def own_messages() -> list[Row]:
    """What only the author sees."""
    return [
        Row(said("You", "On its way.", minute=10, state="sending"), own=True),
        Row(said("You", "Being checked.", minute=11, state="checking"), own=True, continued=True),
        Row(said("You", "A link to a shop.", minute=12, state="held"), own=True, why_href="#why"),
        Row(
            said("You", "Something unkind.", minute=13, state="hidden"),
            own=True,
            reason="harassment",
            why_href="#why",
            object_href="#object",
        ),
        Row(said("You", "Written in a tunnel.", minute=14, state="failed"), own=True),
    ]


def cases() -> list[dict[str, Any]]:
    """One case of each severity, age and holder."""
    rows: list[tuple[int, str, str, str, dict[str, Any]]] = [
        (4, "urgent", "Message in Year 9 trip", "4 min", {"current": True, "mine": True}),
        (3, "high", "Message in Homework help", "26 min", {"due": "soon"}),
        (3, "high", "Jonas K", "1 h 12 min", {"due": "late", "holder": "Priya has it"}),
        (2, "medium", "Message in Chess", "2 h", {}),
        (1, "low", "Message in Gardening", "5 h", {}),
    ]
    return [
        {
            "id": str(number),
            "href": "#",
            "severity": severity,
            "severity_label": label,
            "what": what,
            "why": "Reported by 2 people",
            "age": age,
            "reports": 2,
        }
        | facts
        for number, (severity, label, what, age, facts) in enumerate(rows)
    ]


def findings() -> list[dict[str, Any]]:
    return [
        {"name": "Threat", "source": "Detoxify", "percent": 94, "sureness": "very sure"},
        {"name": "Word list", "source": "rule 12", "percent": None, "detail": "find you"},
    ]
