"""Which addresses a webhook may have: of the public internet, by whatever name or number."""

import pytest
from pytest_django.fixtures import Settings

from common.errors import Refused
from moderation import outgoing
from moderation.services import webhooks
from tests.cast import Cast


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://db.internal/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/",
        "https://[::ffff:192.168.0.1]/",
        "https://user:password@hooks.example.org/",
        "https:///nowhere",
        "https://hooks.example.org:notaport/",
        "ftp://hooks.example.org/",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_must_not_be_asked_is_not_kept(cast: Cast, settings: Settings, url: str) -> None:
    settings.WEBHOOKS_PRIVATE_ALLOWED = False

    with pytest.raises(Refused, match="address_refused"):
        webhooks.add_webhook(name="x", url=url, events=webhooks.EVENTS, by=cast.ada)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False),
        ("::ffff:127.0.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1", False),
        ("fd00::1", False),
    ],
)
def test_which_addresses_are_of_the_public_internet(address: str, public: bool) -> None:
    assert outgoing.is_public(address) is public
