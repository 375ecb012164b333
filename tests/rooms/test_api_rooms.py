"""Joining, leaving, threads and pins over the JSON interface: what pages do, with the same answers."""

import datetime as dt

import pytest

from accounts.models import Scope
from accounts.services.blocks import block_person
from rooms.models import Membership, Visibility
from rooms.seams import Outcome
from rooms.selectors.rail import rail_for
from rooms.services.memberships import invite
from rooms.services.pins import PINS_MAX
from tests.bots import bot_of
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.conftest import Judge
from tests.rooms.judges import HandHeldGate, verdict
from tests.rooms.saying import say

pytestmark = pytest.mark.django_db


def test_a_public_room_is_joined_and_left(cast: Cast) -> None:
    bot, place = bot_of(cast.sam, Scope.JOIN), f"/rooms/{cast.lounge.public_id}/membership"

    room = bot.asks("put", place).json()
    again = bot.asks("put", place).json()
    left = [bot.asks("delete", place).status_code for _ in range(2)]

    assert (room["slug"], room["role"]) == ("lounge", "member")
    assert again == room
    assert left == [204, 204]
    assert not Membership.objects.filter(room=cast.lounge, person=cast.sam, left_at=None).exists()


def test_an_invitation_leads_into_its_room_once_for_each_use(cast: Cast) -> None:
    _link, secret = invite(room=cast.attic, by=cast.mara, uses=1, lasts=dt.timedelta(days=1))
    sam, rex = bot_of(cast.sam), bot_of(cast.rex)

    room = sam.asks("post", "/invitations/accept", secret=secret).json()

    assert room["slug"] == "attic"
    assert rex.code_of("post", "/invitations/accept", secret=secret) == "invitation_unusable"
    assert rex.code_of("post", "/invitations/accept", secret="guessed") == "invitation_unusable"


def test_nobody_joins_or_leaves_what_is_not_there_for_them(cast: Cast) -> None:
    bot, place = bot_of(cast.sam), f"/rooms/{cast.attic.public_id}/membership"

    assert bot.code_of("put", place) == "not_found"
    assert bot.code_of("delete", place) == "not_found"


def test_reading_and_writing_do_not_include_joining(cast: Cast) -> None:
    bot = bot_of(cast.sam, Scope.READ, Scope.WRITE)

    assert bot.code_of("put", f"/rooms/{cast.lounge.public_id}/membership") == "scope_missing"


def test_a_thread_is_read_from_its_first_message_or_any_answer(cast: Cast) -> None:
    first = say(cast.mara, cast.lounge, "Who sails tomorrow?")
    answer = say(cast.rex, cast.lounge, "I do", reply_to=first.message_public_id)
    bot, messages = bot_of(cast.nora), f"/rooms/{cast.lounge.public_id}/messages"

    thread = bot.gets(f"{messages}/{first.message_public_id}/thread")
    same = bot.gets(f"{messages}/{answer.message_public_id}/thread")

    assert thread == same
    assert thread["root"] == first.message_public_id
    assert [one["id"] for one in thread["messages"]] == [first.message_public_id, answer.message_public_id]


def test_no_thread_is_read_across_a_block(cast: Cast) -> None:
    first = say(cast.mara, cast.lounge, "Who sails tomorrow?")
    answer = say(cast.nora, cast.lounge, "I do", reply_to=first.message_public_id)
    block_person(blocker=cast.mara, blocked=cast.rex)
    rex, messages = bot_of(cast.rex), f"/rooms/{cast.lounge.public_id}/messages"

    assert rex.code_of("get", f"{messages}/{first.message_public_id}/thread") == "not_found"
    assert rex.code_of("get", f"{messages}/{answer.message_public_id}/thread") == "not_found"


def test_whoever_keeps_order_pins_and_everybody_reads_what_is_pinned(cast: Cast, judge: Judge) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, body="The tide table")
    pins = f"/rooms/{cast.lounge.public_id}/pins"
    pin = f"/rooms/{cast.lounge.public_id}/messages/{message.public_id}/pin"
    mara, rex = bot_of(cast.mara), bot_of(cast.rex)

    assert rex.code_of("put", pin) == "not_allowed"
    assert mara.asks("put", pin).json()["message"] == message.public_id
    assert [one["id"] for one in rex.gets(pins)] == [message.public_id]

    judge(message.public_id, Visibility.HIDDEN)
    assert rex.gets(pins) == []
    judge(message.public_id, Visibility.VISIBLE)
    assert mara.asks("delete", pin).status_code == 200
    assert rex.gets(pins) == []


def test_more_pins_than_anybody_looks_through_are_refused(cast: Cast) -> None:
    MessageFactory.create_batch(PINS_MAX, room=cast.lounge, author=cast.rex, pinned_at=cast.lounge.created_at)
    more = MessageFactory.create(room=cast.lounge, author=cast.rex)

    code = bot_of(cast.mara).code_of("put", f"/rooms/{cast.lounge.public_id}/messages/{more.public_id}/pin")

    assert code == "pins_full"


def test_what_was_released_late_is_read_with_the_revision_of_the_page(
    cast: Cast, judge: Judge, gate: HandHeldGate
) -> None:
    gate.on_screen = lambda draft: verdict(Outcome.HOLD if "late" in draft.body else Outcome.ALLOW)
    held = say(cast.mara, cast.lounge, "Released late")
    say(cast.mara, cast.lounge, "Shown at once")
    bot, room = bot_of(cast.rex), f"/rooms/{cast.lounge.public_id}"
    early = bot.gets(f"{room}/messages")
    bot.asks("put", f"{room}/read", position=early["last_position"], revision=early["revision"])
    judge(held.message_public_id, Visibility.VISIBLE)

    page = bot.gets(f"{room}/messages")
    bot.asks("put", f"{room}/read", position=page["last_position"])
    without = unread_of(cast)
    bot.asks("put", f"{room}/read", position=page["last_position"], revision=page["revision"])

    assert (without, unread_of(cast)) == (1, 0)


def test_what_comes_after_a_position_is_kept_unread(cast: Cast) -> None:
    first = say(cast.mara, cast.lounge, "One")
    say(cast.mara, cast.lounge, "Two")
    bot, read = bot_of(cast.rex), f"/rooms/{cast.lounge.public_id}/read"
    bot.asks("put", read, position=2, revision=10)

    bot.asks("put", read, position=first.position, back=True)

    assert unread_of(cast) == 1


def unread_of(cast: Cast) -> int:
    """How much Rex has not read in the lounge."""
    return next(room.unread for room in rail_for(cast.rex) if room.slug == "lounge")
