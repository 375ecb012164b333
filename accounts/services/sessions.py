"""Who is behind a session cookie or a token, whether that still holds, and ending either.

Pages are authenticated by Django; sockets and tools ask here. Rows: Django's sessions, allauth's
usersessions beside them, and personal access tokens.
"""

import datetime as dt
import hashlib
import ipaddress
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from accounts.models import MODERATORS_SCOPES, AgeBand, Erased, Person, PersonalAccessToken, Scope
from accounts.permissions import may_use_tokens, refusal_to_act
from accounts.selectors import age_bands
from accounts.services import audit, erasures
from accounts.services.leaving import end_access
from accounts.signals import AccessEnd, access_ended
from common.clock import now
from common.errors import Code, Refused

T = TypeVar("T")

ALL_SCOPES = frozenset(str(scope) for scope in Scope)
# Recognisable in a leaked file or log, as secret scanners ask for.
_TOKEN_PREFIX = "wardroom_"  # noqa: S105 - what a secret begins with, not one
_USE_NOTED_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a socket was opened with: enough to ask later whether it still holds.

    Attributes:
        access_epoch: the person's, when the credentials were taken.
        scopes: what they allow; a browser session allows everything.
    """

    person_id: int
    access_epoch: int
    session_key: str | None
    token_id: int | None
    scopes: frozenset[str]
    is_moderator: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows to be let in: an access token's secret, or else the key of a browser's session."""

    secret: str | None = None
    session_key: str | None = None


def credentials_from_session(session_key: str | None) -> Credentials:
    """The credentials behind a session cookie. Refuses: NOT_SIGNED_IN, DEACTIVATED, SUSPENDED."""
    return _only(credentials_behind([Shown(session_key=session_key)]))[0]


def credentials_from_token(secret: str) -> Credentials:
    """The credentials behind a personal access token; notes that it was used.

    Refuses: as `token_behind`.
    """
    return _only(credentials_behind([Shown(secret=secret)]))[0]


def credentials_behind(shown: Sequence[Shown]) -> list[tuple[Credentials, Person] | Refused]:
    """The credentials behind each of these, and whose they are; notes which tokens were used.

    A refusal in the list: NOT_SIGNED_IN, DEACTIVATED, SUSPENDED, and TOKENS_NOT_ALLOWED. Four statements at
    most, however many they are, and a transaction of its own where a token's use is noted.
    """
    tokens = tokens_behind({one.secret for one in shown if one.secret})
    people = _people_of_sessions({one.session_key for one in shown if one.session_key and not one.secret})
    return [
        _of_token(tokens[one.secret]) if one.secret else _of_session(one.session_key, people) for one in shown
    ]


def token_behind(secret: str) -> PersonalAccessToken:
    """The token of that secret, with its person; notes that it was used.

    Refuses: NOT_SIGNED_IN (unknown, revoked, out of date), DEACTIVATED, SUSPENDED, TOKENS_NOT_ALLOWED.
    """
    return _only([tokens_behind({secret})[secret]])


def tokens_behind(secrets_shown: Collection[str]) -> dict[str, PersonalAccessToken | Refused]:
    """The same for several, by their secrets. Two statements, and a transaction where a use is noted."""
    if not secrets_shown:
        return {}
    digests = {secret: _digest(secret) for secret in secrets_shown}
    rows = _usable_tokens().select_related("person").filter(digest__among=digests.values())
    found = {row.digest: row for row in rows}
    bands = age_bands() if found else []
    judged = {secret: _usable(found.get(digest), bands) for secret, digest in digests.items()}
    _note_use([token for token in judged.values() if isinstance(token, PersonalAccessToken)])
    return judged


def still_good(
    many: Sequence[Credentials],
    people: Mapping[int, Person] | None = None,
    bands: Sequence[AgeBand] | None = None,
) -> list[Refused | None]:
    """For each of these credentials, why they hold no longer, or None. Four queries at most.

    `people`, by id, and `bands`: those behind them and all bands, where the caller has just read them.
    """
    if people is None:
        people = Person.objects.in_bulk({one.person_id for one in many})
    sessions = _open_sessions({one.session_key for one in many if one.session_key})
    tokens = _open_tokens({one.token_id for one in many if one.token_id})
    tokens -= _for_the_too_young(many, people, bands)
    return [_refusal_now(one, people.get(one.person_id), sessions, tokens) for one in many]


@transaction.atomic
def end_session(*, person: Person, session_key: str) -> None:
    """Sign one of this person's browsers out. Refuses: NOT_FOUND (also for another's session).

    Begins or joins a transaction.
    """
    if not UserSession.objects.filter(user=person, session_key=session_key).exists():
        raise Refused(Code.NOT_FOUND)
    _delete_sessions(person, [session_key])


@transaction.atomic
def end_all_sessions(*, person: Person, except_key: str | None = None) -> int:
    """Sign all of this person's browsers out but the one named, and say how many they were.

    Begins or joins a transaction.
    """
    others = UserSession.objects.filter(user=person).exclude(session_key=except_key or "")
    keys = list(others.values_list("session_key", flat=True))
    _delete_sessions(person, keys)
    return len(keys)


@transaction.atomic
def note_sign_out(*, person: Person, session_key: str) -> None:
    """Forget a session that is being signed out, in one step with telling the open sockets.

    Begins or joins a transaction.
    """
    _delete_sessions(person, [session_key], reason="logout")


@transaction.atomic
def note_password_change(*, person: Person, kept_key: str | None) -> None:
    """After a new password: only the browser that set it stays signed in, and every socket opens anew.

    Begins or joins a transaction; locks the person's row.
    """
    end_all_sessions(person=person, except_key=kept_key)
    end_access(person=person, reason="password")


@transaction.atomic
def forget_expired() -> None:
    """Delete sessions that have run out, with the browser and network kept beside them.

    Begins or joins a transaction.
    """
    Session.objects.filter(expire_date__lte=now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def network_of(address: str) -> str:
    """An address without what names one household: the last 16 bits of IPv4, the last 96 of IPv6."""
    bits = 16 if ipaddress.ip_address(address).version == 4 else 32  # noqa: PLR2004 - IP's own number
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False).network_address)


@transaction.atomic
def create_token(
    *, person: Person, name: str, scopes: Collection[str], expires_at: dt.datetime | None
) -> tuple[PersonalAccessToken, str]:
    """Make an access token and give its secret, which is not kept and cannot be shown again. Audited.

    Refuses: MALFORMED (no scope, an unknown one, an end in the past), DEACTIVATED, SUSPENDED,
    TOKENS_NOT_ALLOWED, NOT_ALLOWED (a moderators' scope, for somebody who does not moderate).
    Begins or joins a transaction; locks the audit log's head.
    """
    if not scopes or not set(scopes) <= ALL_SCOPES or (expires_at and expires_at <= now()):
        raise Refused(Code.MALFORMED)
    _require_standing(person)
    _require_old_enough_for_tokens(person)
    if MODERATORS_SCOPES & set(scopes) and not person.is_moderator:
        raise Refused(Code.NOT_ALLOWED)
    secret = _TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = PersonalAccessToken.objects.create(
        person=person, name=name, digest=_digest(secret), scopes=sorted(scopes), expires_at=expires_at
    )
    audit.record(actor=person, action="token.create", subject=("token", token.pk), scopes=token.scopes)
    return token, secret


@transaction.atomic
def revoke_token(*, person: Person, token_public_id: str) -> None:
    """Make one of this person's tokens useless at once; a second time changes nothing. Audited.

    Refuses: NOT_FOUND (also for another's token). Begins or joins a transaction; locks the token's row,
    then the audit log's head.
    """
    mine = PersonalAccessToken.objects.select_for_update().filter(person=person, public_id=token_public_id)
    token = mine.first()
    if token is None:
        raise Refused(Code.NOT_FOUND)
    if token.revoked_at is None:
        token.revoked_at = now()
        token.save(update_fields=["revoked_at"])
        erasures.note(Erased.TOKEN_REVOKED, [token.public_id])
        access_ended.send(Person, person_id=person.pk, reason="token", session_key=None, token_id=token.pk)
        audit.record(actor=person, action="token.revoke", subject=("token", token.pk))


def _only(answers: Sequence[T | Refused]) -> T:
    [answer] = answers
    if isinstance(answer, Refused):
        raise answer
    return answer


def _of_token(token: PersonalAccessToken | Refused) -> tuple[Credentials, Person] | Refused:
    if isinstance(token, Refused):
        return token
    credentials = Credentials(
        person_id=token.person_id,
        access_epoch=token.person.access_epoch,
        session_key=None,
        token_id=token.pk,
        scopes=frozenset(token.scopes),
        is_moderator=token.person.is_moderator,
    )
    return credentials, token.person


def _of_session(
    session_key: str | None, people: Mapping[str, Person]
) -> tuple[Credentials, Person] | Refused:
    person = people.get(session_key or "")
    refusal = refusal_to_act(person) if person else Refused(Code.NOT_SIGNED_IN)
    if person is None or refusal:
        return refusal or Refused(Code.NOT_SIGNED_IN)
    credentials = Credentials(
        person_id=person.pk,
        access_epoch=person.access_epoch,
        session_key=session_key,
        token_id=None,
        scopes=ALL_SCOPES,
        is_moderator=person.is_moderator,
    )
    return credentials, person


def _people_of_sessions(keys: Collection[str]) -> dict[str, Person]:
    """Who is signed in by these keys. As django.contrib.auth.get_user, without a request. Two statements."""
    rows = Session.objects.filter(session_key__among=keys, expire_date__gt=now()) if keys else ()
    sessions = {row.session_key: SessionStore().decode(row.session_data) for row in rows}
    whose = {key: int(session.get(SESSION_KEY, 0)) for key, session in sessions.items()}
    people = Person.objects.in_bulk(set(whose.values())) if whose else {}
    signed_in = {key: people[person_id] for key, person_id in whose.items() if person_id in people}
    return {key: person for key, person in signed_in.items() if _is_signed_in(person, sessions[key])}


def _is_signed_in(person: Person, session: Mapping[str, Any]) -> bool:
    hashes = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    shown = session.get(HASH_SESSION_KEY, "")
    return BACKEND_SESSION_KEY in session and any(constant_time_compare(shown, one) for one in hashes)


def _usable(token: PersonalAccessToken | None, bands: Sequence[AgeBand]) -> PersonalAccessToken | Refused:
    if token is None:
        return Refused(Code.NOT_SIGNED_IN)
    refusal = refusal_to_act(token.person)
    if refusal is None and not may_use_tokens(token.person, bands):
        refusal = Refused(Code.TOKENS_NOT_ALLOWED)
    return refusal or token


def _require_standing(person: Person) -> None:
    refusal = refusal_to_act(person)
    if refusal:
        raise refusal


def _require_old_enough_for_tokens(person: Person) -> None:
    if not may_use_tokens(person, age_bands()):
        raise Refused(Code.TOKENS_NOT_ALLOWED)


def _for_the_too_young(
    many: Sequence[Credentials], people: Mapping[int, Person], bands: Sequence[AgeBand] | None
) -> set[int]:
    """The tokens among these that no longer work because of their person's age."""
    by_token = {one.token_id: people.get(one.person_id) for one in many if one.token_id}
    if not by_token:
        return set()
    bands = age_bands() if bands is None else bands
    return {token_id for token_id, person in by_token.items() if person and not may_use_tokens(person, bands)}


def _usable_tokens() -> QuerySet[PersonalAccessToken]:
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now())
    return PersonalAccessToken.objects.filter(unexpired, revoked_at=None)


def _note_use(tokens: Sequence[PersonalAccessToken]) -> None:
    """At most once a minute, so that a busy bot is not a write for each connection.

    Whose row is locked is being noted by somebody else: nobody waits, and so nobody waits for each other.
    """
    moment = now()
    stale = {token.pk for token in tokens if _is_stale(token.last_used_at, moment)}
    if not stale:
        return
    with transaction.atomic():
        rows = PersonalAccessToken.objects.select_for_update(skip_locked=True, no_key=True)
        free = list(rows.filter(pk__among=stale).values_list("pk", flat=True))
        PersonalAccessToken.objects.filter(pk__among=free).update(last_used_at=moment)


def _is_stale(used_at: dt.datetime | None, moment: dt.datetime) -> bool:
    return used_at is None or used_at < moment - _USE_NOTED_EVERY


def _open_sessions(keys: set[str]) -> set[str]:
    if not keys:
        return set()
    rows = Session.objects.filter(session_key__among=keys, expire_date__gt=now())
    return set(rows.values_list("session_key", flat=True))


def _open_tokens(token_ids: set[int]) -> set[int]:
    if not token_ids:
        return set()
    return set(_usable_tokens().filter(pk__among=token_ids).values_list("pk", flat=True))


def _refusal_now(
    one: Credentials, person: Person | None, sessions: set[str], tokens: set[int]
) -> Refused | None:
    if person is None:
        return Refused(Code.NOT_SIGNED_IN)
    holds = one.session_key in sessions if one.session_key else one.token_id in tokens
    outdated = person.access_epoch != one.access_epoch
    return refusal_to_act(person) or (None if holds and not outdated else Refused(Code.NOT_SIGNED_IN))


def _delete_sessions(person: Person, keys: Sequence[str], reason: AccessEnd = "session") -> None:
    UserSession.objects.filter(user=person, session_key__in=keys).delete()
    Session.objects.filter(session_key__in=keys).delete()
    for key in keys:
        access_ended.send(Person, person_id=person.pk, reason=reason, session_key=key, token_id=None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
