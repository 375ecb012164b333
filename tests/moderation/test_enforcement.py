"""What each action does, what is written with it, and how it is put back."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEntry
from accounts.services.audit import verify_chain
from common.clock import FOREVER, now
from common.errors import Code, Refused
from moderation.models import Action, Case, Decision, Sanction, StatementOfReasons, Strike
from moderation.services.cases import decide_case, open_case
from moderation.services.enforcement import Order, enforce, reverse
from rooms.models import Membership, Message, Visibility
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory

HOUR = dt.timedelta(hours=1)


def decide(case: Case, cast: Cast, action: Action, until: dt.datetime | None = None) -> Decision:
    return decide_case(
        case=case,
        by=cast.nora,
        action=action,
        policy_key="harassment",
        reason="It insults people.",
        until=until,
    )


def hidden_by_the_classifier(message: Message) -> Decision:
    (decision,) = enforce([automated_hide(message)])
    return decision


def automated_hide(message: Message) -> Order:
    return Order(
        action=Action.HIDE,
        person_id=message.author_id,
        message_id=message.pk,
        policy_key="harassment",
        reason="Hidden because of an insult.",
        grounds={"source": "classifier", "label": "insult", "score": 0.97},
        text_version=message.text_version,
    )


def test_hiding_a_message_writes_decision_strike_statement_and_audit_together(
    cast: Cast, said: Message, case: Case
) -> None:
    decision = decide(case, cast, Action.HIDE)

    said.refresh_from_db()
    assert said.visibility == Visibility.HIDDEN
    assert decision.policy
    assert decision.policy.key == "harassment"
    assert decision.before == {"visibility": "visible"}
    assert not decision.is_automated
    assert Strike.objects.get(decision=decision).person == cast.rex
    statement = StatementOfReasons.objects.get(decision=decision)
    assert statement.person == cast.rex
    assert statement.object_until > now() + dt.timedelta(days=180)
    entry = AuditEntry.objects.get(action="message.hide")
    assert (entry.actor_id, entry.subject_id) == (cast.nora.pk, str(said.pk))
    assert verify_chain() == []


def test_an_automated_decision_names_its_grounds_and_leaves_no_strike(said: Message) -> None:
    decision = hidden_by_the_classifier(said)

    assert decision.is_automated
    assert decision.grounds["label"] == "insult"
    assert decision.decided_by is None
    assert not Strike.objects.exists()
    assert StatementOfReasons.objects.filter(decision=decision).exists()


def test_the_pipeline_decides_once_on_a_text_however_often_it_is_run(said: Message) -> None:
    hidden_by_the_classifier(said)

    assert enforce([automated_hide(said)]) == []
    assert Decision.objects.count() == 1
    assert AuditEntry.objects.filter(action="message.hide").count() == 1


def test_an_order_about_a_text_that_was_edited_since_is_dropped(said: Message) -> None:
    order = automated_hide(said)
    Message.objects.filter(pk=said.pk).update(text_version=2)

    assert enforce([order]) == []
    said.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE


def test_a_batch_enforces_over_several_rooms_at_once(cast: Cast) -> None:
    messages = [MessageFactory.create(room=room, author=cast.rex) for room in (cast.lounge, cast.harbour)]

    decisions = enforce([automated_hide(message) for message in messages])

    assert len(decisions) == 2
    assert Message.objects.filter(visibility=Visibility.HIDDEN).count() == 2
    assert verify_chain() == []


def test_muting_limits_the_person_in_this_room_and_hides_the_message(
    cast: Cast, said: Message, case: Case
) -> None:
    until = now() + HOUR

    decision = decide(case, cast, Action.MUTE, until)

    assert membership(cast).muted_until == until
    assert Sanction.objects.get(decision=decision).room == cast.harbour
    said.refresh_from_db()
    assert said.visibility == Visibility.HIDDEN


def test_removing_puts_the_person_out_of_the_room(cast: Cast, case: Case) -> None:
    decide(case, cast, Action.REMOVE)

    assert membership(cast).left_at
    assert membership(cast).removed_until == FOREVER


def test_suspending_shuts_the_person_out_of_the_site(cast: Cast, case: Case) -> None:
    until = now() + HOUR
    epoch = cast.rex.access_epoch

    decide(case, cast, Action.SUSPEND, until)

    cast.rex.refresh_from_db()
    assert cast.rex.suspended_until == until
    assert cast.rex.access_epoch > epoch


def test_a_warning_limits_nothing_but_is_on_record(cast: Cast, case: Case) -> None:
    decision = decide(case, cast, Action.WARN)

    cast.rex.refresh_from_db()
    assert cast.rex.suspended_until is None
    assert Sanction.objects.get(decision=decision).kind == "warning"
    assert Strike.objects.get(decision=decision).weight == 1


def test_releasing_a_held_message_shows_it_and_tells_nobody_off(cast: Cast) -> None:
    held = MessageFactory.create(room=cast.harbour, author=cast.rex, held=True)

    enforce([Order(action=Action.RELEASE, person_id=cast.rex.pk, message_id=held.pk, decided_by=cast.nora)])

    held.refresh_from_db()
    assert held.visibility == Visibility.VISIBLE
    assert held.was_visible
    assert not StatementOfReasons.objects.exists()


@pytest.mark.parametrize(
    "action", [Action.HIDE, Action.WARN, Action.MUTE, Action.REMOVE, Action.SUSPEND, Action.ESCALATE]
)
def test_reversing_puts_everything_back_and_says_so(
    cast: Cast, said: Message, case: Case, action: Action
) -> None:
    decision = decide(case, cast, action, now() + HOUR)

    reversal = reverse(decision=decision, by=cast.otis, reason="It was a joke among friends.")

    said.refresh_from_db()
    cast.rex.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE
    assert membership(cast).muted_until is None
    assert membership(cast).removed_until is None
    assert membership(cast).is_current
    assert cast.rex.suspended_until is None
    assert not Strike.objects.filter(lifted_at=None).exists()
    assert not Sanction.objects.filter(lifted_at=None).exists()
    assert reversal.reverses == decision
    assert AuditEntry.objects.filter(action="decision.reverse", subject_id=str(decision.pk)).exists()
    assert verify_chain() == []


def test_a_person_put_back_has_the_role_they_had(cast: Cast) -> None:
    host = MembershipFactory.create(room=cast.harbour, person=cast.sam, host=True)
    order = Order(
        action=Action.REMOVE, person_id=cast.sam.pk, room_id=cast.harbour.pk, decided_by=cast.nora, reason="…"
    )
    (decision,) = enforce([order])

    reverse(decision=decision, by=cast.otis, reason="A mistake.")

    host.refresh_from_db()
    assert host.is_current
    assert host.role == "host"


def test_a_decision_is_reversed_only_once(cast: Cast, said: Message) -> None:
    decision = hidden_by_the_classifier(said)
    reverse(decision=decision, by=cast.nora, reason="Harmless.")

    with pytest.raises(Refused) as refusal:
        reverse(decision=decision, by=cast.otis, reason="Harmless.")

    assert refusal.value.code == Code.ALREADY_DECIDED


def test_reversing_leaves_a_message_hidden_while_a_later_decision_hides_it_too(
    cast: Cast, said: Message, case: Case
) -> None:
    by_machine = hidden_by_the_classifier(said)
    decide(case, cast, Action.HIDE)

    reverse(decision=by_machine, by=cast.otis, reason="Not an insult.")

    said.refresh_from_db()
    assert said.visibility == Visibility.HIDDEN


def test_reversing_leaves_a_text_alone_that_was_written_since(cast: Cast, said: Message) -> None:
    decision = hidden_by_the_classifier(said)
    Message.objects.filter(pk=said.pk).update(text_version=2, visibility=Visibility.HELD)

    reverse(decision=decision, by=cast.otis, reason="Not an insult.")

    said.refresh_from_db()
    assert said.visibility == Visibility.HELD


def test_reversing_never_brings_a_deleted_message_back(cast: Cast, said: Message) -> None:
    decision = hidden_by_the_classifier(said)
    Message.objects.filter(pk=said.pk).update(visibility=Visibility.DELETED)

    reverse(decision=decision, by=cast.otis, reason="Not an insult.")

    said.refresh_from_db()
    assert said.visibility == Visibility.DELETED


def test_overturning_a_hold_shows_the_message(cast: Cast) -> None:
    held = MessageFactory.create(room=cast.harbour, author=cast.rex, held=True)
    order = Order(action=Action.HOLD, person_id=cast.rex.pk, message_id=held.pk, text_version=1)
    (decision,) = enforce([order])

    reverse(decision=decision, by=cast.nora, reason="Nothing wrong with it.")

    held.refresh_from_db()
    assert held.visibility == Visibility.VISIBLE


def test_lifting_one_of_two_mutes_leaves_the_other(cast: Cast) -> None:
    shorter = mute(cast, HOUR)
    mute(cast, 2 * HOUR)
    longer_until = membership(cast).muted_until

    reverse(decision=shorter, by=cast.otis, reason="One is enough.")

    assert membership(cast).muted_until == longer_until


def test_lifting_both_mutes_leaves_none_in_whichever_order(cast: Cast) -> None:
    shorter, longer = mute(cast, HOUR), mute(cast, 2 * HOUR)

    reverse(decision=shorter, by=cast.otis, reason="…")
    reverse(decision=longer, by=cast.otis, reason="…")

    assert membership(cast).muted_until is None


def test_a_limit_that_a_host_had_set_before_comes_back(cast: Cast) -> None:
    by_host = now() + HOUR
    Membership.objects.filter(room=cast.harbour, person=cast.rex).update(muted_until=by_host)
    decision = mute(cast, 3 * HOUR)

    reverse(decision=decision, by=cast.otis, reason="The host's is enough.")

    assert membership(cast).muted_until == by_host


def test_a_reversal_is_unread_news_on_the_old_statement(cast: Cast, said: Message) -> None:
    decision = hidden_by_the_classifier(said)
    StatementOfReasons.objects.update(read_at=now())

    reverse(decision=decision, by=cast.otis, reason="Not an insult.")

    assert StatementOfReasons.objects.get(decision=decision).read_at is None


def test_where_one_order_fails_none_is_enforced(cast: Cast, said: Message) -> None:
    nobody = Order(action=Action.WARN, person_id=10**9, decided_by=cast.nora, reason="…")

    with pytest.raises(KeyError):
        enforce([automated_hide(said), nobody])

    said.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE
    assert not Decision.objects.exists()


def test_where_hiding_itself_fails_the_decision_is_undone_and_what_is_around_it_stands(
    cast: Cast, said: Message
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE rooms_message"
            " ADD CONSTRAINT nothing_is_hidden CHECK (visibility <> 'hidden') NOT VALID"
        )
    with transaction.atomic():
        another = MessageFactory.create(room=cast.harbour, author=cast.mara)

        with pytest.raises(IntegrityError):
            enforce([automated_hide(said)])

    said.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE
    assert not Decision.objects.exists()
    assert Message.objects.filter(pk=another.pk).exists()


def mute(cast: Cast, length: dt.timedelta) -> Decision:
    case = open_case(message=None, person=cast.rex, room=cast.harbour, severity=2, why="…")
    order = Order(
        action=Action.MUTE,
        person_id=cast.rex.pk,
        room_id=cast.harbour.pk,
        case_id=case.pk,
        decided_by=cast.nora,
        reason="…",
        until=now() + length,
    )
    return enforce([order])[0]


def membership(cast: Cast) -> Membership:
    return Membership.objects.get(room=cast.harbour, person=cast.rex)
