"""Threads: what answers a message and its answers, counted for many at once, and read as a page."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import msgspec
from django.db.models import Count, Max

from rooms.models import Message, Visibility


class Answers(msgspec.Struct, frozen=True, array_like=True):
    """What one author has answered in one thread, as far as it is visible."""

    author_id: int
    count: int
    last_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """How many answers one viewer sees, and when the last came."""

    number: int = 0
    last_at: dt.datetime | None = None


def answers_to(root_ids: Iterable[int]) -> dict[int, list[Answers]]:
    """By root, the answers of each author: so that no viewer counts those across a block. One query."""
    rows = Message.objects.filter(thread_root_id__in=list(root_ids), visibility=Visibility.VISIBLE)
    grouped = rows.order_by().values_list("thread_root_id", "author_id")
    answers: defaultdict[int, list[Answers]] = defaultdict(list)
    for root_id, author_id, count, last_at in grouped.annotate(Count("pk"), Max("sent_at")):
        answers[root_id].append(Answers(author_id, count, last_at))
    return answers


def counted(answers: Sequence[Answers], unseen: Collection[int]) -> Counted:
    """For viewers from whom the people `unseen` are kept by a block."""
    seen = [one for one in answers if one.author_id not in unseen]
    if not seen:
        return Counted()
    return Counted(sum(one.count for one in seen), max(one.last_at for one in seen))
