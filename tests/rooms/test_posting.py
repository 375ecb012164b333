"""Saying something: what is stored, what is refused, what is the same message again."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services.sessions import create_token, credentials_from_token, revoke_token
from common.clock import now
from common.errors import Code, Refused
from rooms.models import Message, Room, Visibility
from rooms.seams import Draft, Outcome, Verdict
from rooms.services.messages import Posted, post_messages
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory, PersonFactory
from tests.rooms.judges import HandHeldGate, verdict
from tests.rooms.saying import say, sending


def refusal_of(answer: Posted | Refused) -> Code:
    """The code of an answer that must be a refusal."""
    assert isinstance(answer, Refused), answer
    return answer.code


def test_what_is_said_takes_the_next_position_and_revision(cast: Cast) -> None:
    first = say(cast.mara, cast.lounge, "one")
    second = say(cast.rex, cast.lounge, "two")

    assert (first.position, first.revision) == (1, 1)
    assert (second.position, second.revision) == (2, 2)
    room = Room.objects.get(pk=cast.lounge.pk)
    assert (room.last_position, room.revision) == (2, 2)


def test_a_room_screened_before_shows_nothing_yet(cast: Cast) -> None:
    posted = say(cast.mara, cast.harbour)

    message = Message.objects.get(public_id=posted.message_public_id)
    assert posted.state == Visibility.CHECKING
    assert not message.was_visible


def test_a_room_screened_after_shows_it_at_once(cast: Cast) -> None:
    posted = say(cast.mara, cast.lounge)

    assert posted.state == Visibility.VISIBLE
    assert Message.objects.get(public_id=posted.message_public_id).was_visible


def test_each_of_a_batch_succeeds_or_is_refused_by_itself(cast: Cast) -> None:
    answers = post_messages(
        [
            sending(cast.mara, cast.lounge, "fine"),
            sending(cast.sam, cast.lounge, "from outside"),
            sending(cast.rex, cast.lounge, "  \n"),
            sending(cast.rex, cast.harbour, "fine as well"),
        ]
    )

    assert isinstance(answers[0], Posted)
    assert refusal_of(answers[1]) is Code.NOT_A_MEMBER
    assert refusal_of(answers[2]) is Code.EMPTY
    assert isinstance(answers[3], Posted)
    assert Message.objects.count() == 2


def test_a_batch_of_twenty_needs_no_more_queries_than_one_of_two(cast: Cast) -> None:
    people = [cast.mara, cast.rex, cast.nora]
    say(cast.mara, cast.lounge, "so that caches are warm, @rex")
    few = [sending(people[n % 3], cast.lounge, f"@rex {n}") for n in range(2)]
    many = [sending(people[n % 3], cast.lounge, f"@rex @mara {n}") for n in range(20)]

    with CaptureQueriesContext(connection) as for_few:
        post_messages(few)
    with CaptureQueriesContext(connection) as for_many:
        post_messages(many)

    assert len(for_many) == len(for_few) <= 18


# --- the same again ---


def test_the_same_key_with_the_same_text_is_the_same_message(cast: Cast) -> None:
    once = sending(cast.mara, cast.lounge, "only once")

    first, again = post_messages([once])[0], post_messages([once])[0]

    assert first == again
    assert Message.objects.count() == 1


def test_the_same_key_twice_in_one_batch_is_the_same_message(cast: Cast) -> None:
    once = sending(cast.mara, cast.lounge, "only once")

    first, again = post_messages([once, once])

    assert first == again
    assert Message.objects.count() == 1


@pytest.mark.parametrize("what", ["body", "room", "reply"])
def test_the_same_key_for_something_else_is_refused(cast: Cast, what: str) -> None:
    key = uuid.uuid4()
    parent = say(cast.mara, cast.lounge).message_public_id
    say(cast.mara, cast.lounge, "first", client_key=key)
    other = {
        "body": sending(cast.mara, cast.lounge, "second", client_key=key),
        "room": sending(cast.mara, cast.harbour, "first", client_key=key),
        "reply": sending(cast.mara, cast.lounge, "first", client_key=key, reply_to=parent),
    }[what]

    assert refusal_of(post_messages([other])[0]) is Code.KEY_REUSED


def test_another_person_may_use_the_same_key(cast: Cast) -> None:
    key = uuid.uuid4()

    first = say(cast.mara, cast.lounge, client_key=key)
    second = say(cast.rex, cast.lounge, client_key=key)

    assert first.message_public_id != second.message_public_id


def test_a_repeated_sending_is_answered_although_its_author_is_muted_since(cast: Cast) -> None:
    once = sending(cast.rex, cast.lounge, "before the mute")
    [first] = post_messages([once])
    cast.lounge.memberships.filter(person=cast.rex).update(muted_until=now() + dt.timedelta(hours=1))

    assert post_messages([once]) == [first]


# --- who may ---


@pytest.mark.parametrize(
    ("who", "where", "facts", "code"),
    [
        ("sam", "lounge", {}, Code.NOT_A_MEMBER),
        ("sam", "attic", {}, Code.NOT_FOUND),
        ("rex", "lounge", {"membership": {"muted_until": "later"}}, Code.MUTED),
        ("rex", "lounge", {"membership": {"removed_until": "later", "left_at": "now"}}, Code.REMOVED),
        ("rex", "lounge", {"membership": {"left_at": "now"}}, Code.NOT_A_MEMBER),
        ("rex", "lounge", {"room": {"is_read_only": True}}, Code.READ_ONLY),
        ("rex", "lounge", {"room": {"closed_at": "now"}}, Code.NOT_FOUND),
        ("finn", "harbour", {"room": {"minimum_age": 16}}, Code.TOO_YOUNG),
        ("rex", "lounge", {"person": {"suspended_until": "later"}}, Code.SUSPENDED),
        ("rex", "lounge", {"person": {"is_active": False}}, Code.DEACTIVATED),
    ],
)
def test_who_may_not_post_is_told_why(
    cast: Cast, who: str, where: str, facts: dict[str, dict[str, object]], code: Code
) -> None:
    person, room = getattr(cast, who), getattr(cast, where)
    when = {"now": now(), "later": now() + dt.timedelta(hours=1)}
    for what, rows in {
        "membership": room.memberships.filter(person=person),
        "room": Room.objects.filter(pk=room.pk),
        "person": type(person).objects.filter(pk=person.pk),
    }.items():
        if what in facts:
            rows.update(**{name: when.get(str(value), value) for name, value in facts[what].items()})

    assert refusal_of(post_messages([sending(person, room)])[0]) is code
    assert not Message.objects.exists()


def test_an_unknown_room_looks_like_one_that_is_not_for_you(cast: Cast) -> None:
    nowhere = Room(public_id="nowhere", name="Nowhere")

    [unknown, private] = post_messages([sending(cast.sam, nowhere), sending(cast.sam, cast.attic)])

    assert refusal_of(unknown) is refusal_of(private) is Code.NOT_FOUND


def test_credentials_that_ended_post_nothing(cast: Cast) -> None:
    token, secret = create_token(person=cast.mara, name="bot", scopes=["rooms:write"], expires_at=None)
    credentials = credentials_from_token(secret)
    revoke_token(person=cast.mara, token_public_id=token.public_id)

    [answer] = post_messages([sending(cast.mara, cast.lounge, credentials=credentials)])

    assert refusal_of(answer) is Code.NOT_SIGNED_IN


# --- slow mode ---


def test_slow_mode_says_how_long_to_wait(cast: Cast) -> None:
    Room.objects.filter(pk=cast.lounge.pk).update(slow_mode_s=30)
    say(cast.rex, cast.lounge, "one")

    [answer] = post_messages([sending(cast.rex, cast.lounge, "two")])

    assert refusal_of(answer) is Code.SLOW_MODE
    assert isinstance(answer, Refused)
    assert 0 < answer.facts["wait_s"] <= 30


def test_slow_mode_counts_within_a_batch(cast: Cast) -> None:
    Room.objects.filter(pk=cast.lounge.pk).update(slow_mode_s=30)

    answers = post_messages([sending(cast.rex, cast.lounge, text) for text in ("one", "two")])

    assert isinstance(answers[0], Posted)
    assert refusal_of(answers[1]) is Code.SLOW_MODE


def test_slow_mode_is_over_after_its_time(cast: Cast) -> None:
    Room.objects.filter(pk=cast.lounge.pk).update(slow_mode_s=30)
    MessageFactory.create(room=cast.lounge, author=cast.rex, sent_at=now() - dt.timedelta(seconds=31))

    say(cast.rex, cast.lounge, "two")


@pytest.mark.parametrize("who", ["mara", "nora"])
def test_owners_and_moderators_are_neither_slowed_nor_silenced(cast: Cast, who: str) -> None:
    Room.objects.filter(pk=cast.lounge.pk).update(slow_mode_s=30, is_read_only=True)

    say(getattr(cast, who), cast.lounge, "one")
    say(getattr(cast, who), cast.lounge, "two")


# --- what may be said ---


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", Code.EMPTY),
        (" \n\t ", Code.EMPTY),
        ("\u200b\u2060", Code.EMPTY),
        ("x" * 4001, Code.TOO_LONG),
        ("a\0b", Code.MALFORMED),
        ("a\ud800b", Code.MALFORMED),
    ],
)
def test_some_texts_are_no_message(cast: Cast, body: str, code: Code) -> None:
    [answer, after] = post_messages([sending(cast.mara, cast.lounge, body), sending(cast.mara, cast.lounge)])

    assert refusal_of(answer) is code
    assert isinstance(after, Posted)


def test_a_blocked_text_is_not_stored_and_its_span_is_told(cast: Cast, gate: HandHeldGate) -> None:
    gate.on_screen = lambda _: verdict(Outcome.BLOCK, span=(4, 8))

    [answer] = post_messages([sending(cast.rex, cast.lounge, "you fool")])

    assert refusal_of(answer) is Code.BLOCKED_BY_RULE
    assert isinstance(answer, Refused)
    assert answer.facts["span"] == (4, 8)
    assert not Message.objects.exists()


def test_a_nudge_is_given_once_and_then_a_moderator_looks(cast: Cast, gate: HandHeldGate) -> None:
    gate.on_screen = lambda _: verdict(Outcome.NUDGE, span=(0, 3))
    first = sending(cast.rex, cast.lounge, "meh")

    [nudge] = post_messages([first])
    posted = say(cast.rex, cast.lounge, "meh", nudged=True, client_key=first.client_key)

    assert refusal_of(nudge) is Code.NUDGED
    assert posted.state == Visibility.HELD


@pytest.mark.parametrize("where", ["prepare", "screen"])
def test_a_gate_that_fails_holds_everything(cast: Cast, gate: HandHeldGate, where: str) -> None:
    def fails(draft: Draft | None = None) -> Verdict:
        raise RuntimeError("the rules are broken")

    setattr(gate, f"on_{where}", fails)

    posted = say(cast.mara, cast.lounge)

    assert posted.state == Visibility.HELD
    [stored] = gate.stored
    assert stored.verdict.outcome is Outcome.HOLD
    assert [finding.label for finding in stored.verdict.findings] == ["rules_failed"]


def test_what_the_gate_is_told_of_a_draft(cast: Cast, gate: HandHeldGate) -> None:
    say(cast.finn, cast.harbour, "hello")
    say(cast.nora, cast.lounge, "hello")

    child, moderator = gate.drafts
    assert (child.author_age, child.author_is_exempt, child.screens_before) == (14, False, True)
    assert (moderator.author_is_exempt, moderator.screens_before) == (True, False)


def test_an_account_of_a_day_is_new_to_the_gate(cast: Cast, gate: HandHeldGate) -> None:
    newcomer = PersonFactory.create(joined_at=now() - dt.timedelta(days=1))
    MembershipFactory.create(room=cast.harbour, person=newcomer)

    say(newcomer, cast.harbour)
    say(cast.mara, cast.harbour)

    assert [draft.author_is_new for draft in gate.drafts] == [True, False]


def test_the_gate_sees_the_authors_last_messages_in_any_room(cast: Cast, gate: HandHeldGate) -> None:
    MessageFactory.create(room=cast.lounge, author=cast.rex, sent_at=now() - dt.timedelta(minutes=3))
    for number in range(6):
        say(cast.rex, cast.harbour, f"harbour {number}")
    post_messages([sending(cast.rex, cast.lounge, f"lounge {number}") for number in range(6)])

    recent = [message.body for message in gate.drafts[-1].recent]
    assert recent == [f"harbour {number}" for number in range(1, 6)] + [
        f"lounge {number}" for number in range(5)
    ]


def test_every_stored_message_is_given_to_the_gate(cast: Cast, gate: HandHeldGate) -> None:
    answers = post_messages([sending(cast.mara, cast.lounge), sending(cast.sam, cast.lounge)])

    [stored] = gate.stored
    assert isinstance(answers[0], Posted)
    message = Message.objects.get(public_id=answers[0].message_public_id)
    assert (stored.message_id, stored.text_version) == (message.pk, 1)
    assert (stored.room_id, stored.author_id) == (cast.lounge.pk, cast.mara.pk)
