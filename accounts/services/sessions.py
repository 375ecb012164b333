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

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare

from accounts.models import MODERATORS_SCOPES, Erased, Person, PersonalAccessToken, Scope
from accounts.permissions import may_use_tokens, refusal_to_act
from accounts.selectors import age_bands
from accounts.services import audit, erasures
from accounts.services.leaving import end_access
from accounts.signals import AccessEnd, access_ended
from common.clock import now
from common.errors import Code, Refused

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


def credentials_from_session(session_key: str | None) -> Credentials:
    """The credentials behind a session cookie. Refuses: NOT_SIGNED_IN, DEACTIVATED, SUSPENDED."""
    person = _person_of_session(session_key)
    _require_standing(person)
    return Credentials(
        person_id=person.pk,
        access_epoch=person.access_epoch,
        session_key=session_key,
        token_id=None,
        scopes=ALL_SCOPES,
        is_moderator=person.is_moderator,
    )


def credentials_from_token(secret: str) -> Credentials:
    """The credentials behind a personal access token; notes that it was used.

    Refuses: as `token_behind`.
    """
    token = token_behind(secret)
    return Credentials(
        person_id=token.person_id,
        access_epoch=token.person.access_epoch,
        session_key=None,
        token_id=token.pk,
        scopes=frozenset(token.scopes),
        is_moderator=token.person.is_moderator,
    )


def token_behind(secret: str) -> PersonalAccessToken:
    """The token of that secret, with its person; notes that it was used.

    Refuses: NOT_SIGNED_IN (unknown, revoked, out of date), DEACTIVATED, SUSPENDED, TOKENS_NOT_ALLOWED.
    """
    token = _usable_tokens().select_related("person").filter(digest=_digest(secret)).first()
    if token is None:
        raise Refused(Code.NOT_SIGNED_IN)
    _require_standing(token.person)
    _require_old_enough_for_tokens(token.person)
    _note_use(token)
    return token


def still_good(
    many: Sequence[Credentials], people: Mapping[int, Person] | None = None
) -> list[Refused | None]:
    """For each of these credentials, why they hold no longer, or None. Four queries at most.

    `people`: those behind them by id, where the caller has just read them all.
    """
    if people is None:
        people = Person.objects.in_bulk({one.person_id for one in many})
    sessions = _open_sessions({one.session_key for one in many if one.session_key})
    tokens = _open_tokens({one.token_id for one in many if one.token_id})
    tokens -= _for_the_too_young(many, people)
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


def _person_of_session(session_key: str | None) -> Person:
    """As django.contrib.auth.get_user, without a request, and telling a closed account apart."""
    session = SessionStore(session_key).load() if session_key else {}
    person = Person.objects.filter(pk=session.get(SESSION_KEY, 0)).first()
    if person is None or BACKEND_SESSION_KEY not in session:
        raise Refused(Code.NOT_SIGNED_IN)
    hashes = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    if not any(constant_time_compare(session.get(HASH_SESSION_KEY, ""), one) for one in hashes):
        raise Refused(Code.NOT_SIGNED_IN)
    return person


def _require_standing(person: Person) -> None:
    refusal = refusal_to_act(person)
    if refusal:
        raise refusal


def _require_old_enough_for_tokens(person: Person) -> None:
    if not may_use_tokens(person, age_bands()):
        raise Refused(Code.TOKENS_NOT_ALLOWED)


def _for_the_too_young(many: Sequence[Credentials], people: Mapping[int, Person]) -> set[int]:
    """The tokens among these that no longer work because of their person's age."""
    by_token = {one.token_id: people.get(one.person_id) for one in many if one.token_id}
    bands = age_bands() if by_token else []
    return {token_id for token_id, person in by_token.items() if person and not may_use_tokens(person, bands)}


def _usable_tokens() -> QuerySet[PersonalAccessToken]:
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now())
    return PersonalAccessToken.objects.filter(unexpired, revoked_at=None)


def _note_use(token: PersonalAccessToken) -> None:
    """At most once a minute, so that a busy bot is not a write for each connection."""
    moment = now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=moment - _USE_NOTED_EVERY)
    PersonalAccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=moment)


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
