"""Which words drove a finding: worked out by the worker, shown only with the text, and never made up."""

import datetime as dt
import threading

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from common.clock import now
from moderation.classifiers.explain import ROWS, explain
from moderation.models import Case, Explanation, ExplanationState, FindingRow
from moderation.services.explanations import ask_for, explain_pending
from moderation.views.explained import AWAY_AFTER_S
from rooms.models import Message
from tests.cast import Cast
from tests.moderation.keyword_classifier import KeywordClassifier
from tests.moderation.pages import HTMX, signed_in, text_of


@pytest.fixture
def classifier() -> KeywordClassifier:
    return KeywordClassifier()


@pytest.fixture
def nora(cast: Cast) -> Client:
    return signed_in(cast.nora)


@pytest.fixture
def awful(said: Message) -> Message:
    """A message in which the classifier found something."""
    Message.objects.filter(pk=said.pk).update(body="the weather is awful today")
    said.refresh_from_db()
    FindingRow.objects.create(message=said, text_version=1, source="classifier", label="toxicity", score=0.99)
    return said


def reveal(client: Client, case: Case) -> str:
    return text_of(client.post(reverse("moderation:reveal", args=[case.public_id]), headers=HTMX))


def part(client: Client, case: Case) -> str:
    """What the waiting page gets when it asks again."""
    return text_of(client.get(reverse("moderation:explanation", args=[case.public_id]), headers=HTMX))


# --- occlusion -----------------------------------------------------------------------------------


def test_the_word_without_which_the_score_falls_is_found(classifier: KeywordClassifier) -> None:
    text = "the weather is awful today"

    (span,) = explain(classifier, text, ["toxicity"])["toxicity"]

    assert text[span.start : span.end] == "awful"
    assert span.part > 5


def test_where_no_word_stands_out_none_is_named(classifier: KeywordClassifier) -> None:
    assert explain(classifier, "good morning to you", ["toxicity"]) == {"toxicity": []}


def test_what_the_classifier_does_not_know_is_not_explained(classifier: KeywordClassifier) -> None:
    assert explain(classifier, "awful", ["flood"]) == {}


@pytest.mark.parametrize("text", ["", "   ", "awful", "awful " * 3_000, "\ud800 awful"])
def test_every_text_costs_at_most_two_batches(classifier: KeywordClassifier, text: str) -> None:
    explain(classifier, text, ["toxicity"])

    assert sum(len(batch) for batch in classifier.asked) <= 2 * ROWS


def test_in_a_long_text_the_stretch_that_matters_is_looked_at(classifier: KeywordClassifier) -> None:
    text = "plain words " * 200 + "awful " + "plain words " * 200

    (span,) = explain(classifier, text, ["toxicity"])["toxicity"]

    assert text[span.start : span.end] == "awful"


# --- asked for by a page -------------------------------------------------------------------------


def test_the_case_shows_the_words_once_the_worker_has_found_them(
    case: Case, awful: Message, nora: Client, classifier: KeywordClassifier
) -> None:
    waiting = reveal(nora, case)
    assert "Looking for the words" in waiting
    assert "<mark>" not in waiting

    explain_pending(classifier)

    page = part(nora, case)
    assert "<mark>awful</mark>" in page
    assert '<q dir="auto">awful</q>' in page
    assert "hx-get" not in page
    assert "<mark>awful</mark>" in reveal(nora, case)


def test_before_somebody_has_looked_on_record_nothing_of_the_text_is_there(
    cast: Cast, case: Case, awful: Message, nora: Client, classifier: KeywordClassifier
) -> None:
    ask_for(awful)
    explain_pending(classifier)

    for client in (nora, signed_in(cast.ada)):
        assert "awful" not in part(client, case)

    reveal(nora, case)
    assert "awful" not in part(signed_in(cast.ada), case)
    assert AuditEntry.objects.filter(action="case.view").count() == 1


def test_members_do_not_find_it(cast: Cast, case: Case, awful: Message) -> None:
    answer = signed_in(cast.mara).get(reverse("moderation:explanation", args=[case.public_id]))

    assert answer.status_code == 404


def test_a_text_that_was_changed_meanwhile_is_not_shown_under_the_old_look(
    case: Case, awful: Message, nora: Client
) -> None:
    reveal(nora, case)
    Message.objects.filter(pk=awful.pk).update(body="something else", text_version=2)

    page = part(nora, case)

    assert "has changed the text" in page
    assert "something else" not in page


def test_a_worker_that_is_away_is_said_to_be(case: Case, awful: Message, nora: Client) -> None:
    reveal(nora, case)
    Explanation.objects.update(asked_at=now() - dt.timedelta(seconds=AWAY_AFTER_S + 1))

    assert "does not answer" in part(nora, case)


def test_a_text_that_cannot_be_explained_is_given_up_after_three_times(
    case: Case, awful: Message, nora: Client, classifier: KeywordClassifier
) -> None:
    Message.objects.filter(pk=awful.pk).update(body="awful poison")
    reveal(nora, case)

    for _ in range(3):
        explain_pending(classifier)

    assert Explanation.objects.get().state == ExplanationState.FAILED
    assert "could not be found out" in part(nora, case)


def test_a_classifier_that_hangs_over_it_ends_its_worker(
    awful: Message, classifier: KeywordClassifier
) -> None:
    Message.objects.filter(pk=awful.pk).update(body="stuck")
    ask_for(awful)
    bitten = threading.Event()

    def bite() -> None:
        bitten.set()
        classifier.let_go.set()

    explain_pending(classifier, limit_s=0.2, bite=bite)

    assert bitten.is_set()
    assert Explanation.objects.get().attempts == 1


def test_where_the_classifier_found_nothing_nobody_is_asked(case: Case, said: Message, nora: Client) -> None:
    page = reveal(nora, case)

    assert said.body in page
    assert "Looking for" not in page
    assert not Explanation.objects.exists()
