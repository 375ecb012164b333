"""Access tokens at the JSON interface: what lets one in, what a scope allows, oneself and one's blocks."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import AgeBand, Block, PersonalAccessToken, Scope
from accounts.services.leaving import deactivate_person, suspend
from accounts.services.sessions import create_token, credentials_from_token, revoke_token, still_good
from common.clock import now
from common.errors import Code, Refused
from tests.accounts.people import client_of
from tests.bots import API, Bot, bot_of, code_of, give_tokens_to_minors
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_token_tells_whose_it_is_and_what_it_may_do(cast: Cast) -> None:
    mine = bot_of(cast.mara, Scope.READ).gets("/me")

    assert (mine["id"], mine["name"], mine["role"]) == (cast.mara.public_id, "Mara", "member")
    assert mine["token"]["scopes"] == ["rooms:read"]


@pytest.mark.parametrize("secret", [None, "wardroom_guess", ""])
def test_without_a_good_token_nothing_is_answered(cast: Cast, secret: str | None) -> None:
    answer = Bot(secret).asks("get", "/me")

    assert (answer.status_code, code_of(answer)) == (401, "not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_browsers_session_is_not_looked_at(cast: Cast) -> None:
    answer = client_of(cast.mara).get(f"{API}/me")

    assert code_of(answer) == "not_signed_in"


def test_the_answers_are_kept_by_no_cache(cast: Cast) -> None:
    answer = bot_of(cast.mara).asks("get", "/me")

    assert answer["Cache-Control"] == "private, no-store"


def test_a_token_stops_when_it_is_revoked(cast: Cast) -> None:
    bot = bot_of(cast.mara)
    revoke_token(person=cast.mara, token_public_id=PersonalAccessToken.objects.get().public_id)

    assert bot.code_of("get", "/me") == "not_signed_in"


def test_a_suspended_persons_tools_are_told_so_whatever_cookie_they_send(cast: Cast) -> None:
    bot = bot_of(cast.rex)
    suspend(person=cast.rex, until=now() + dt.timedelta(days=1))
    browser = client_of(cast.rex)

    assert bot.code_of("get", "/me") == "suspended"
    cookie = browser.get(f"{API}/me", headers={"authorization": f"Bearer {bot.secret}"})
    assert code_of(cookie) == "suspended"


def test_a_closed_account_has_no_tools(cast: Cast) -> None:
    bot = bot_of(cast.rex)
    deactivate_person(person=cast.rex, by=cast.ada)

    assert bot.code_of("get", "/me") in {"deactivated", "not_signed_in"}


def test_too_many_questions_are_refused_for_one_token_and_not_for_another(
    cast: Cast, settings: Settings
) -> None:
    settings.API_RATE = "2/minute"
    eager, other = bot_of(cast.mara), bot_of(cast.mara)

    codes = [eager.code_of("get", "/me") for _ in range(3)]

    assert codes == [None, None, "too_fast"]
    assert eager.asks("get", "/me")["Retry-After"]
    assert other.code_of("get", "/me") is None


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/rooms", Scope.READ),
        ("post", "/rooms/x/messages", Scope.WRITE),
        ("get", "/notices", Scope.ACCOUNT_READ),
        ("get", "/me/blocks", Scope.ACCOUNT_READ),
        ("put", "/me/blocks/x", Scope.ACCOUNT_WRITE),
        ("post", "/people/x/report", Scope.ACCOUNT_WRITE),
        ("get", "/moderation/cases", Scope.MODERATE),
    ],
)
def test_a_token_does_nothing_that_its_scopes_do_not_name(
    cast: Cast, method: str, path: str, scope: Scope
) -> None:
    others = bot_of(cast.nora, *(one for one in Scope if one != scope))

    answer = others.asks(method, path)

    assert code_of(answer) == "scope_missing"
    assert answer.json()["scope"] == scope


def test_a_member_makes_no_token_for_the_queue(cast: Cast) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        create_token(person=cast.mara, name="bot", scopes=[Scope.MODERATE], expires_at=None)
    page = client_of(cast.mara, confirmed=True).get(reverse("accounts:create_token"))
    assert "moderation:queue" not in page.content.decode()


def test_a_minor_has_no_tokens_unless_an_administrator_decides_so(cast: Cast) -> None:
    page = client_of(cast.finn).get(reverse("accounts:tokens")).content.decode()
    assert "not for people of your age" in page
    with pytest.raises(Refused, match="tokens_not_allowed"):
        bot_of(cast.finn)

    give_tokens_to_minors()

    assert bot_of(cast.finn).gets("/me")["name"] == "Finn"


def test_what_is_decided_of_minors_tokens_holds_for_open_sockets_too(cast: Cast) -> None:
    give_tokens_to_minors()
    bot = bot_of(cast.finn)
    credentials = credentials_from_token(bot.secret or "")

    AgeBand.objects.filter(is_minor=True).update(may_use_tokens=False)

    [refusal] = still_good([credentials])
    assert refusal is not None
    assert refusal.code is Code.NOT_SIGNED_IN
    assert bot.code_of("get", "/me") == "tokens_not_allowed"


def test_somebody_of_unknown_age_has_no_tokens(cast: Cast) -> None:
    give_tokens_to_minors()
    cast.mara.birth_date = None
    cast.mara.save(update_fields=["birth_date"])

    with pytest.raises(Refused, match="tokens_not_allowed"):
        bot_of(cast.mara)


def test_blocks_are_made_listed_and_taken_back(cast: Cast) -> None:
    bot = bot_of(cast.mara, Scope.ACCOUNT_READ, Scope.ACCOUNT_WRITE)
    rex = f"/me/blocks/{cast.rex.public_id}"

    assert bot.asks("put", rex).status_code == 204
    assert bot.asks("put", rex).status_code == 204
    assert [one["person"]["name"] for one in bot.gets("/me/blocks")] == ["Rex"]
    assert bot.asks("delete", rex).status_code == 204
    assert not Block.objects.exists()


def test_nobody_blocks_themselves_or_somebody_who_is_not_there(cast: Cast) -> None:
    bot = bot_of(cast.mara)

    assert bot.code_of("put", f"/me/blocks/{cast.mara.public_id}") == "not_oneself"
    assert bot.code_of("put", "/me/blocks/nobody") == "not_found"


@pytest.mark.parametrize("address", ["/api/", "/api/v1/nothing", "/api/v2/me"])
def test_an_address_that_is_not_there_is_told_as_json(cast: Cast, address: str) -> None:
    assert code_of(Client().post(address)) == "not_found"


def test_what_cannot_be_read_is_named_and_not_repeated(cast: Cast) -> None:
    answer = bot_of(cast.mara).says(cast.harbour, "secret words", client_key="not a key")

    assert code_of(answer) == "malformed"
    assert answer.json()["fields"] == ["body.sent.client_key"]
    assert "not a key" not in answer.content.decode()


def test_a_sentence_comes_in_the_language_that_was_asked_for(cast: Cast) -> None:
    assert Client().get(f"{API}/me", headers={"accept-language": "en"}).json()["detail"].endswith("go on.")


def test_the_document_and_its_page_are_there_for_everybody(cast: Cast) -> None:
    page = Client().get(f"{API}/docs")
    document = Client().get(f"{API}/openapi.json").json()

    assert page.status_code == 200
    assert "https://" not in page.content.decode()
    assert document["openapi"].startswith("3.1")
    assert document["paths"][f"{API}/rooms"]["get"]["security"] == [{"Bearer": ["rooms:read"]}]
