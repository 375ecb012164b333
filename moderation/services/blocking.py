"""Several people who block one person within a day are a reason to look. Called by receivers.py."""

import datetime as dt

from django.db import transaction

from accounts.models import Block, Person
from accounts.permissions import is_minor
from accounts.selectors import age_bands
from common.clock import now
from moderation.grounds import BLOCKED
from moderation.models import Case, CaseState, Severity
from moderation.services.opening import Opening, open_cases

# One block is a wish, two may be friends of each other; three people in a day is a pattern.
BLOCKERS = 3
WITHIN = dt.timedelta(days=1)


@transaction.atomic
def note_block(*, blocked: Person) -> Case | None:
    """Open a case about this person where enough people have blocked them since anybody last looked.

    Joins the blocking's transaction; locks the case.
    """
    since = max(now() - WITHIN, _last_decided(blocked) or now() - WITHIN)
    blockers = Block.objects.filter(blocked=blocked, created_at__gt=since).select_related("blocker")
    people = [block.blocker for block in blockers]
    if len(people) < BLOCKERS:
        return None
    bands = age_bands()
    with_minor = any(is_minor(person, bands) for person in (blocked, *people))
    opening = Opening(
        message_id=None,
        person_id=blocked.pk,
        room_id=None,
        severity=Severity.HIGH if with_minor else Severity.MEDIUM,
        why=BLOCKED,
    )
    return open_cases([opening])[0]


def _last_decided(person: Person) -> dt.datetime | None:
    decided = Case.objects.filter(person=person, message=None, state=CaseState.DECIDED)
    return decided.order_by("-decided_at").values_list("decided_at", flat=True).first()
