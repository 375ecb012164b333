"""The bar that offers to undo, for ten seconds after a decision: what it says and where it leads.

A decision redirects to the next case with `?decided=ID`; later one undoes from the case's own history.
"""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from common.clock import now
from moderation.models import Action, Decision
from moderation.views.access import PersonRequest
from moderation.views.deeds import DEEDS

OFFERED_FOR = dt.timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Undo:
    """What was done, and the address that takes it back."""

    text: Promise
    href: str


def undo_offered(request: PersonRequest) -> Undo | None:
    """The bar for the decision named in the address, where this moderator has just made it."""
    decision = Decision.objects.filter(
        public_id=request.GET.get("decided", ""),
        decided_by=request.user,
        decided_at__gt=now() - OFFERED_FOR,
        reversed_by=None,
    ).first()
    deed = DEEDS.get(Action(decision.action)) if decision else None
    if decision is None or deed is None:
        return None
    return Undo(deed.done, reverse("moderation:undo", args=[decision.public_id]))
