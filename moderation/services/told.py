"""What each event tells other systems: ids and plain facts, never a text, a name or a reason.

Called in the transactions of opening.py, cases.py and enforcement.py.
"""

from collections.abc import Collection, Iterable, Iterator

from moderation.models import Action, Case, Decision, WebhookEvent
from moderation.services import effects, outbox


def case_opened(case_ids: Collection[int]) -> None:
    """These cases are new, or open again. Joins the caller's transaction."""
    if case_ids:
        outbox.record(WebhookEvent.CASE_OPENED, lambda: map(_case_facts, _cases(case_ids)))


def case_decided(case: Case, decision: Decision) -> None:
    """This decision ended the case. Joins the caller's transaction."""
    outbox.record(
        WebhookEvent.CASE_DECIDED,
        lambda: [
            {**_case_facts(one), "decision": decision.public_id, "action": decision.action}
            for one in _cases([case.pk])
        ],
    )


def messages_hidden(decisions: Iterable[Decision]) -> None:
    """Those of these decisions that took a message from view. Joins the caller's transaction."""
    hiding = [one for one in decisions if one.message and Action(one.action) in effects.HIDES]
    hiding = [one for one in hiding if "visibility" in one.before]
    if hiding:
        outbox.record(WebhookEvent.MESSAGE_HIDDEN, lambda: _hidden_facts(hiding))


def _cases(case_ids: Collection[int]) -> Iterable[Case]:
    return Case.objects.filter(pk__in=case_ids).select_related("message", "room").order_by("pk")


def _case_facts(case: Case) -> outbox.Facts:
    return {
        "case": case.public_id,
        "severity": case.severity,
        "message": case.message.public_id if case.message else None,
        "room": case.room.public_id if case.room else None,
    }


def _hidden_facts(decisions: Iterable[Decision]) -> Iterator[outbox.Facts]:
    for decision in decisions:
        if decision.message:
            yield {
                "message": decision.message.public_id,
                "room": decision.message.room.public_id,
                "decision": decision.public_id,
                "automated": decision.is_automated,
            }
