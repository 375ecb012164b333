"""A case: claimed, looked at on record, decided, undone; and never two moderators unawares."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from common.clock import now
from moderation.models import (
    Action,
    Assessment,
    AssessmentState,
    Case,
    CaseState,
    Decision,
    FindingRow,
    Report,
    Sanction,
    SecondOpinion,
)
from moderation.services.cases import claim_case, decide_case, open_case, take_over
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory, born_years_ago
from tests.moderation.pages import HTMX, signed_in, text_of
from tests.tokens import without_tokens


@pytest.fixture
def nora(cast: Cast) -> Client:
    return signed_in(cast.nora)


def to(name: str, row: Case | Decision) -> str:
    return reverse(f"moderation:{name}", args=[row.public_id])


HIDE = {"action": "hide", "policy": "harassment", "reason": "It insults people."}


# --- what the page holds -----------------------------------------------------------------------


def test_no_text_is_in_the_page_before_it_is_asked_for(case: Case, said: Message, nora: Client) -> None:
    near = MessageFactory.create(room=said.room, author=case.person, body="said right after it")
    FindingRow.objects.create(message=said, text_version=1, source="rule", label="word", detail="“fools”")
    Report.objects.create(
        case=case,
        reporter=near.author,
        reason="harassment",
        snapshot=[
            {
                "message": said.public_id,
                "author": "x",
                "author_name": "Rex",
                "text": "as it stood then",
                "visibility": "visible",
                "sent_at": now().isoformat(),
                "is_subject": True,
            }
        ],
    )

    page = text_of(nora.get(to("case", case)))

    for text in (said.body, near.body, "as it stood then", "fools"):
        assert text not in page


def test_the_text_is_shown_after_it_is_on_record_who_looked(
    cast: Cast, case: Case, said: Message, nora: Client
) -> None:
    FindingRow.objects.create(
        message=said, text_version=1, source="classifier", label="insult", score=0.9, span=[12, 17]
    )

    page = text_of(nora.post(to("reveal", case), headers=HTMX))

    assert "you are all <mark>fools</mark>" in page
    (entry,) = AuditEntry.objects.filter(action="case.view")
    assert entry.actor_id == cast.nora.pk


def test_without_scripts_the_text_is_shown_in_the_whole_page(case: Case, said: Message, nora: Client) -> None:
    page = text_of(nora.post(to("reveal", case)))

    assert "<html" in page
    assert said.body in page


def test_going_back_to_a_text_that_was_shown_leads_to_its_case_without_it(nora: Client, case: Case) -> None:
    answer = nora.get(to("reveal", case), follow=True)

    assert answer.redirect_chain[0][0].startswith(f"/moderation/cases/{case.public_id}/")
    assert "Show the text" in text_of(answer)


def test_a_birth_date_is_nowhere_in_the_page(cast: Cast, case: Case, nora: Client) -> None:
    cast.rex.birth_date = born_years_ago(15)
    cast.rex.save(update_fields=["birth_date"])

    page = text_of(nora.get(to("case", case)))

    assert "Minor" in page
    assert str(cast.rex.birth_date.year) not in without_tokens(page).replace("access_epoch", "")


def test_who_reported_is_a_reference_and_not_a_name(cast: Cast, case: Case, nora: Client) -> None:
    report = Report.objects.create(case=case, reporter=cast.mara, reason="harassment", note="Every day.")

    page = text_of(nora.get(to("case", case)))

    assert report.public_id in page
    assert "Every day." in page
    assert "Mara" not in without_tokens(page)


def test_htmx_gets_the_case_alone_and_going_back_the_whole_page(case: Case, nora: Client) -> None:
    part = text_of(nora.get(to("case", case), headers=HTMX))
    back = text_of(nora.get(to("case", case), headers={**HTMX, "HX-History-Restore-Request": "true"}))

    assert "<html" not in part
    assert "<html" in back


# --- two models --------------------------------------------------------------------------------


def opinion_on(said: Message, *, asked: str, error: str = "", **scores: float) -> SecondOpinion:
    assessment = Assessment.objects.create(
        message=said,
        text_version=1,
        state=AssessmentState.DONE,
        model_name="small",
        scores={"insult": 0.55, "threat": 0.01},
    )
    FindingRow.objects.create(
        message=said, text_version=1, source="classifier", label="insult", score=0.97, model_name="larger"
    )
    return SecondOpinion.objects.create(
        assessment=assessment, asked=asked, model_name="larger", scores=scores, error=error
    )


def test_a_case_says_which_of_two_models_said_what(case: Case, said: Message, nora: Client) -> None:
    opinion_on(said, asked="band", insult=0.97, threat=0.02)

    page = " ".join(text_of(nora.get(to("case", case))).split())

    assert "the second because the first was unsure" in page
    assert '<th scope="col">small</th> <th scope="col">larger</th>' in page
    assert '<th scope="row">An insult</th> <td>55%</td> <td>97%</td>' in page
    assert "A threat" not in page
    assert '<strong>An insult</strong> <span class="muted small">larger</span>' in page


def test_a_case_says_that_a_second_model_failed(case: Case, said: Message, nora: Client) -> None:
    opinion_on(said, asked="sample", error="second model: it is not loaded")

    page = text_of(nora.get(to("case", case)))

    assert "A second model was asked and failed" in page


def test_what_two_models_said_of_an_earlier_text_is_not_shown(
    case: Case, said: Message, nora: Client
) -> None:
    opinion_on(said, asked="band", insult=0.97)
    Message.objects.filter(pk=said.pk).update(text_version=2)

    assert "Two models" not in text_of(nora.get(to("case", case)))


# --- whose it is -------------------------------------------------------------------------------


def test_nothing_can_be_decided_before_the_case_is_claimed(cast: Cast, case: Case) -> None:
    otis = signed_in(cast.otis)
    Case.objects.update(claimed_by=None, claimed_until=None)

    assert "disabled" in text_of(otis.get(to("case", case)))
    assert otis.post(to("decide", case), HIDE).status_code == 403


def test_claiming_makes_it_mine(cast: Cast, case: Case) -> None:
    Case.objects.update(claimed_by=None, claimed_until=None)

    page = text_of(signed_in(cast.otis).post(to("claim", case), follow=True))

    assert "data-mine" in page
    case.refresh_from_db()
    assert case.claimed_by == cast.otis


def test_the_second_moderator_sees_who_has_it_and_may_take_over(cast: Cast, case: Case) -> None:
    otis = signed_in(cast.otis)

    assert "Nora is working on this" in text_of(otis.get(to("case", case)))
    assert otis.post(to("claim", case)).status_code == 409

    otis.post(to("take_over", case))
    case.refresh_from_db()
    assert case.claimed_by == cast.otis


def test_whoever_lost_the_case_is_told_at_once_and_cannot_decide(
    cast: Cast, case: Case, said: Message, nora: Client
) -> None:
    take_over(case=case, by=cast.otis)

    told = nora.post(to("renew", case), {"shown": "mine"}, headers=HTMX)
    refused = nora.post(to("decide", case), HIDE, headers=HTMX)

    assert "Otis is working on this" in text_of(told)
    assert "data-mine" not in text_of(told)
    assert refused.status_code == 409
    said.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE


def test_a_claim_is_renewed_without_words_while_it_holds(case: Case, nora: Client) -> None:
    Case.objects.update(claimed_until=now() + dt.timedelta(seconds=5))

    answer = nora.post(to("renew", case), {"shown": "mine"}, headers=HTMX)

    assert answer.status_code == 204
    case.refresh_from_db()
    assert case.claimed_until is not None
    assert case.claimed_until > now() + dt.timedelta(minutes=1)


def test_looking_at_anothers_case_does_not_take_it(cast: Cast, case: Case) -> None:
    signed_in(cast.otis).post(to("renew", case), {"shown": "taken Nora"}, headers=HTMX)

    case.refresh_from_db()
    assert case.claimed_by == cast.nora


def test_a_case_given_back_is_free(case: Case, nora: Client) -> None:
    nora.post(to("unclaim", case))

    case.refresh_from_db()
    assert case.claimed_by is None


# --- deciding ----------------------------------------------------------------------------------


def test_the_form_suggests_the_policy_that_people_reported_and_its_reason(
    cast: Cast, case: Case, nora: Client
) -> None:
    Report.objects.create(case=case, reporter=cast.mara, reason="hate")

    form = text_of(nora.get(to("decide", case), {"action": "hide"}, headers=HTMX))

    assert '<option value="hate"' in form
    assert "It attacks people for what they are." in form
    assert form.count("selected") == 1


def test_a_limit_asks_for_how_long_and_a_dismissal_does_not(case: Case, nora: Client) -> None:
    assert "For how long" in text_of(nora.get(to("decide", case), {"action": "mute"}, headers=HTMX))
    assert "For how long" not in text_of(nora.get(to("decide", case), {"action": "dismiss"}, headers=HTMX))


def test_hiding_from_the_page_hides_and_offers_to_undo(case: Case, said: Message, nora: Client) -> None:
    page = text_of(nora.post(to("decide", case), HIDE, follow=True, headers=HTMX))

    said.refresh_from_db()
    decision = Decision.objects.get(action=Action.HIDE)
    assert said.visibility == Visibility.HIDDEN
    assert decision.reason == "It insults people."
    assert "<undo-bar" in page
    assert to("undo", decision) in page


def test_after_a_decision_the_next_case_opens_by_itself(cast: Cast, case: Case, nora: Client) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex)
    waiting = open_case(message=message, person=cast.rex, room=cast.lounge, severity=1, why="reported:other")

    response = nora.post(to("decide", case), HIDE)

    assert response.headers["Location"].startswith(to("case", waiting))


def test_the_undo_bar_is_offered_to_whoever_decided_and_for_ten_seconds(
    cast: Cast, case: Case, nora: Client
) -> None:
    address = nora.post(to("decide", case), HIDE).headers["Location"]

    assert "<undo-bar" not in text_of(signed_in(cast.otis).get(address))
    Decision.objects.update(decided_at=now() - dt.timedelta(seconds=11))
    assert "<undo-bar" not in text_of(nora.get(address))


def test_undo_opens_the_case_again_for_whoever_undid_it(case: Case, said: Message, nora: Client) -> None:
    nora.post(to("decide", case), HIDE)

    page = text_of(nora.post(to("undo", Decision.objects.get()), follow=True))

    said.refresh_from_db()
    assert said.visibility == Visibility.VISIBLE
    assert "data-mine" in page


def test_a_decided_case_can_be_undone_from_its_history_for_thirty_days(
    cast: Cast, case: Case, nora: Client
) -> None:
    decision = decide_case(
        case=case, by=cast.nora, action=Action.HIDE, policy_key="harassment", reason="It insults people."
    )
    assert to("undo", decision) in text_of(nora.get(to("case", case)))

    Decision.objects.update(decided_at=now() - dt.timedelta(days=31))
    assert to("undo", decision) not in text_of(nora.get(to("case", case)))


def test_a_mute_ends_when_the_form_says(cast: Cast, case: Case, nora: Client) -> None:
    nora.post(to("decide", case), {**HIDE, "action": "mute", "duration": "3d"})

    sanction = Sanction.objects.get()
    assert sanction.until is not None
    assert abs(sanction.until - now() - dt.timedelta(days=3)) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("missing", ["policy", "reason"])
def test_what_is_missing_is_said_where_it_is_missing_and_nothing_is_decided(
    case: Case, nora: Client, missing: str
) -> None:
    answer = nora.post(to("decide", case), {**HIDE, missing: ""}, headers=HTMX)

    assert answer.headers["HX-Retarget"] == f"#decision-{case.public_id}"
    assert 'aria-invalid="true"' in text_of(answer)
    assert not Decision.objects.exists()


def test_an_unknown_action_is_not_there(case: Case, nora: Client) -> None:
    assert nora.post(to("decide", case), {**HIDE, "action": "banish"}).status_code == 404


def test_a_text_changed_since_it_was_read_is_not_decided_on(case: Case, said: Message, nora: Client) -> None:
    Message.objects.filter(pk=said.pk).update(text_version=2, body="something else")

    answer = nora.post(to("decide", case), {**HIDE, "seen_version": "1"}, headers=HTMX)

    assert answer.status_code >= 400
    assert not Decision.objects.exists()


def test_an_escalated_case_tells_a_moderator_that_it_is_an_administrators(
    cast: Cast, case: Case, nora: Client
) -> None:
    Case.objects.update(state=CaseState.ESCALATED, claimed_by=None)
    claim_case(case=Case.objects.get(), by=cast.ada)

    page = text_of(nora.get(to("case", case)))

    assert "action-bar__set" not in page
    assert "action-bar__set" in text_of(signed_in(cast.ada).get(to("case", case)))
