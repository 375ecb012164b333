"""Objections as moderators find them."""

from accounts.models import Person
from common.errors import Code, Refused
from moderation.models import Appeal, AppealState

_SHOWN = (
    "person", "resolved_by", "decision__policy", "decision__decided_by", "decision__case",
    "decision__message__room", "decision__sanction__room", "decision__reversed_by",
)  # fmt: skip


def open_appeals(moderator: Person) -> list[Appeal]:
    """Objections that this moderator may answer: not to their own decisions, nor their own. Oldest first."""
    others = Appeal.objects.filter(state=AppealState.OPEN).exclude(person=moderator)
    others = others.exclude(decision__decided_by=moderator)
    return list(others.select_related(*_SHOWN).order_by("lodged_at"))


def appeal_for(moderator: Person, public_id: str) -> Appeal:
    """One objection by anybody else, with the decision. Refuses: NOT_FOUND."""
    others = Appeal.objects.exclude(person=moderator).select_related(*_SHOWN)
    appeal = others.filter(public_id=public_id).first()
    if appeal is None:
        raise Refused(Code.NOT_FOUND)
    return appeal
