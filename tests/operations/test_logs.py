"""Log lines: what they name, and that nobody's words are in them."""

import json
import logging
import secrets
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test import Client

from common import traces
from common.database import in_database
from config.logging import JsonLines, PlainLines
from moderation.services.canary import BAD
from tests.cast import Cast
from tests.clients import Stack
from tests.conftest import Connect
from tests.factories import MessageFactory
from tests.servers import servers


def line(**extra: object) -> logging.LogRecord:
    record = logging.LogRecord("rooms", logging.INFO, "", 0, "message.stored", None, None)
    vars(record).update(extra)
    return record


def test_a_line_names_what_it_belongs_to() -> None:
    with traces.working_on(request="abc"), traces.working_on(socket="def"):
        said = json.loads(JsonLines().format(line(message_id=7)))
        plain = PlainLines().format(line(message_id=7))

    assert (said["request"], said["socket"], said["message_id"]) == ("abc", "def", 7)
    assert plain.endswith("message.stored request='abc' socket='def' message_id=7")
    assert "request" not in json.loads(JsonLines().format(line()))


async def test_threads_of_the_database_keep_the_name() -> None:
    with traces.working_on(socket="def"):
        assert await in_database(traces.ids) == {"socket": "def"}


def test_a_request_is_not_printed_with_its_query() -> None:
    said = JsonLines().format(line(request="<ASGIRequest: GET '/search/?q=a secret'>", status_code=404))

    assert "secret" not in said
    assert json.loads(said)["status_code"] == 404


def test_an_error_of_the_database_does_not_quote_the_row(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.mara, body="what nobody should read")
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE rooms_message SET position = NULL WHERE id = %s", [message.pk])
    except IntegrityError:
        with caplog.at_level(logging.ERROR):
            logging.getLogger("rooms").exception("message.failed")

    said = JsonLines().format(caplog.records[-1])
    assert "IntegrityError" in said
    assert "nobody should read" not in said


def test_other_errors_keep_what_they_say(caplog: pytest.LogCaptureFixture) -> None:
    error = ValidationError("first\nsecond")
    logging.getLogger("rooms").error("form.failed", exc_info=error)

    assert "second" in PlainLines().format(caplog.records[-1])


def test_an_answer_names_its_request(db: None) -> None:
    ours, theirs = Client().get("/"), Client().get("/", headers={"X-Request-Id": "from-the-proxy-1"})
    forged = Client().get("/", headers={"X-Request-Id": "no\u2028good"})

    assert len(ours["X-Request-Id"]) >= 8
    assert theirs["X-Request-Id"] == "from-the-proxy-1"
    assert forged["X-Request-Id"] != "no\u2028good"


@pytest.mark.live
async def test_nothing_that_is_said_is_in_any_log(
    stack: Stack, connect: Connect, committed_cast: Cast
) -> None:
    cast, mark = committed_cast, secrets.token_hex(8)
    mara, rex = await connect(cast.mara), await connect(cast.rex)
    await mara.enters(cast.harbour)
    await rex.enters(cast.harbour)

    said = await rex.says(cast.harbour, f"the ferry {mark} is late")
    await mara.sees(said["message"])
    await mara.says(cast.harbour, f"{mark} again", reply_to=said["message"])
    hidden = await rex.says(cast.harbour, f"{BAD} {mark}")
    await rex.sees(hidden["message"], state="hidden")
    await rex.tries_to_say(cast.attic, f"{mark} where one may not")
    await rex.socket.send(f'{{"type": "post", "body": "{mark}"')
    await rex.sends("shout", body=mark)
    await in_database(_search, stack, mark)

    logs = list((servers().folder.root / "logs").glob("*.log"))
    assert {"web.log", "worker.log"} <= {log.name for log in logs}
    assert [log.name for log in logs if mark in _read(log)] == []


def _read(log: Path) -> str:
    return log.read_text(errors="replace")


def _search(stack: Stack, mark: str) -> None:
    """A page that is not there, asked for with words."""
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{stack.origin}/no-such-page/?q={mark}", timeout=10)
