"""Rooms over the JSON interface: the same messages, acknowledgements and refusals as over the socket."""

import uuid

import pytest

from accounts.models import Scope
from accounts.services.blocks import block_person
from rooms.models import Membership, Message, Visibility
from rooms.protocol import Ack, MessageFrame, Tombstone
from rooms.seams import Outcome
from rooms.selectors.history import PAGE_MAX
from tests.bots import bot_of, code_of
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.conftest import Judge
from tests.rooms.judges import HandHeldGate, verdict

pytestmark = pytest.mark.django_db


def test_one_finds_ones_rooms_and_those_one_may_join(cast: Cast) -> None:
    rooms = bot_of(cast.rex, Scope.READ).gets("/rooms")

    assert [room["slug"] for room in rooms["own"]] == ["harbour", "lounge"]
    assert rooms["open"] == []
    assert [room["slug"] for room in bot_of(cast.sam).gets("/rooms")["open"]] == ["harbour", "lounge"]


def test_a_room_says_how_it_is_kept(cast: Cast) -> None:
    room = bot_of(cast.mara).gets(f"/rooms/{cast.harbour.public_id}")

    assert (room["slug"], room["role"]) == ("harbour", "owner")
    assert room["state"]["screens_before"] is True


def test_the_members_are_listed_with_those_who_keep_order_first(cast: Cast) -> None:
    members = bot_of(cast.rex).gets(f"/rooms/{cast.harbour.public_id}/members")

    assert [one["person"]["name"] for one in members] == ["Mara", "Finn", "Nora", "Rex"]


def test_what_is_said_is_acknowledged_as_on_the_socket(cast: Cast) -> None:
    key = str(uuid.uuid4())

    ack = bot_of(cast.mara).says(cast.lounge, "Good morning", client_key=key).json()

    assert set(ack) == {"type", *Ack.__struct_fields__}
    assert (ack["client_key"], ack["position"], ack["state"]) == (key, 1, "visible")
    assert Message.objects.get(public_id=ack["message"]).body == "Good morning"


def test_the_same_key_is_the_same_message_and_another_text_under_it_is_refused(cast: Cast) -> None:
    bot, key = bot_of(cast.mara), str(uuid.uuid4())
    first = bot.says(cast.lounge, "Once", client_key=key)

    again = bot.says(cast.lounge, "Once", client_key=key)
    other = bot.says(cast.lounge, "Twice", client_key=key)

    assert again.json() == first.json()
    assert (other.status_code, code_of(other)) == (409, "key_reused")
    assert Message.objects.count() == 1


def test_history_is_read_forwards_backwards_and_around(cast: Cast) -> None:
    MessageFactory.create_batch(7, room=cast.lounge, author=cast.mara)
    bot, messages = bot_of(cast.rex), f"/rooms/{cast.lounge.public_id}/messages"

    def positions(query: str) -> list[int]:
        return [one["position"] for one in bot.gets(f"{messages}?{query}")["messages"]]

    assert positions("limit=3") == [5, 6, 7]
    assert positions("limit=3&before=5") == [2, 3, 4]
    assert positions("limit=3&after=2") == [3, 4, 5]
    assert positions("limit=2&around=4") == [3, 4, 5]
    assert bot.gets(f"{messages}?limit={PAGE_MAX}")["has_older"] is False


@pytest.mark.parametrize("query", ["before=1&after=1", "before=-1", "limit=0", "limit=101", "around=x"])
def test_a_stretch_that_makes_no_sense_is_malformed(cast: Cast, query: str) -> None:
    code = bot_of(cast.rex).code_of("get", f"/rooms/{cast.lounge.public_id}/messages?{query}")

    assert code == "malformed"


def test_a_message_and_a_tombstone_are_the_sockets_frames(cast: Cast, judge: Judge) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.mara, body="Soon gone", was_visible=True)
    one = f"/rooms/{cast.lounge.public_id}/messages/{message.public_id}"
    bot = bot_of(cast.rex)
    frame = bot.gets(one)

    judge(message.public_id, Visibility.HIDDEN)

    assert set(frame) == {"type", *MessageFrame.__struct_fields__}
    assert "Soon gone" in frame["html"]
    gone = bot.gets(one)
    assert set(gone) == {"type", *Tombstone.__struct_fields__}
    assert (gone["type"], gone["reason"]) == ("tombstone", "hidden")


def test_ones_own_message_is_changed_and_taken_back(cast: Cast) -> None:
    bot = bot_of(cast.mara)
    said = bot.says(cast.lounge, "At frst").json()
    one = f"/rooms/{cast.lounge.public_id}/messages/{said['message']}"

    changed = bot.asks("put", one, client_key=str(uuid.uuid4()), body="At first").json()
    gone = bot.asks("delete", one).json()

    assert changed["revision"] > said["revision"]
    assert gone["state"] == "deleted"
    assert bot.code_of("put", one, client_key=str(uuid.uuid4()), body="Again") == "gone"


def test_nobody_changes_or_takes_back_anothers(cast: Cast) -> None:
    theirs = MessageFactory.create(room=cast.lounge, author=cast.mara)
    one = f"/rooms/{cast.lounge.public_id}/messages/{theirs.public_id}"
    rex = bot_of(cast.rex)

    assert rex.code_of("put", one, client_key=str(uuid.uuid4()), body="Mine now") == "not_found"
    assert rex.code_of("delete", one) == "not_found"


@pytest.mark.parametrize(
    ("outcome", "status", "code"), [(Outcome.NUDGE, 422, "nudged"), (Outcome.BLOCK, 422, "blocked_by_rule")]
)
def test_what_the_rules_stop_comes_with_the_span_that_did_it(
    cast: Cast, gate: HandHeldGate, outcome: Outcome, status: int, code: str
) -> None:
    gate.on_screen = lambda _draft: verdict(outcome, span=(4, 9))

    answer = bot_of(cast.mara).says(cast.lounge, "you dolt there")

    assert (answer.status_code, code_of(answer)) == (status, code)
    assert answer.json()["span"] == [4, 9]


def test_slow_mode_says_how_long_to_wait(cast: Cast) -> None:
    cast.lounge.slow_mode_s = 60
    cast.lounge.save(update_fields=["slow_mode_s"])
    bot = bot_of(cast.rex)
    bot.says(cast.lounge)

    answer = bot.says(cast.lounge)

    assert (answer.status_code, code_of(answer)) == (429, "slow_mode")
    assert 0 < answer.json()["retry_after_s"] <= 60
    assert answer["Retry-After"]


def test_a_read_marker_goes_forward_only(cast: Cast) -> None:
    MessageFactory.create_batch(5, room=cast.lounge, author=cast.mara)
    cast.lounge.refresh_from_db()
    bot, read = bot_of(cast.rex), f"/rooms/{cast.lounge.public_id}/read"

    statuses = [bot.asks("put", read, position=position).status_code for position in (3, 1)]

    assert statuses == [204, 204]
    assert Membership.objects.get(room=cast.lounge, person=cast.rex).last_read_position == 3


def test_nothing_is_shown_across_a_block(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.mara, body="Leave me alone")
    block_person(blocker=cast.mara, blocked=cast.rex)
    rex, room = bot_of(cast.rex), f"/rooms/{cast.lounge.public_id}"

    assert rex.gets(f"{room}/messages")["messages"] == []
    assert rex.code_of("get", f"{room}/messages/{message.public_id}") == "not_found"
    assert code_of(rex.says(cast.lounge, "answer", reply_to=message.public_id)) == "not_found"


def test_a_message_is_not_found_in_another_room_than_its_own(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.mara)

    code = bot_of(cast.mara).code_of("get", f"/rooms/{cast.harbour.public_id}/messages/{message.public_id}")

    assert code == "not_found"


@pytest.mark.parametrize("path", ["", "/members", "/messages"])
def test_a_room_by_invitation_is_not_there_for_strangers(cast: Cast, path: str) -> None:
    assert bot_of(cast.sam).code_of("get", f"/rooms/{cast.attic.public_id}{path}") == "not_found"


def test_an_emoji_is_put_under_a_message_and_taken_back(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.mara)
    one = f"/rooms/{cast.lounge.public_id}/messages/{message.public_id}"
    rex = bot_of(cast.rex)

    given = rex.asks("put", f"{one}/reaction", emoji="👍")
    shown = rex.gets(one)["reactions"]
    taken = rex.asks("post", f"{one}/reaction/remove", emoji="👍")

    assert (given.status_code, taken.status_code) == (204, 204)
    assert [(reaction["emoji"], reaction["yours"]) for reaction in shown] == [("👍", True)]
    assert rex.gets(one)["reactions"] == []
    assert rex.code_of("put", f"{one}/reaction", emoji="no emoji") == "not_an_emoji"


def test_what_was_said_is_found_again_by_whoever_may_read_it(cast: Cast) -> None:
    MessageFactory.create(room=cast.lounge, author=cast.mara, body="The ferry is late")
    MessageFactory.create(room=cast.attic, author=cast.mara, body="The ferry is early")

    [hit] = bot_of(cast.rex).gets("/search?q=ferry")["hits"]

    assert (hit["slug"], hit["author"]["name"]) == ("lounge", "Mara")
    assert [part["text"] for part in hit["parts"] if part["is_match"]] == ["ferry"]
    assert bot_of(cast.sam).gets("/search?q=ferry")["hits"] == []
    assert bot_of(cast.rex).code_of("get", "/search?q=before:never") == "malformed"
