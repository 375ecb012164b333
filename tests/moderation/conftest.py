"""What the tests of moderation ask for again and again: a message in question, a case that Nora works on."""

import pytest

from common.clock import now
from moderation import jobs
from moderation.models import Case, Severity
from moderation.services.cases import claim_case, open_case
from rooms.models import Message
from tests.cast import Cast
from tests.factories import MessageFactory


@pytest.fixture(autouse=True)
def _no_worker_has_left_a_mark() -> None:
    """Heartbeat and canary of an earlier test's worker are in Redis, which outlives a test."""
    jobs.forget_marks()


@pytest.fixture
def said(cast: Cast) -> Message:
    """What Rex said in the harbour, for all to see."""
    return MessageFactory.create(room=cast.harbour, author=cast.rex, body="you are all fools", sent_at=now())


@pytest.fixture
def case(cast: Cast, said: Message) -> Case:
    """A case about it, claimed by Nora."""
    opened = open_case(
        message=said, person=cast.rex, room=cast.harbour, severity=Severity.MEDIUM, why="reported:harassment"
    )
    return claim_case(case=opened, by=cast.nora)
