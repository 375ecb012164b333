"""How the gate is asked: whatever goes wrong in it means hold, never clean. Called by messages.py."""

import logging

from django.db import connections

from common.errors import Code, Refused
from rooms.gates import gate
from rooms.seams import Draft, Finding, Outcome, Verdict

log = logging.getLogger(__name__)


def prepare_gate() -> bool:
    """Let the gate take newer rules in, before a batch. False: it failed, and everything is held."""
    try:
        gate().prepare()
    except Exception:
        log.exception("gate.prepare_failed")
        return False
    return True


def warm_up() -> None:
    """Compile the rules before the first message of a process needs them. What fails is tried again then."""
    try:
        gate().screen_label("good morning")
    except Exception:
        log.exception("gate.warm_up_failed")
    finally:
        connections.close_all()


def screen(draft: Draft, *, is_ready: bool) -> Verdict:
    """What the gate says of the draft."""
    if not is_ready:
        return _rules_failed("the rules could not be loaded")
    try:
        return gate().screen(draft)
    except Exception as error:
        log.exception("gate.screen_failed", extra={"room": draft.room_id, "author": draft.author_id})
        return _rules_failed(type(error).__name__)


def refusal_by_verdict(verdict: Verdict, *, nudged: bool) -> Refused | None:
    """Why nothing is stored, or None. Someone who has seen the nudge may send the text as it is."""
    if verdict.outcome is Outcome.BLOCK:
        return Refused(Code.BLOCKED_BY_RULE, span=_span(verdict))
    if verdict.outcome is Outcome.NUDGE and not nudged:
        return Refused(Code.NUDGED, span=_span(verdict))
    return None


def _span(verdict: Verdict) -> tuple[int, int] | None:
    return next((finding.span for finding in verdict.findings if finding.span), None)


def _rules_failed(detail: str) -> Verdict:
    finding = Finding(source="rule", label="rules_failed", detail=detail, severity=2)
    return Verdict(Outcome.HOLD, (finding,), rules_version=0)
