"""What docs/api.md shows can be copied: its receiver believes what we sign, and nothing else."""

import re
import time
from typing import Any

from django.conf import settings

from accounts.models import Scope
from moderation.outgoing import signature, written
from moderation.services.webhooks import EVENTS

PAGE = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
SECRET = bytes(range(32))


def is_ours(timestamp: int, body: bytes, received: bytes) -> Any:
    """What the page's own code says of a request."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    scope: dict[str, Any] = {}
    exec(code, scope)  # the document's example
    headers = {
        "webhook-id": "w1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(SECRET, webhook_id="w1", timestamp=timestamp, body=body),
    }
    return scope["is_ours"](written(SECRET), headers, received)


def test_the_receiver_on_the_page_believes_what_we_sign() -> None:
    assert is_ours(int(time.time()), b'{"type": "webhook.test"}', b'{"type": "webhook.test"}') is True


def test_it_believes_neither_what_was_changed_nor_what_is_old() -> None:
    assert is_ours(int(time.time()), b"{}", b"[]") is False
    assert is_ours(int(time.time()) - 3600, b"{}", b"{}") is False


def test_the_page_names_every_scope_and_every_event() -> None:
    assert all(f"`{name}`" in PAGE for name in (*Scope.values, *EVENTS))
