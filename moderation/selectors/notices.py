"""What a person has been told: decisions about them, and what became of their reports."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import Person
from common.clock import now
from common.errors import Code, Refused
from moderation.models import Report, StatementOfReasons
from rooms.models import MessageVersion


@dataclass(frozen=True, slots=True)
class Notices:
    """Both lists, newest first, and how many of them are unread."""

    statements: list[StatementOfReasons]
    reports: list[Report]
    unread: int


def notices_for(person: Person) -> Notices:
    """Everything this person was told, and the reports they wait for."""
    statements = StatementOfReasons.objects.filter(person=person).select_related(
        "decision__policy", "decision__appeal", "decision__reversed_by", "decision__message__room"
    )
    reports = Report.objects.filter(reporter=person).select_related("case__person")
    return Notices(
        statements=list(statements.order_by("-created_at")),
        reports=list(reports.order_by("-created_at")),
        unread=unread_for(person),
    )


def statement_for(person: Person, decision_public_id: str) -> StatementOfReasons:
    """This person's statement about that decision. Refuses: NOT_FOUND, also for anybody else's."""
    statements = StatementOfReasons.objects.select_related(
        "decision__policy", "decision__appeal", "decision__reversed_by",
        "decision__message__room", "decision__sanction__room",
    )  # fmt: skip
    found = statements.filter(person=person, decision__public_id=decision_public_id).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    return found


def unread_for(person: Person) -> int:
    """How many statements and outcomes this person has not opened."""
    return unread_for_each([person.pk])[person.pk]


def unread_for_each(person_ids: Collection[int]) -> Counter[int]:
    """The same for several people by their ids, in two queries."""
    statements = StatementOfReasons.objects.filter(person__in=person_ids, read_at=None)
    outcomes = Report.objects.filter(reporter__in=person_ids, outcome_seen_at=None).exclude(outcome="")
    unread = Counter(statements.values_list("person_id", flat=True))
    return unread + Counter(outcomes.values_list("reporter_id", flat=True))


def judged_text(statement: StatementOfReasons) -> str:
    """The person's own text that was decided on, as it was then; empty where it was not about a text."""
    decision = statement.decision
    message = decision.message
    if message is None:
        return ""
    if message.text_version == decision.text_version:
        return message.body
    earlier = MessageVersion.objects.filter(message=message, text_version=decision.text_version or 0)
    return earlier.values_list("body", flat=True).first() or ""


def can_object(statement: StatementOfReasons) -> bool:
    """Whether an objection would be taken: in time, the first one, and there is something to undo."""
    is_open = statement.ended_at is None and not hasattr(statement.decision, "appeal")
    return is_open and now() <= statement.object_until
