"""Access tokens: made and revoked on the page and on the command line; the secret is seen once."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEntry, PersonalAccessToken
from accounts.services.sessions import credentials_from_token
from tests.accounts.people import client_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:tokens")
NEW = reverse("accounts:create_token")
BOT = {"name": "reading bot", "scopes": ["rooms:read"], "lasts": "30"}


def test_making_a_token_asks_for_the_password_first(cast: Cast) -> None:
    response = client_of(cast.mara).get(NEW)

    assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_the_secret_is_shown_once(cast: Cast) -> None:
    mara = client_of(cast.mara, confirmed=True)

    page = mara.post(NEW, BOT).content.decode()

    found = re.search(r'value="(wardroom_[^"]+)"', page)
    assert found
    assert credentials_from_token(found.group(1)).person_id == cast.mara.pk
    assert found.group(1) not in mara.get(PAGE).content.decode()
    assert "reading bot" in mara.get(PAGE).content.decode()


def test_a_token_for_nothing_is_not_made(cast: Cast) -> None:
    client_of(cast.mara, confirmed=True).post(NEW, {**BOT, "scopes": []})

    assert not PersonalAccessToken.objects.exists()


def test_scopes_that_the_form_does_not_offer_are_not_given(cast: Cast) -> None:
    client_of(cast.mara, confirmed=True).post(NEW, {**BOT, "scopes": ["rooms:read", "moderation"]})

    assert not PersonalAccessToken.objects.exists()


def test_a_token_is_revoked_on_the_page(cast: Cast) -> None:
    mara = client_of(cast.mara, confirmed=True)
    mara.post(NEW, BOT)
    token = PersonalAccessToken.objects.get()

    page = mara.post(reverse("accounts:revoke_token", args=[token.public_id]), follow=True).content.decode()

    assert "revoked" in page
    assert "reading bot" not in page


def test_nobody_revokes_anothers(cast: Cast) -> None:
    client_of(cast.mara, confirmed=True).post(NEW, BOT)
    token = PersonalAccessToken.objects.get()

    response = client_of(cast.rex).post(reverse("accounts:revoke_token", args=[token.public_id]))

    assert response.status_code == 404


def test_making_and_revoking_are_in_the_audit_log(cast: Cast) -> None:
    mara = client_of(cast.mara, confirmed=True)
    mara.post(NEW, BOT)
    mara.post(reverse("accounts:revoke_token", args=[PersonalAccessToken.objects.get().public_id]))

    entries = AuditEntry.objects.order_by("sequence")
    assert [entry.action for entry in entries] == ["token.create", "token.revoke"]


def test_without_tokens_the_page_says_what_they_are_for(cast: Cast) -> None:
    assert "bot or a tool" in client_of(cast.mara).get(PAGE).content.decode()


def run(*arguments: str) -> str:
    """What the command prints."""
    said = StringIO()
    call_command("tokens", *arguments, stdout=said, stderr=StringIO())
    return said.getvalue().strip()


def test_the_command_makes_a_token_and_prints_only_its_secret(cast: Cast) -> None:
    secret = run("create", "mara", "--scope", "rooms:read", "--scope", "rooms:write", "--name", "tool")

    assert credentials_from_token(secret).scopes == {"rooms:read", "rooms:write"}


def test_the_command_lists_what_works(cast: Cast) -> None:
    run("create", "Mara", "--scope", "rooms:read", "--name", "tool", "--days", "7")

    line = run("list", "Mara")

    assert "rooms:read" in line
    assert "not used yet" in line
    assert line.endswith("tool")


def test_the_command_revokes(cast: Cast) -> None:
    run("create", "Mara", "--scope", "rooms:read")

    run("revoke", "Mara", PersonalAccessToken.objects.get().public_id)

    assert run("list", "Mara") == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["create", "Nobody", "--scope", "rooms:read"], "nobody of the name Nobody"),
        (["create", "Mara"], "--scope"),
        (["create", "Mara", "--scope", "everything"], "invalid choice"),
        (["create", "Mara", "--scope", "rooms:read", "--days", "0"], "1 to 3650"),
        (["revoke", "Mara", "no-such-token"], "nothing here"),
        ([], "required"),
    ],
)
def test_the_command_says_what_is_wrong(cast: Cast, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*arguments)


@pytest.mark.parametrize("act", ["create", "list", "revoke"])
def test_the_command_explains_itself(act: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("tokens", act, "--help")

    assert end.value.code == 0
    assert "the name on the site" in capsys.readouterr().out
