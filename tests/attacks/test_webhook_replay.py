"""What somebody on the way does with a request to a webhook: keeps it, changes it, leads it inside.

The receiver checks as docs/api.md says: its code is run here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.fixtures import Settings

from common.clock import now
from common.errors import Code, Refused
from moderation.models import WebhookDelivery, WebhookEndpoint
from moderation.outgoing import signature
from moderation.services import outbox, webhooks
from tests.cast import Cast
from tests.moderation.pages import signed_in
from tests.moderation.receiver import Headers, Receiver, listening

pytestmark = pytest.mark.django_db

IsOurs = Callable[[str, Headers, bytes], bool]


@dataclass
class Sent:
    """A request as it reached the receiver, and the receiver's secret."""

    endpoint: WebhookEndpoint
    secret: str
    headers: Headers
    body: bytes

    @property
    def at(self) -> int:
        """When it was sent, in seconds."""
        return int(self.headers["webhook-timestamp"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The other system."""
    with listening() as there:
        yield there


@pytest.fixture
def sent(cast: Cast, receiver: Receiver) -> Sent:
    """A test event that has arrived."""
    endpoint, secret = webhooks.add_webhook(
        name="pager", url=receiver.url, events=webhooks.EVENTS, by=cast.ada
    )
    webhooks.send_test(endpoint=endpoint, by=cast.ada)
    _send()
    [(headers, body)] = receiver.got
    return Sent(endpoint, secret, headers, body)


@pytest.fixture
def is_ours() -> IsOurs:
    """The check that docs/api.md gives to receivers, as it stands there."""
    page = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    named: dict[str, IsOurs] = {}
    exec(code, named)
    return named["is_ours"]


def test_what_we_send_is_believed(sent: Sent, is_ours: IsOurs) -> None:
    assert is_ours(sent.secret, sent.headers, sent.body)


@pytest.mark.parametrize("later_s", [301, 86_400, -301])
def test_what_was_kept_and_is_sent_again_is_not(
    sent: Sent, is_ours: IsOurs, monkeypatch: pytest.MonkeyPatch, later_s: int
) -> None:
    monkeypatch.setattr("time.time", lambda: sent.at + later_s)

    assert not is_ours(sent.secret, sent.headers, sent.body)


def test_its_time_and_its_id_cannot_be_exchanged(sent: Sent, is_ours: IsOurs) -> None:
    """Else what was kept could be made fresh, or look like something that has not been seen."""
    for name, value in (("webhook-timestamp", str(sent.at + 1)), ("webhook-id", "another")):
        assert not is_ours(sent.secret, {**sent.headers, name: value}, sent.body)
    assert not is_ours(sent.secret, sent.headers, sent.body.replace(b"test", b"TEST"))


def test_pieces_cannot_be_moved_between_id_time_and_body(sent: Sent, is_ours: IsOurs) -> None:
    whole, at = sent.headers["webhook-id"], sent.headers["webhook-timestamp"]
    moved = {**sent.headers, "webhook-id": f"{whole}.{at}", "webhook-timestamp": at}

    assert not is_ours(sent.secret, moved, sent.body)
    assert "." not in whole


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook-signature", "v1,ünsigned"),
        ("webhook-signature", ""),
        ("webhook-timestamp", "now"),
        ("webhook-timestamp", "9" * 400),
        ("webhook-timestamp", "nan"),
    ],
)
def test_what_is_no_signature_or_time_is_refused_and_breaks_nothing(
    sent: Sent, is_ours: IsOurs, name: str, value: str
) -> None:
    assert not is_ours(sent.secret, {**sent.headers, name: value}, sent.body)


def test_without_its_headers_it_is_refused(sent: Sent, is_ours: IsOurs) -> None:
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        headers = {one: value for one, value in sent.headers.items() if one != name}
        assert not is_ours(sent.secret, headers, sent.body)


def test_a_signature_by_another_secret_is_refused_beside_ours_it_is_believed(
    sent: Sent, is_ours: IsOurs
) -> None:
    """A space between signatures is the norm's way of changing a secret."""
    facts = {"webhook_id": sent.headers["webhook-id"], "timestamp": sent.at, "body": sent.body}
    foreign = signature(b"another secret", **facts)  # type: ignore[arg-type]
    both = f"{foreign} {sent.headers['webhook-signature']}"

    assert not is_ours(sent.secret, {**sent.headers, "webhook-signature": foreign}, sent.body)
    assert is_ours(sent.secret, {**sent.headers, "webhook-signature": both}, sent.body)


def test_what_we_send_again_is_fresh_and_has_the_same_id(
    cast: Cast, sent: Sent, receiver: Receiver, is_ours: IsOurs, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = now() + outbox.KEPT_FOR / 2
    monkeypatch.setattr(outbox, "now", lambda: later)
    monkeypatch.setattr("time.time", later.timestamp)

    webhooks.send_again(delivery=WebhookDelivery.objects.get(), by=cast.ada)
    _send()

    headers, body = receiver.got[-1]
    assert headers["webhook-id"] == sent.headers["webhook-id"]
    assert is_ours(sent.secret, headers, body)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/hook", "https://[::ffff:127.0.0.1]/", "http://example.org/"]
)
def test_an_endpoint_is_not_led_inside_by_changing_it_either(
    cast: Cast, sent: Sent, settings: Settings, url: str
) -> None:
    settings.WEBHOOKS_PRIVATE_ALLOWED = False

    with pytest.raises(Refused) as refused:
        webhooks.change_webhook(
            endpoint=sent.endpoint, name="pager", url=url, events=webhooks.EVENTS, by=cast.ada
        )

    assert refused.value.code is Code.ADDRESS_REFUSED
    assert WebhookEndpoint.objects.get().url != url


def test_what_was_allowed_when_it_was_added_is_asked_again_when_it_is_sent(
    cast: Cast, sent: Sent, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOKS_PRIVATE_ALLOWED = False

    webhooks.send_test(endpoint=sent.endpoint, by=cast.ada)
    _send()

    assert len(receiver.got) == 1
    assert WebhookDelivery.objects.latest("pk").error == "address refused"


@pytest.mark.parametrize("who", ["mara", "nora"])
def test_nobody_but_administrators_comes_near_it(cast: Cast, sent: Sent, who: str) -> None:
    browser = signed_in(getattr(cast, who))
    before = WebhookEndpoint.objects.values().get()
    delivery = WebhookDelivery.objects.get().public_id
    verbs = ("change_webhook", "test_webhook", "switch_webhook", "renew_webhook_secret", "remove_webhook")
    addresses = [reverse(f"moderation:{verb}", args=[sent.endpoint.public_id]) for verb in verbs]
    addresses.append(reverse("moderation:redeliver", args=[sent.endpoint.public_id, delivery]))

    answers = [
        browser.post(address, {"name": "mine", "url": "https://example.org/"}) for address in addresses
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert WebhookEndpoint.objects.values().get() == before
    assert WebhookDelivery.objects.count() == 1


def _send() -> None:
    """What a courier does."""
    while endpoint_id := outbox.take_endpoint():
        outbox.send_all(endpoint_id)
