"""Rows stored by the hundred: whatever a text holds, what comes back is what went in."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.database import insert_each, update_each
from moderation.models import Assessment, AssessmentState
from rooms.models import Membership, Message
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(bodies=st.lists(STORABLE, min_size=1, max_size=5), sent_at=st.datetimes(timezones=st.just(dt.UTC)))
def test_messages_come_back_as_they_were_stored(cast: Cast, bodies: list[str], sent_at: dt.datetime) -> None:
    Message.objects.all().delete()
    messages = [
        MessageFactory.build(
            room=cast.harbour, author=cast.mara, body=body, sent_at=sent_at, position=n, revision=n
        )
        for n, body in enumerate(bodies, start=1)
    ]

    insert_each(messages)

    kept = list(Message.objects.order_by("position"))
    assert [message.pk for message in kept] == [message.pk for message in messages]
    assert [(m.body, m.sent_at, m.client_key, m.reply_to_id) for m in kept] == [
        (m.body, m.sent_at, m.client_key, None) for m in messages
    ]


def test_scores_states_and_times_come_back_from_an_update_too(cast: Cast) -> None:
    rows = [
        Assessment(message=MessageFactory.create(room=cast.harbour, author=cast.mara), text_version=1)
        for _ in range(3)
    ]
    insert_each(rows)
    for n, row in enumerate(rows):
        row.scores, row.state, row.error = {"toxicity": n / 7}, AssessmentState.DONE, 'a "quoted" \\ word'
        row.judged_at = dt.datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)

    update_each(rows, ["scores", "state", "judged_at", "error"])

    for row, kept in zip(rows, Assessment.objects.order_by("pk"), strict=True):
        assert (kept.scores, kept.state, kept.judged_at, kept.error) == (
            row.scores,
            row.state,
            row.judged_at,
            row.error,
        )


def test_among_finds_what_in_finds(cast: Cast) -> None:
    ids = {cast.mara.pk, cast.finn.pk}

    among = Membership.objects.filter(person_id__among=ids)

    assert set(among) == set(Membership.objects.filter(person_id__in=ids))
    assert not Membership.objects.filter(person_id__among=[]).exists()
