"""Many at once: nothing lost, nothing twice, nothing after a removal. Real threads, committed rows."""

import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from django.db import connections

from common.errors import Code, Refused
from rooms.models import Message, Room
from rooms.services.memberships import remove_member
from rooms.services.messages import Posted, post_messages
from tests.cast import Cast
from tests.factories import MembershipFactory, PersonFactory
from tests.rooms.saying import sending

Work = Callable[[], Posted | Refused]


def at_once(work: Iterable[Work], threads: int = 8) -> list[Posted | Refused]:
    """Do all of it in parallel, each call giving its connection back."""

    def run(one: Work) -> Posted | Refused:
        try:
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, work))


def test_two_hundred_posts_at_once_leave_no_gap_in_positions_or_revisions(committed_cast: Cast) -> None:
    people = PersonFactory.create_batch(10)
    for person in people:
        MembershipFactory.create(room=committed_cast.lounge, person=person)

    def post(number: int) -> Posted | Refused:
        return post_messages([sending(people[number % 10], committed_cast.lounge, f"line {number}")])[0]

    answers = at_once(partial(post, number) for number in range(200))

    assert sorted(answer.position for answer in answers if isinstance(answer, Posted)) == list(range(1, 201))
    rows = Message.objects.order_by("position").values_list("position", "revision")
    assert list(rows) == [(number, number) for number in range(1, 201)]
    room = Room.objects.get(pk=committed_cast.lounge.pk)
    assert (room.last_position, room.revision) == (200, 200)


def test_one_key_sent_from_everywhere_at_once_is_one_message(committed_cast: Cast) -> None:
    key, start = uuid.uuid4(), Barrier(8)

    def send() -> Posted | Refused:
        start.wait()
        return post_messages([sending(committed_cast.mara, committed_cast.lounge, "once", client_key=key)])[0]

    answers = at_once([send] * 8)

    assert len(set(answers)) == 1
    assert Message.objects.filter(client_key=key).count() == 1


def test_one_key_sent_to_two_rooms_at_once_lands_in_one(committed_cast: Cast) -> None:
    key, start = uuid.uuid4(), Barrier(2)

    def send_to(room: Room) -> Posted | Refused:
        start.wait()
        return post_messages([sending(committed_cast.mara, room, "once", client_key=key)])[0]

    answers = at_once(
        [lambda: send_to(committed_cast.lounge), lambda: send_to(committed_cast.harbour)], threads=2
    )

    assert [answer.code for answer in answers if isinstance(answer, Refused)] == [Code.KEY_REUSED]
    assert Message.objects.filter(client_key=key).count() == 1


def test_nothing_is_posted_after_a_removal_has_committed(committed_cast: Cast) -> None:
    room, rex = committed_cast.lounge, committed_cast.rex
    last_before: list[int] = []

    def remove() -> Posted | Refused:
        remove_member(room=room, person=rex, until=None, by=None)
        last_before.append(Message.objects.filter(author=rex).count())
        return Refused(Code.REMOVED)

    def post(number: int) -> Posted | Refused:
        return post_messages([sending(rex, room, f"line {number}")])[0]

    work: list[Work] = [partial(post, number) for number in range(60)]
    work.insert(20, remove)
    answers = at_once(work)

    assert Message.objects.filter(author=rex).count() == last_before[0]
    assert sum(isinstance(answer, Posted) for answer in answers) == last_before[0]
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {Code.REMOVED}
