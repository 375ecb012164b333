"""Which words drove what the classifier found, for a page that shows the text.

Called by views/, which show a text only to somebody whose look is on record. Changes nothing.
"""

import datetime as dt

from accounts.models import AuditEntry, Person
from common.clock import now
from moderation.models import Case, Explanation
from rooms.models import Message

# How long after a look on record the words may still be marked: a page that waits for the worker is open.
LOOK_LASTS = dt.timedelta(minutes=15)


def explanation_of(message: Message) -> Explanation | None:
    """That of the text as it is now; None where none was asked for."""
    return Explanation.objects.filter(message=message, text_version=message.text_version).first()


def version_on_record(case: Case, by: Person) -> int | None:
    """Which text of the case this person has had shown a short while ago, by the audit log; None: none."""
    looks = AuditEntry.objects.filter(subject_type="case", subject_id=str(case.pk), action="case.view")
    last = looks.filter(actor_id=by.pk, at__gte=now() - LOOK_LASTS).order_by("-sequence").first()
    return last.facts.get("text_version") if last else None
