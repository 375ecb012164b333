"""What a socket or a tool is let in by, and whether it still holds."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person, PersonalAccessToken, Scope
from accounts.services import leaving, sessions
from accounts.services.sessions import (
    Credentials,
    credentials_from_session,
    credentials_from_token,
    still_good,
)
from accounts.signals import access_ended
from common.clock import FOREVER, now
from common.errors import Code, Refused
from tests.accounts.people import client_of, heard
from tests.cast import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def session_of(person: Person) -> str:
    """The key of a browser in which this person is signed in."""
    key = client_of(person).session.session_key
    assert key
    return key


def token_of(
    person: Person, *scopes: str, expires_at: dt.datetime | None = None
) -> tuple[PersonalAccessToken, str]:
    """A token, and its secret."""
    return sessions.create_token(
        person=person, name="bot", scopes=scopes or [Scope.READ], expires_at=expires_at
    )


def refused(credentials: Credentials) -> Code | None:
    """Why these hold no longer."""
    (refusal,) = still_good([credentials])
    return refusal.code if refusal else None


def test_a_browser_may_do_everything_its_person_may(cast: Cast) -> None:
    credentials = credentials_from_session(session_of(cast.nora))

    assert credentials.person_id == cast.nora.pk
    assert credentials.scopes == set(Scope)
    assert credentials.is_moderator
    assert refused(credentials) is None


def test_a_token_may_do_what_its_scopes_say(cast: Cast) -> None:
    token, secret = token_of(cast.mara, Scope.READ)

    credentials = credentials_from_token(secret)

    assert (credentials.person_id, credentials.token_id) == (cast.mara.pk, token.pk)
    assert credentials.scopes == {"rooms:read"}
    assert refused(credentials) is None


@pytest.mark.parametrize("key", [None, "", "no-such-session", "x" * 500])
def test_a_key_that_opens_nothing_is_not_signed_in(cast: Cast, key: str | None) -> None:
    with pytest.raises(Refused) as refusal:
        credentials_from_session(key)

    assert refusal.value.code is Code.NOT_SIGNED_IN


def test_a_session_in_which_nobody_signed_in_opens_nothing(cast: Cast) -> None:
    browser = client_of(cast.mara)
    browser.logout()
    browser.get("/birth-date/")

    with pytest.raises(Refused):
        credentials_from_session(browser.session.session_key)


@pytest.mark.parametrize("secret", ["", "wardroom_", "wardroom_guess"])
def test_a_secret_that_nobody_has_opens_nothing(cast: Cast, secret: str) -> None:
    token_of(cast.mara)

    with pytest.raises(Refused) as refusal:
        credentials_from_token(secret)

    assert refusal.value.code is Code.NOT_SIGNED_IN


def test_a_session_that_has_run_out_opens_nothing_and_holds_no_longer(cast: Cast) -> None:
    key = session_of(cast.mara)
    credentials = credentials_from_session(key)

    Session.objects.filter(session_key=key).update(expire_date=now() - dt.timedelta(seconds=1))

    assert refused(credentials) is Code.NOT_SIGNED_IN
    with pytest.raises(Refused):
        credentials_from_session(key)


def test_a_password_set_by_the_command_line_ends_sessions_too(cast: Cast) -> None:
    key = session_of(cast.mara)
    credentials = credentials_from_session(key)

    cast.mara.set_password("eleven-kettles-under-the-stairs")
    cast.mara.save()

    assert refused(credentials) is Code.NOT_SIGNED_IN
    with pytest.raises(Refused):
        credentials_from_session(key)


def test_checking_a_password_ends_nothing(cast: Cast) -> None:
    credentials = credentials_from_session(session_of(cast.mara))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.iterations", 1_001)
        assert cast.mara.check_password(PASSWORD)  # and the hash is made anew

    cast.mara.refresh_from_db()
    assert "$1001$" in cast.mara.password
    assert cast.mara.access_epoch == credentials.access_epoch


def test_a_token_out_of_date_opens_nothing_and_holds_no_longer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _token, secret = token_of(cast.mara, expires_at=now() + dt.timedelta(days=1))
    credentials = credentials_from_token(secret)
    monkeypatch.setattr(sessions, "now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=2))

    assert refused(credentials) is Code.NOT_SIGNED_IN
    with pytest.raises(Refused):
        credentials_from_token(secret)


def test_a_revoked_token_opens_nothing_and_holds_no_longer(cast: Cast) -> None:
    token, secret = token_of(cast.mara)
    credentials = credentials_from_token(secret)

    with heard(access_ended) as ended:
        sessions.revoke_token(person=cast.mara, token_public_id=token.public_id)
        sessions.revoke_token(person=cast.mara, token_public_id=token.public_id)

    assert [(one["reason"], one["token_id"]) for one in ended] == [("token", token.pk)]
    assert refused(credentials) is Code.NOT_SIGNED_IN
    with pytest.raises(Refused):
        credentials_from_token(secret)


def test_a_token_of_somebody_else_is_not_there_to_revoke(cast: Cast) -> None:
    token, secret = token_of(cast.mara)

    with pytest.raises(Refused) as refusal:
        sessions.revoke_token(person=cast.rex, token_public_id=token.public_id)

    assert refusal.value.code is Code.NOT_FOUND
    assert refused(credentials_from_token(secret)) is None


@pytest.mark.parametrize("scopes", [[], ["rooms:read", "everything"]])
def test_a_token_needs_scopes_that_exist(cast: Cast, scopes: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        sessions.create_token(person=cast.mara, name="bot", scopes=scopes, expires_at=None)

    assert refusal.value.code is Code.MALFORMED


def test_a_token_does_not_end_before_it_begins(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        token_of(cast.mara, expires_at=now() - dt.timedelta(seconds=1))

    assert refusal.value.code is Code.MALFORMED


def test_only_the_digest_of_a_secret_is_kept(cast: Cast) -> None:
    token, secret = token_of(cast.mara)

    token.refresh_from_db()
    assert secret not in {token.digest, token.name, token.public_id}
    assert secret.startswith("wardroom_")


def test_that_a_token_was_used_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    token, secret = token_of(cast.mara)

    credentials_from_token(secret)
    token.refresh_from_db()
    first = token.last_used_at
    credentials_from_token(secret)

    token.refresh_from_db()
    assert first is not None
    assert token.last_used_at == first


def test_a_suspended_person_is_let_in_by_nothing(cast: Cast) -> None:
    key, (_token, secret) = session_of(cast.rex), token_of(cast.rex)
    holding = [credentials_from_session(key), credentials_from_token(secret)]
    leaving.suspend(person=cast.rex, until=FOREVER)

    assert [refusal and refusal.code for refusal in still_good(holding)] == [Code.SUSPENDED] * 2
    for let_in, by in ((credentials_from_session, key), (credentials_from_token, secret)):
        with pytest.raises(Refused) as refusal:
            let_in(by)
        assert refusal.value.code is Code.SUSPENDED
        assert refusal.value.facts == {"until": FOREVER}


def test_a_suspended_person_makes_no_tokens(cast: Cast) -> None:
    leaving.suspend(person=cast.rex, until=FOREVER)

    with pytest.raises(Refused) as refusal:
        token_of(cast.rex)

    assert refusal.value.code is Code.SUSPENDED


def test_a_closed_account_is_let_in_by_nothing(cast: Cast) -> None:
    key, (_token, secret) = session_of(cast.rex), token_of(cast.rex)
    credentials = credentials_from_session(key)
    leaving.deactivate_person(person=cast.rex, by=cast.ada)

    assert refused(credentials) is Code.DEACTIVATED
    for let_in, by in ((credentials_from_session, key), (credentials_from_token, secret)):
        with pytest.raises(Refused) as refusal:
            let_in(by)
        assert refusal.value.code is Code.DEACTIVATED


def test_after_a_suspension_old_sockets_come_back_by_opening_anew(cast: Cast) -> None:
    key = session_of(cast.rex)
    old = credentials_from_session(key)
    leaving.suspend(person=cast.rex, until=FOREVER)
    leaving.lift_suspension(person=cast.rex)

    assert refused(old) is Code.NOT_SIGNED_IN
    assert refused(credentials_from_session(key)) is None


def test_a_person_who_is_gone_is_not_signed_in(cast: Cast) -> None:
    credentials = credentials_from_session(session_of(cast.sam))
    Person.objects.filter(pk=cast.sam.pk).delete()

    assert refused(credentials) is Code.NOT_SIGNED_IN


def test_any_number_of_credentials_is_checked_with_four_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    people = [cast.mara, cast.ada, cast.rex, cast.sam, cast.nora]
    holding = [credentials_from_session(session_of(person)) for person in people]
    holding += [credentials_from_token(token_of(person)[1]) for person in people]

    with django_assert_num_queries(4):
        assert still_good(holding) == [None] * 10


def test_no_credentials_ask_nothing_but_that(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert still_good([]) == []
