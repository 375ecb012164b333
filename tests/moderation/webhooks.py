"""What a courier does, later too; and what the other system has heard."""

import datetime as dt
import json

import pytest

from moderation.services import outbox
from tests.moderation.receiver import Receiver


def send() -> None:
    """What a courier does."""
    while endpoint_id := outbox.take_endpoint():
        outbox.send_all(endpoint_id)


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    """Time passes for whoever sends."""
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(**by)
    monkeypatch.setattr(outbox, "now", lambda: moment)


def told(receiver: Receiver) -> list[tuple[str, dict[str, object]]]:
    """What the other system has heard."""
    return [(one["type"], one["data"]) for one in (json.loads(body) for _, body in receiver.got)]
