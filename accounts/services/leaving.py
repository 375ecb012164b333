"""Ending access: suspension and closing as plain facts on the person, with everything open ended at once.

Reasons, strikes and statements are moderation's; it calls these inside its own transaction.
"""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts.models import Erased, Person, SiteRole
from accounts.services import audit, erasures
from accounts.signals import AccessEnd, access_ended
from common.errors import Code, Refused


@transaction.atomic
def suspend(*, person: Person, until: dt.datetime) -> None:
    """Keep this person from everything but their notices until then.

    Begins or joins a transaction; locks the person's row.
    """
    person.suspended_until = until
    _end_access(person, "suspended", suspended_until=until)


@transaction.atomic
def lift_suspension(*, person: Person) -> None:
    """Let a suspended person back in. Begins or joins a transaction; locks the person's row."""
    person.suspended_until = None
    person.save(update_fields=["suspended_until"])


@transaction.atomic
def deactivate_person(*, person: Person, by: Person) -> None:
    """Close an account: it cannot be signed in to, and nothing of it stays open. Audited.

    Refuses: NOT_ALLOWED (not an administrator), LAST_ADMINISTRATOR, NOT_ONESELF. Begins or joins a
    transaction; locks administrators, the person's row, then the audit log's head.
    """
    require_another_administrator(person=person, by=by)
    person.is_active = False
    _end_access(person, "deactivated", is_active=False)
    erasures.note(Erased.PERSON_CLOSED, [person.public_id])
    audit.record(actor=by, action="person.deactivate", subject=("person", person.pk))


@transaction.atomic
def reactivate_person(*, person: Person, by: Person) -> None:
    """Open a closed account again. Audited. Refuses, begins and locks as deactivating does."""
    require_another_administrator(person=person, by=by)
    person.is_active = True
    person.save(update_fields=["is_active"])
    erasures.note(Erased.PERSON_OPENED, [person.public_id])
    audit.record(actor=by, action="person.reactivate", subject=("person", person.pk))


def require_another_administrator(*, person: Person, by: Person) -> None:
    """For what one administrator may do to somebody else: so the last of them can never be put out.

    Refuses: NOT_ALLOWED (not an administrator), LAST_ADMINISTRATOR and NOT_ONESELF (both to oneself).
    Joins a transaction; locks all administrators, so two who put each other out at the same moment are
    one after the other.
    """
    administers = Person.objects.filter(role=SiteRole.ADMINISTRATOR, is_active=True)
    administrators = list(administers.select_for_update(no_key=True).order_by("pk"))
    if by not in administrators:
        raise Refused(Code.NOT_ALLOWED)
    if by == person:
        raise Refused(Code.LAST_ADMINISTRATOR if len(administrators) == 1 else Code.NOT_ONESELF)


@transaction.atomic
def end_access(*, person: Person, reason: AccessEnd) -> None:
    """End everything this person has open, without changing what they are.

    Begins or joins a transaction; locks the person's row.
    """
    _end_access(person, reason)


def _end_access(person: Person, reason: AccessEnd, **facts: dt.datetime | bool) -> None:
    Person.objects.filter(pk=person.pk).update(access_epoch=F("access_epoch") + 1, **facts)
    person.refresh_from_db(fields=["access_epoch"])
    access_ended.send(Person, person_id=person.pk, reason=reason, session_key=None, token_id=None)
