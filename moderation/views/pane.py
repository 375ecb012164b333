"""One case as the page shows it: facts, findings, the person's history, what can be done and with which key.

Called by views/case.py. No text of any message is here unless `text` was asked for (and is on record).
"""

from collections import Counter
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from common.clock import now
from moderation.decisions import UNKNOWN_LANGUAGE
from moderation.forms import DecisionForm
from moderation.labels import policy_for, words_for, words_for_language, words_for_score
from moderation.models import Action, CaseState, Decision, Explanation, FindingRow, Policy
from moderation.selectors.people import PersonHistory, person_history
from moderation.selectors.policies import policies_in_force
from moderation.selectors.queue import CaseDetail, case_detail
from moderation.selectors.texts import CaseText, Line
from moderation.services.cases import UNDO_TIME
from moderation.views.deeds import DEEDS, Deed
from moderation.views.explained import Explained, explained
from moderation.views.opinions import Opinions, opinions
from moderation.views.rows import CaseRow, case_row

# How many messages on each side are shown at once; the rest unfolds.
_NEAR = 5


@dataclass(frozen=True, slots=True)
class Around:
    """What was said around the text in question: five messages on each side, and what is farther off."""

    before: tuple[Line, ...] = ()
    after: tuple[Line, ...] = ()
    far_before: tuple[Line, ...] = ()
    far_after: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as components/finding.html takes it; words of the text only once it was asked for."""

    name: str
    source: str | Promise
    percent: int | None
    sureness: str
    detail: str
    is_of_this_text: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """What moderation/case/pane.html shows."""

    detail: CaseDetail
    row: CaseRow
    history: PersonHistory
    policies: list[Policy]
    deeds: list[Deed]
    text: CaseText | None
    drawer: DecisionForm | None
    explanation: Explanation | None = None

    @property
    def standing(self) -> str:
        """Whose case it is: "mine", "taken", "free"; "decided", or "closed" to this moderator."""
        if self.detail.case.state == CaseState.DECIDED:
            return "decided"
        if self.detail.why_not:
            return "closed"
        if self.row.mine:
            return "mine"
        return "taken" if self.row.holder else "free"

    @property
    def shown(self) -> str:
        """The standing and the holder: the page sends it back to hear only of changes."""
        return f"{self.standing} {self.row.holder}".strip()

    @property
    def deed(self) -> Deed | None:
        """What is about to be decided."""
        return DEEDS[Action(self.drawer.initial["action"])] if self.drawer else None

    @property
    def explained(self) -> Explained | None:
        """The text in question with what drove the findings marked; None before it was asked for."""
        if self.text is None or self.text.body is None or self.text.text_version is None:
            return None
        return explained(self.text.body, self.text.text_version, self.detail.findings, self.explanation)

    @property
    def found(self) -> list[Found]:
        """The findings, what fired only where the text itself is shown."""
        return [_found(finding, self.detail, shows_text=bool(self.text)) for finding in self.detail.findings]

    @property
    def opinions(self) -> Opinions | None:
        """What two models said of the text as it is; None where one read it."""
        return opinions(self.detail.opinion, self.detail.findings)

    @property
    def around(self) -> Around:
        """What was said before and after; empty before it was asked for."""
        return _around(self.text.around) if self.text else Around()

    @property
    def undoable(self) -> set[int]:
        """The decisions that can still be taken back, by their ids."""
        return {decision.pk for decision in self.detail.decisions if _can_undo(decision)}


def pane_for(
    moderator: Person,
    public_id: str,
    *,
    show: str = "all",
    text: CaseText | None = None,
    drawer: DecisionForm | None = None,
    explanation: Explanation | None = None,
) -> Pane:
    """Everything about a case. Refuses as `case_detail`."""
    detail = case_detail(moderator, public_id)
    policies = policies_in_force()
    return Pane(
        detail=detail,
        row=case_row(detail.row, show=show, current=public_id),
        history=person_history(detail.case.person),
        policies=_named(policies, suggested_policies(detail)),
        deeds=[DEEDS[action] for action in detail.actions if action in DEEDS],
        text=text,
        drawer=drawer,
        explanation=explanation,
    )


def suggested_policies(detail: CaseDetail) -> list[str]:
    """Keys of the policies that this case may be about, likeliest first: what people say, then programs."""
    reported = [
        reason for reason, _count in Counter(report.reason for report in detail.reports).most_common()
    ]
    found = [policy_for(finding.label) for finding in detail.findings]
    return list(dict.fromkeys([*reported, *found]))


def _named(policies: list[Policy], keys: list[str]) -> list[Policy]:
    by_key = {policy.key: policy for policy in policies}
    return [by_key[key] for key in keys if key in by_key]


def _can_undo(decision: Decision) -> bool:
    is_in_time = now() <= decision.decided_at + UNDO_TIME
    return is_in_time and decision.action != Action.REVERSE and not hasattr(decision, "reversed_by")


def _found(finding: FindingRow, detail: CaseDetail, *, shows_text: bool) -> Found:
    message = detail.case.message
    return Found(
        name=words_for(finding.label),
        source=_source(finding, detail),
        percent=None if finding.score is None else round(100 * finding.score),
        sureness="" if finding.score is None else words_for_score(finding.score),
        detail=_detail(finding) if shows_text or finding.label == UNKNOWN_LANGUAGE else "",
        is_of_this_text=message is not None and finding.text_version == message.text_version,
    )


def _source(finding: FindingRow, detail: CaseDetail) -> str | Promise:
    """Who made it; which of the two models, where two read the text."""
    if finding.source != "classifier":
        return _("rule")
    return finding.model_name if detail.opinion and finding.model_name else _("classifier")


def _detail(finding: FindingRow) -> str:
    """What it rests on; of a language that nobody judged, which one it seems to be."""
    if finding.label == UNKNOWN_LANGUAGE:
        return gettext("it seems to be %(language)s; its scores mean nothing") % {
            "language": words_for_language(finding.detail)
        }
    return finding.detail


def _around(lines: tuple[Line, ...]) -> Around:
    """Cut at the message in question; a case about a person has none, and all of it comes before."""
    at = next((number for number, line in enumerate(lines) if line.is_subject), len(lines))
    before, after = lines[:at], lines[at + 1 :]
    return Around(
        before=before[-_NEAR:], after=after[:_NEAR], far_before=before[:-_NEAR], far_after=after[_NEAR:]
    )
