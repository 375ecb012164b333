"""Threads: which one an answer is in, who counts what, and where one reads and writes it."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.services.blocks import block_person
from rooms.models import Message, Room, Visibility
from rooms.protocol import MessageFrame, Tombstone
from rooms.selectors.changes import changes_since
from rooms.selectors.frames import frame_for
from rooms.selectors.viewers import viewer_of
from rooms.services.messages import delete_message
from tests.cast import Cast
from tests.factories import MembershipFactory
from tests.rooms.conftest import Join, Judge
from tests.rooms.saying import say
from tests.rooms.visiting import as_person, words_of


def answer(person: Person, room: Room, to: str, body: str = "I do") -> str:
    """Somebody answers a message; the answer's id."""
    return say(person, room, body, reply_to=to).message_public_id


def frame_of(public_id: str, person: Person) -> MessageFrame | Tombstone | None:
    """What this person gets of it now."""
    message = Message.objects.get(public_id=public_id)
    [change] = [one for one in changes_since(message.room_id, 0).changes if one.id == public_id]
    return frame_for(change, viewer_of(person))


def replies(public_id: str, person: Person) -> int:
    """How many answers this person counts."""
    frame = frame_of(public_id, person)
    return frame.replies if isinstance(frame, MessageFrame) else 0


def address(public_id: str) -> str:
    """The page of a thread in the lounge."""
    return reverse("rooms:thread", args=["lounge", public_id])


@pytest.fixture
def root(cast: Cast) -> str:
    """What Rex asked in the lounge."""
    return say(cast.rex, cast.lounge, "Who comes on Friday?").message_public_id


def test_an_answer_to_an_answer_is_in_the_same_thread(cast: Cast, root: str) -> None:
    first = answer(cast.mara, cast.lounge, root)
    second = answer(cast.nora, cast.lounge, first)

    for public_id in (first, second):
        frame = frame_of(public_id, cast.rex)
        assert isinstance(frame, MessageFrame)
        assert frame.thread == root
    assert replies(root, cast.rex) == 2
    assert replies(first, cast.rex) == 0


def test_the_root_takes_a_new_revision_when_an_answer_comes_or_goes(
    cast: Cast, root: str, judge: Judge
) -> None:
    def revision() -> int:
        return Message.objects.get(public_id=root).revision

    known = [revision()]
    first = answer(cast.mara, cast.lounge, root)
    known.append(revision())
    judge(first, Visibility.HIDDEN)
    known.append(revision())
    judge(first, Visibility.VISIBLE)
    known.append(revision())
    delete_message(person=cast.mara, room_public_id=cast.lounge.public_id, message_public_id=first)
    known.append(revision())

    assert known == sorted(set(known))
    assert known[-1] == Room.objects.get(pk=cast.lounge.pk).revision
    assert replies(root, cast.rex) == 0


def test_what_waits_for_its_clearance_is_not_counted(cast: Cast, judge: Judge) -> None:
    begun = say(cast.mara, cast.harbour, "Who rows?").message_public_id
    judge(begun, Visibility.VISIBLE)
    first = answer(cast.rex, cast.harbour, begun)

    assert replies(begun, cast.rex) == replies(begun, cast.mara) == 0
    judge(first, Visibility.VISIBLE)
    assert replies(begun, cast.mara) == 1


def test_nobody_counts_or_reads_answers_across_a_block(cast: Cast, root: str) -> None:
    MembershipFactory.create(room=cast.lounge, person=cast.sam)
    answer(cast.mara, cast.lounge, root, "from Mara")
    answer(cast.nora, cast.lounge, root, "from Nora")
    block_person(blocker=cast.sam, blocked=cast.mara)

    assert replies(root, cast.sam) == 1
    assert replies(root, cast.mara) == 2
    page = words_of(as_person(cast.sam).get(address(root)))
    assert "from Nora" in page
    assert "Mara" not in page


def test_a_thread_begun_across_a_block_is_not_found_and_not_named(cast: Cast, root: str) -> None:
    MembershipFactory.create(room=cast.lounge, person=cast.sam)
    first = answer(cast.mara, cast.lounge, root)
    block_person(blocker=cast.rex, blocked=cast.sam)

    frame = frame_of(first, cast.sam)
    assert isinstance(frame, MessageFrame)
    assert frame.thread is None
    assert as_person(cast.sam).get(address(root)).status_code == 404
    assert as_person(cast.sam).get(address(first), follow=True).status_code == 404


def test_a_hidden_root_leaves_its_mark_and_the_answers(cast: Cast, root: str, judge: Judge) -> None:
    answer(cast.mara, cast.lounge, root, "I do come")
    judge(root, Visibility.HIDDEN)

    page = words_of(as_person(cast.nora).get(address(root)))

    assert "Hidden by moderators" in page
    assert "I do come" in page
    assert "Friday" not in page


def test_hidden_answers_leave_no_words_in_the_thread(cast: Cast, root: str, judge: Judge) -> None:
    first = answer(cast.rex, cast.lounge, root, "the secret text")
    judge(first, Visibility.HIDDEN)

    assert "the secret text" not in as_person(cast.mara).get(address(root)).content.decode()


def test_an_answers_address_leads_to_its_thread(cast: Cast, root: str) -> None:
    first = answer(cast.mara, cast.lounge, root)

    assert as_person(cast.nora).get(address(first)).headers["Location"] == address(root)


def test_a_thread_is_read_by_pages(cast: Cast, root: str) -> None:
    for number in range(53):
        answer(cast.mara, cast.lounge, root, f"answer {number}.")
    browser = as_person(cast.nora)

    page = browser.get(address(root))
    before = Message.objects.get(body="answer 3.").position

    assert "answer 52." in words_of(page)
    assert "answer 2." not in words_of(page)
    assert f"?before={before}" in page.content.decode()
    assert "answer 2." in words_of(browser.get(address(root), {"before": before}))
    assert browser.get(address(root), {"before": "soon"}).status_code == 400


def test_one_answers_in_a_thread_without_scripts(cast: Cast, root: str) -> None:
    browser = as_person(cast.mara)
    form = {"client_key": str(uuid.uuid4()), "reply_to": root, "body": "I come"}

    posted = browser.post("/rooms/lounge/post/", form, follow=True)
    refused = browser.post(
        "/rooms/lounge/post/", form | {"client_key": str(uuid.uuid4()), "body": "x" * 9_000}
    )

    assert "I come" in words_of(posted)
    assert posted.redirect_chain[0][0].startswith(f"{address(root)}#t-")
    assert refused.status_code == 400
    assert "longer than" in words_of(refused)
    assert Message.objects.get(body="I come").thread_root == Message.objects.get(public_id=root)


def test_only_the_rooms_members_read_its_threads(cast: Cast, root: str) -> None:
    assert as_person(cast.finn).get(address(root)).status_code == 403
    harbour = reverse("rooms:thread", args=["harbour", root])
    assert as_person(cast.mara).get(harbour).status_code == 404


async def test_the_root_is_told_anew_to_all_when_somebody_answers(committed_cast: Cast, join: Join) -> None:
    room = committed_cast.lounge
    mara, rex = await join(committed_cast.mara), await join(committed_cast.rex)
    await mara.enters(room)
    await rex.enters(room)
    begun = (await rex.says(room, "Who comes?"))["message"]
    first = (await mara.says(room, "I do", reply_to=begun))["message"]

    seen = await rex.sees(first)
    again = await rex.receives(lambda f: f.get("id") == begun and f.get("replies") == 1, what="the count")

    assert seen["thread"] == begun
    assert again["revision"] == seen["revision"] + 1
