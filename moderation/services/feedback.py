"""Decided texts as labelled data, without who said them: the one way in which texts leave for training.

What members deleted or changed, what minors said and what is about a danger to somebody stays here. That the
texts are read is on record before they are. Called by `manage.py model feedback`.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import SystemRandom

from django.db import transaction
from django.db.models.functions import Lower

from accounts.models import AgeBand, Person
from accounts.permissions import is_minor
from accounts.selectors import age_bands
from accounts.services import audit
from moderation.permissions import refusal_to_administer
from moderation.pseudonyms import candidates, without_persons
from moderation.selectors.judged import JudgedText, judged_texts
from rooms.models import Message, Visibility
from rooms.permissions import room_audience, screens_before

_AT_ONCE = 500
# Evidence, health, and texts that are private by definition: no label of the classifier is about them.
_KEPT_BACK = frozenset({"child_safety", "self_harm", "private_information"})
_DIGEST_LENGTH = 16


class LeftOut(StrEnum):
    """Why a decided text is not exported."""

    DELETED = "its author deleted it"
    CHANGED = "its author has changed it since"
    CLOSED = "its author's account is closed"
    MINOR = "a minor wrote it, or somebody of unknown age"
    KEPT_BACK = "it is about a child's safety, self-harm or private information"
    SILENT = "the decision says nothing about any label"


@dataclass(frozen=True, slots=True)
class Example:
    """A decided text as training reads it.

    Attributes:
        author: a digest that is the same for one author in one export, and in no other.
    """

    judged: JudgedText
    text: str
    author: str
    screening: str
    age_band: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What may be exported.

    Attributes:
        total: how many texts; one that is deleted while they are read is left out after all.
        examples: in an order of chance, read while one goes through them.
    """

    total: int
    left_out: Mapping[LeftOut, int]
    examples: Iterator[Example]


def read_feedback(*, by: Person, since: dt.datetime, until: dt.datetime) -> Feedback:
    """The texts that humans decided on in [since, until), with what they said and without who it was.

    Refuses: NOT_ALLOWED (not an administrator). Begins a transaction for the record, or joins one.
    """
    if refusal := refusal_to_administer(by):
        raise refusal
    kept, left_out = _sorted_out(judged_texts(since, until))
    if kept:
        with transaction.atomic():
            counts = {reason.name.lower(): count for reason, count in left_out.items()}
            facts = {"texts": len(kept), "since": since, "until": until, "left_out": counts}
            audit.record(actor=by, action="feedback.export", subject=("model", "feedback"), **facts)
    SystemRandom().shuffle(kept)  # the order of a table would lead back to its rows
    return Feedback(len(kept), left_out, _examples(kept, age_bands()))


def _sorted_out(judged: Iterator[JudgedText]) -> tuple[list[JudgedText], Counter[LeftOut]]:
    kept: list[JudgedText] = []
    left_out: Counter[LeftOut] = Counter()
    bands, everything = age_bands(), list(judged)
    for chunk in _chunks(everything):
        messages = _messages(chunk)
        for item in chunk:
            if reason := _reason_to_leave_out(item, messages[item.message_id], bands):
                left_out[reason] += 1
            else:
                kept.append(item)
    return kept, left_out


def _messages(chunk: Sequence[JudgedText]) -> dict[int, Message]:
    """Without their texts."""
    rows = Message.objects.select_related("author", "room").defer("body", "body_html")
    return rows.in_bulk({item.message_id for item in chunk})


def _reason_to_leave_out(item: JudgedText, message: Message, bands: list[AgeBand]) -> LeftOut | None:
    if message.visibility == Visibility.DELETED:
        return LeftOut.DELETED
    if message.text_version != item.text_version:
        return LeftOut.CHANGED
    if not message.author.is_active:
        return LeftOut.CLOSED
    if is_minor(message.author, bands):
        return LeftOut.MINOR
    if _KEPT_BACK & {item.policy, *item.reported}:
        return LeftOut.KEPT_BACK
    return None if item.truth else LeftOut.SILENT


def _examples(kept: Sequence[JudgedText], bands: list[AgeBand]) -> Iterator[Example]:
    key = secrets.token_bytes(32)  # in no file: gone when the export is done
    for chunk in _chunks(kept):
        found = Message.objects.select_related("room").filter(pk__in={item.message_id for item in chunk})
        messages = {row.pk: row for row in found.exclude(visibility=Visibility.DELETED)}
        current = [item for item in chunk if _is_still(item, messages.get(item.message_id))]
        names = _names_in([messages[item.message_id].body for item in current])
        for item in current:
            yield _example(item, messages[item.message_id], names, key, bands)


def _is_still(item: JudgedText, message: Message | None) -> bool:
    return message is not None and message.text_version == item.text_version


def _example(
    item: JudgedText, message: Message, names: frozenset[str], key: bytes, bands: list[AgeBand]
) -> Example:
    digest = hmac.new(key, str(message.author_id).encode(), hashlib.sha256).hexdigest()
    audience = room_audience(message.room, bands)
    return Example(
        judged=item,
        text=without_persons(message.body, names),
        author=digest[:_DIGEST_LENGTH],
        screening="before" if screens_before(message.room, bands) else "after",
        age_band=audience[0].name if audience else "",
    )


def _names_in(texts: Sequence[str]) -> frozenset[str]:
    """Which words of these texts are names of people of this site, in lower case."""
    words = {word for text in texts for word in candidates(text)}
    people = Person.objects.annotate(lower=Lower("name")).filter(lower__in=words)
    return frozenset(people.values_list("lower", flat=True))


def _chunks(items: Sequence[JudgedText]) -> Iterator[Sequence[JudgedText]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
