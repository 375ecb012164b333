"""The texts of a case: what a moderator reads once it is on record that they do.

Called by services/cases.py: view_case alone. Everything else that a page shows of a case holds no text.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moderation.models import Case, Report
from rooms.models import Message, MessageVersion, Room

# How many messages a moderator gets on each side of the one in question.
AROUND = 10


@dataclass(frozen=True, slots=True)
class Line:
    """A message as it stands now, or as it stood when a report kept it."""

    message_public_id: str
    author_name: str
    author_public_id: str
    body: str
    visibility: str
    sent_at: dt.datetime
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class EarlierText:
    """A text that its author has replaced."""

    text_version: int
    body: str
    replaced_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What one report kept, at the moment it was made."""

    report_public_id: str
    at: dt.datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CaseText:
    """All texts of a case.

    Attributes:
        body: the message's; None where the case is about a person.
        text_version: of that body; decide_case takes it back as `seen_version`.
        around: the message among its neighbours; for a person, what they said last, newest last.
    """

    body: str | None
    text_version: int | None
    earlier: tuple[EarlierText, ...]
    around: tuple[Line, ...]
    kept: tuple[Kept, ...]


def text_of(case: Case) -> CaseText:
    """Everything there is to read about a case."""
    message = Message.objects.filter(cases=case).first()  # as it stands now, not as the case was loaded
    return CaseText(
        body=message.body if message else None,
        text_version=message.text_version if message else None,
        earlier=_earlier(message) if message else (),
        around=_lines(around(message), message) if message else _lines(_last_of(case)),
        kept=tuple(_kept(report) for report in case.reports.order_by("created_at")),
    )


def around(message: Message, count: int = AROUND) -> list[Message]:
    """The message and its neighbours in the room, oldest first, whatever their visibility."""
    near = Message.objects.filter(room_id=message.room_id).select_related("author")
    before = near.filter(position__lte=message.position).order_by("-position")[: count + 1]
    after = near.filter(position__gt=message.position).order_by("position")[:count]
    return [*reversed(before), *after]


def _last_of(case: Case) -> list[Message]:
    said = Message.objects.filter(author=case.person_id).select_related("author")
    in_room = said.filter(room=case.room_id) if case.room_id else said
    return list(reversed(in_room.order_by("-sent_at")[: 2 * AROUND]))


def _lines(messages: Iterable[Message], subject: Message | None = None) -> tuple[Line, ...]:
    return tuple(
        Line(
            message_public_id=message.public_id,
            author_name=message.author.name,
            author_public_id=message.author.public_id,
            body=message.body,
            visibility=message.visibility,
            sent_at=message.sent_at,
            is_subject=subject is not None and message.pk == subject.pk,
        )
        for message in messages
    )


def _earlier(message: Message) -> tuple[EarlierText, ...]:
    versions = MessageVersion.objects.filter(message=message).order_by("text_version")
    return tuple(EarlierText(row.text_version, row.body, row.replaced_at) for row in versions)


def _kept(report: Report) -> Kept:
    return Kept(report.public_id, report.created_at, tuple(_line(facts) for facts in report.snapshot))


def _line(facts: dict[str, Any]) -> Line:
    return Line(
        message_public_id=facts["message"],
        author_name=facts["author_name"],
        author_public_id=facts["author"],
        body=facts["text"],
        visibility=facts["visibility"],
        sent_at=dt.datetime.fromisoformat(facts["sent_at"]),
        is_subject=facts["is_subject"],
    )


def snapshot(message: Message, count: int) -> list[dict[str, Any]]:
    """The message and its neighbours as plain facts, for a report to keep."""
    return [_facts(line) for line in _lines(around(message, count), message)]


def snapshot_of_person(person_id: int, rooms: Iterable[Room], count: int) -> list[dict[str, Any]]:
    """What a reported person said last in these rooms, as plain facts."""
    said = Message.objects.filter(author=person_id, room__in=list(rooms)).select_related("author")
    return [_facts(line) for line in _lines(reversed(said.order_by("-sent_at")[:count]))]


def _facts(line: Line) -> dict[str, Any]:
    return {
        "message": line.message_public_id,
        "author": line.author_public_id,
        "author_name": line.author_name,
        "text": line.body,
        "visibility": line.visibility,
        "sent_at": line.sent_at.isoformat(),
        "is_subject": line.is_subject,
    }
