"""What the tests of moderation ask for again and again: a message in question, a case, a webhook."""

from collections.abc import Iterator

import pytest

from common.clock import now
from moderation import jobs
from moderation.models import Case, Severity, WebhookEndpoint
from moderation.services import webhooks
from moderation.services.cases import claim_case, open_case
from rooms.models import Message
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.receiver import Receiver, listening


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


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The other system."""
    with listening() as there:
        yield there


@pytest.fixture
def secret(cast: Cast, receiver: Receiver) -> str:
    """What Ada got when she added it, for every event."""
    _, secret = webhooks.add_webhook(name="pager", url=receiver.url, events=webhooks.EVENTS, by=cast.ada)
    return secret


@pytest.fixture
def endpoint(secret: str) -> WebhookEndpoint:
    """What she added."""
    return WebhookEndpoint.objects.get()
