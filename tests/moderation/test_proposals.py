"""Proposals from the rows: whose decisions count, who applies them, what is on record, undone how."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from common.clock import now
from common.errors import Code, Refused
from moderation.decisions import DEFAULT_THRESHOLDS, Levels
from moderation.models import Action, Threshold, ThresholdChange
from moderation.proposing import LEAST, Share
from moderation.selectors.policies import standard_in_force
from moderation.selectors.proposals import Proposals, proposals_since
from moderation.services.policies import save_threshold, undo_threshold_change
from moderation.services.proposals import apply_proposals
from tests.cast import Cast
from tests.moderation.deciding import decided, hidden_by_classifier, judged, objected
from tests.moderation.pages import signed_in, text_of

SINCE = dt.timedelta(days=30)
# From which score insults are hidden now.
NOW = DEFAULT_THRESHOLDS["insult"].hide or 1.0
HIDE_FROM_082 = {"insult": Levels(review=0.45, hide=0.82)}


@pytest.fixture
def upheld(cast: Cast) -> Cast:
    """Nora has upheld all that the classifier was rather sure of, among adults."""
    for _ in range(LEAST + 10):
        decided(judged(cast.lounge, cast.rex, insult=0.82), cast.nora)
    return cast


@pytest.fixture
def overturned(cast: Cast) -> Cast:
    """Of what the classifier hid by itself, Otis has shown every third again."""
    for number in range(LEAST + 6):
        decision = hidden_by_classifier(judged(cast.lounge, cast.rex, insult=NOW + 0.01), "insult")
        if number % 3 == 0:
            objected(decision, cast.otis, overturn=True)
    return cast


def proposals() -> Proposals:
    return proposals_since(now() - SINCE)


def apply(cast: Cast, wanted: dict[str, Levels] | None = None, reason: str = "They were all right.") -> None:
    apply_proposals(wanted=wanted or HIDE_FROM_082, since=now() - SINCE, by=cast.ada, reason=reason)


# --- what counts -------------------------------------------------------------------------------


def test_what_moderators_uphold_proposes_to_hide_more(upheld: Cast) -> None:
    found = proposals()

    (one,) = found.changes
    assert (one.label, one.proposal.proposed) == ("insult", HIDE_FROM_082["insult"])
    assert one.effect
    assert one.effect.wronged == Share(0, 0)
    assert found.decided == LEAST + 10


def test_hides_that_were_overturned_propose_to_hide_less(overturned: Cast) -> None:
    (one,) = proposals().changes

    assert one.proposal.proposed.hide is not None
    assert one.proposal.proposed.hide > NOW
    assert one.proposal.steps[0].share == Share(12, LEAST + 6)
    assert one.effect
    assert one.effect.avoided == Share(12, 12)


def test_a_proposal_changes_nothing_by_itself(upheld: Cast) -> None:
    before = standard_in_force()
    proposals()

    assert standard_in_force() == before
    assert not Threshold.objects.exists()


def test_what_another_model_had_scored_is_left_out(upheld: Cast) -> None:
    judged(upheld.lounge, upheld.rex, model=("another", "2"), insult=0.1)

    found = proposals()

    assert (found.model, found.decided, found.others) == (("another", "2"), 0, LEAST + 10)
    assert not found.changes


def test_what_was_decided_before_is_left_out(upheld: Cast) -> None:
    assert proposals_since(now() + SINCE).decided == 0


# --- applying ----------------------------------------------------------------------------------


def test_an_administrator_applies_it_with_a_reason_on_record(upheld: Cast) -> None:
    apply(upheld)

    assert standard_in_force().site["insult"] == HIDE_FROM_082["insult"]
    entry = AuditEntry.objects.get(action="threshold.add")
    assert (entry.actor_id, entry.facts["reason"]) == (upheld.ada.pk, "They were all right.")
    assert entry.facts["evidence"]["steps"][0]["share"] == {"count": LEAST + 10, "of": LEAST + 10}
    change = ThresholdChange.objects.get()
    assert (change.before, change.after["hide"], change.changed_by) == ({}, 0.82, upheld.ada)


@pytest.mark.parametrize("name", ["nora", "mara"])
def test_nobody_else_applies_it(upheld: Cast, name: str) -> None:
    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        apply_proposals(
            wanted=HIDE_FROM_082, since=now() - SINCE, by=getattr(upheld, name), reason="They were right."
        )
    assert not Threshold.objects.exists()


def test_it_is_not_applied_without_a_reason(upheld: Cast) -> None:
    with pytest.raises(Refused, match=Code.REASON_MISSING):
        apply(upheld, reason="  ")


def test_what_was_read_is_applied_or_nothing(upheld: Cast) -> None:
    for _ in range(10):
        decided(judged(upheld.lounge, upheld.mara, insult=0.84), upheld.nora, Action.DISMISS)

    with pytest.raises(Refused, match=Code.FIGURES_CHANGED):
        apply(upheld)
    assert not Threshold.objects.exists()


def test_no_figure_but_the_proposed_one_is_applied_this_way(upheld: Cast) -> None:
    with pytest.raises(Refused, match=Code.FIGURES_CHANGED):
        apply(upheld, {"insult": Levels(review=0.99, hide=0.999)})


def test_figures_that_an_administrator_had_set_otherwise_stay(upheld: Cast) -> None:
    save_threshold(threshold=Threshold(label="insult", escalate=0.99), by=upheld.ada)

    apply(upheld, {"insult": Levels(review=0.45, hide=0.82, escalate=0.99)})

    row = Threshold.objects.get()
    assert (row.review, row.hide, row.escalate) == (None, 0.82, 0.99)


def test_where_minors_may_be_nothing_is_eased(overturned: Cast) -> None:
    before = standard_in_force().for_room(overturned.harbour)
    found = proposals().of("insult")
    assert found

    apply(overturned, {"insult": found.proposal.proposed})

    assert standard_in_force().for_room(overturned.harbour) == before
    assert standard_in_force().for_room(overturned.lounge)["insult"].hide == found.proposal.proposed.hide


# --- undoing -----------------------------------------------------------------------------------


def test_a_change_is_undone_as_a_change_of_its_own(upheld: Cast) -> None:
    apply(upheld)
    change = ThresholdChange.objects.get()

    undo_threshold_change(change=change, by=upheld.ada)

    assert standard_in_force().site["insult"] == DEFAULT_THRESHOLDS["insult"]
    assert ThresholdChange.objects.get(undoes=change).after == {}
    assert AuditEntry.objects.get(action="threshold.remove").facts["undoes"] == change.public_id


def test_a_change_by_hand_can_be_undone_too(cast: Cast) -> None:
    row = save_threshold(threshold=Threshold(label="insult", hide=0.7), by=cast.ada)
    row.hide = 0.6
    save_threshold(threshold=row, by=cast.ada)

    undo_threshold_change(change=ThresholdChange.objects.all()[0], by=cast.ada)

    assert Threshold.objects.get().hide == 0.7


def test_what_was_changed_since_or_undone_before_is_not_undone(cast: Cast) -> None:
    row = save_threshold(threshold=Threshold(label="insult", hide=0.7), by=cast.ada)
    row.hide = 0.6
    save_threshold(threshold=row, by=cast.ada)
    newest, oldest = ThresholdChange.objects.all()

    with pytest.raises(Refused, match=Code.FIGURES_CHANGED):
        undo_threshold_change(change=oldest, by=cast.ada)
    undo_threshold_change(change=newest, by=cast.ada)
    with pytest.raises(Refused, match=Code.FIGURES_CHANGED):
        undo_threshold_change(change=newest, by=cast.ada)


def test_only_administrators_undo_what_holds_for_the_site(cast: Cast) -> None:
    save_threshold(threshold=Threshold(label="insult", hide=0.7), by=cast.ada)

    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        undo_threshold_change(change=ThresholdChange.objects.get(), by=cast.nora)


# --- the page and the command ------------------------------------------------------------------


@pytest.fixture
def ada(cast: Cast) -> Client:
    return signed_in(cast.ada)


PAGE = "/moderation/thresholds/proposals/"


def sent(**more: str) -> dict[str, str]:
    return {"only": "insult", "figures": '{"insult": [0.45, 0.82, null]}', "reason": "All right.", **more}


def test_only_administrators_find_the_page(cast: Cast, ada: Client) -> None:
    assert reverse("moderation:proposals") == PAGE
    assert ada.get(PAGE).status_code == 200
    assert signed_in(cast.nora).get(PAGE).status_code == 404
    assert signed_in(cast.mara).post(PAGE, sent()).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_with_no_decisions_the_page_says_what_to_do(cast: Cast, ada: Client) -> None:
    page = text_of(ada.get(PAGE))

    assert "Nothing to propose" in page
    assert "Decide cases first" in page
    assert page.count("Too few decided texts near the figures") == len(DEFAULT_THRESHOLDS)


def test_the_page_shows_what_is_proposed_why_and_what_it_would_mean(upheld: Cast, ada: Client) -> None:
    page = text_of(ada.get(PAGE))

    assert f"Hide from 0.82 instead of {NOW:g}" in page
    assert f"40 of the 40 decided texts with scores from 0.82 to {NOW:g} were upheld" in page
    assert "40 hidden instead of looked at by a moderator" in page
    assert "you fool" not in page


def test_one_label_is_applied_from_the_page_and_undone_there(upheld: Cast, ada: Client) -> None:
    ada.post(PAGE, sent())
    change = ThresholdChange.objects.get()
    history = text_of(ada.get(PAGE))
    ada.post(reverse("moderation:undo_threshold", args=[change.public_id]))

    assert "All right." in history
    assert "Proposed from decisions." in history
    assert not Threshold.objects.exists()
    assert "undone" in text_of(ada.get(PAGE))


def test_all_are_applied_at_once(upheld: Cast, ada: Client) -> None:
    page = text_of(ada.post(PAGE, sent(only="all"), follow=True))

    assert "Applied for 1 label." in page
    assert Threshold.objects.get().hide == 0.82


def test_a_missing_reason_is_asked_for_where_it_is_missing(upheld: Cast, ada: Client) -> None:
    page = text_of(ada.post(PAGE, sent(reason="")))

    assert "Say why: it is kept with the change." in page
    assert not Threshold.objects.exists()


@pytest.mark.parametrize(
    "figures", ['{"insult": [0.1, 0.2, null]}', "[1]", "{", '{"insult": 7}', '{"moon": []}']
)
def test_figures_that_were_not_proposed_are_refused_on_the_page(
    upheld: Cast, ada: Client, figures: str
) -> None:
    page = text_of(ada.post(PAGE, sent(figures=figures)))

    assert "form__errors" in page
    assert not Threshold.objects.exists()


@pytest.mark.parametrize("days", ["0", "7", "moon", "-30"])
def test_a_time_that_is_not_offered_is_not_there(cast: Cast, ada: Client, days: str) -> None:
    assert ada.get(PAGE, {"days": days}).status_code == 404


def test_the_command_says_the_same_and_changes_nothing(upheld: Cast) -> None:
    out = io.StringIO()

    call_command("model", "proposal", "--since", "30d", stdout=out)

    said = out.getvalue()
    assert f"Hide from 0.82 instead of {NOW:g}" in said
    assert "Nothing is applied here" in said
    assert "Nobody looked at what scored below" in said
    assert not Threshold.objects.exists()
