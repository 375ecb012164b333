"""The interface's document is kept: Schemathesis asks what it allows and forbids, in several people's names.

Against the real application and the real database; half of the requests name what is really there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api import api
from moderation.models import Action
from moderation.services.appeals import lodge_appeal
from moderation.services.cases import claim_case, decide_case, open_case
from tests.bots import API, bot_of
from tests.cast import Cast
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# The token is ours to send: it is not among what is made up.
_CONFIG = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
DOCUMENT = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", get_wsgi_application(), config=_CONFIG)
OPERATIONS: dict[str, Any] = {
    one.label: one for one in (cast("Any", found).ok() for found in DOCUMENT.get_all_operations())
}
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 6}
EFFORT = effort(deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def takes_anything(operation: Any) -> bool:
    """Whether there is something about a request that can be wrong."""
    return bool(operation.body or operation.path_parameters or operation.query)


@dataclass(frozen=True)
class There:
    """What is really there, by the name that paths give it; and the tokens of several people."""

    ids: dict[str, list[str]]
    secrets: list[str]


@pytest.fixture
def _requests_leave_the_connection_open() -> Iterator[None]:
    """As Django's own test client has it: a request in the test's transaction does not end it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def there(_requests_leave_the_connection_open: None, cast: Cast, settings: Settings) -> There:
    """A lounge where things were said, reported and decided."""
    settings.API_RATE = "100000/minute"
    theirs, ours = [
        MessageFactory.create(room=cast.lounge, author=author) for author in (cast.rex, cast.mara)
    ]
    case = open_case(message=theirs, person=cast.rex, room=cast.lounge, severity=2, why="reported")
    claim_case(case=case, by=cast.nora)
    past = open_case(message=None, person=cast.sam, room=None, severity=1, why="reported")
    claim_case(case=past, by=cast.nora)
    decided = decide_case(case=past, by=cast.nora, action=Action.DISMISS, policy_key=None, reason="Fine.")
    warned = open_case(message=None, person=cast.rex, room=None, severity=1, why="reported")
    claim_case(case=warned, by=cast.otis)
    warning = decide_case(
        case=warned, by=cast.otis, action=Action.WARN, policy_key="harassment", reason="Careful."
    )
    appeal = lodge_appeal(decision=warning, person=cast.rex, text="It was a quotation.")
    return There(
        ids={
            "room": [cast.lounge.public_id, cast.harbour.public_id, cast.attic.public_id],
            "message": [theirs.public_id, ours.public_id],
            "person": [cast.rex.public_id, cast.sam.public_id, cast.mara.public_id],
            "case": [case.public_id, past.public_id],
            "decision": [decided.public_id],
            "statement": [warning.public_id],
            "appeal": [appeal.public_id],
        },
        secrets=[bot_of(person).secret or "" for person in (cast.mara, cast.rex, cast.nora, cast.ada)],
    )


@pytest.mark.parametrize(
    ("label", "mode"),
    [(label, GenerationMode.POSITIVE) for label in OPERATIONS]
    + [(label, GenerationMode.NEGATIVE) for label, one in OPERATIONS.items() if takes_anything(one)],
)
def test_every_answer_is_one_that_the_document_names(there: There, label: str, mode: GenerationMode) -> None:
    operation = OPERATIONS[label]
    is_good = mode is GenerationMode.POSITIVE

    @effort(
        max_examples=EXAMPLES[mode], deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode), choice=st.data())
    def ask(case: Any, choice: st.DataObject) -> None:
        for name, ids in there.ids.items():
            if is_good and name in (case.path_parameters or {}) and choice.draw(st.booleans()):
                case.path_parameters[name] = choice.draw(st.sampled_from(ids))
        secret = choice.draw(st.sampled_from(there.secrets))
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)

    ask()


def test_every_operation_says_what_it_does_and_is_named_once() -> None:
    document = api.get_openapi_schema()
    operations = [one for path in document["paths"].values() for one in path.values()]

    assert all(one["description"].endswith(".") for one in operations)
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
