"""A language that the classifier does not know: never silently clean, and what becomes of it is a setting."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AgeBand, AuditEntry, Person
from common.errors import Code, Refused
from moderation.judging import Bench, judge_texts
from moderation.models import (
    Action,
    Assessment,
    Case,
    Decision,
    FindingRow,
    PolicyVersion,
    Treatment,
    UnknownLanguage,
)
from moderation.rules.defaults import default_rules
from moderation.selectors.policies import standard_in_force
from moderation.services import policies
from moderation.services.assessment import assess_pending
from rooms.models import Message, Room, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.keyword_classifier import KeywordClassifier
from tests.moderation.pages import HTMX, signed_in, text_of

SPANISH = "hola amigos, vamos a quedar mañana por la tarde en la plaza"


@pytest.fixture
def classifier() -> KeywordClassifier:
    """One that says that it knows English."""
    made = KeywordClassifier()
    made.languages = ("en",)
    return made


def says(room: Room, author: Person, body: str) -> Message:
    """A message to be judged, as the room's mode has it."""
    state = {} if room.slug == "lounge" else {"checking": True}
    message = MessageFactory.create(room=room, author=author, body=body, **state)
    Assessment.objects.create(message=message, text_version=message.text_version)
    return message


def visibility(message: Message) -> str:
    message.refresh_from_db()
    return message.visibility


def treat(cast: Cast, treatment: Treatment, **scope: object) -> UnknownLanguage:
    return policies.save_unknown_language(row=UnknownLanguage(treatment=treatment, **scope), by=cast.ada)


def let_pass_everywhere(cast: Cast) -> None:
    """Also where minors may be: an administrator has to say so band by band."""
    treat(cast, Treatment.PASS)
    for band in AgeBand.objects.filter(is_minor=True):
        treat(cast, Treatment.PASS, age_band=band)


# --- what is done --------------------------------------------------------------------------------


def test_where_minors_may_read_it_is_held_for_a_human(cast: Cast, classifier: KeywordClassifier) -> None:
    message = says(cast.harbour, cast.rex, SPANISH)

    assess_pending(classifier=classifier)

    decision = Decision.objects.get()
    assert visibility(message) == Visibility.HELD
    assert Case.objects.get().why == "found:unknown_language"
    assert decision.action == Action.HOLD
    assert (decision.grounds["language"], decision.grounds["not_judged"]) == ("es", "language")
    assert "does not know its language" in decision.reason


def test_among_adults_it_stays_while_a_human_looks(cast: Cast, classifier: KeywordClassifier) -> None:
    message = says(cast.lounge, cast.rex, SPANISH)

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.VISIBLE
    assert Case.objects.get().message == message
    assert not Decision.objects.exists()


def test_a_room_that_holds_takes_it_from_view_until_somebody_has_looked(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    treat(cast, Treatment.HOLD, room=cast.lounge)
    message = says(cast.lounge, cast.rex, SPANISH)

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.HELD


def test_what_is_let_pass_is_on_record_as_not_judged(cast: Cast, classifier: KeywordClassifier) -> None:
    let_pass_everywhere(cast)
    message = says(cast.harbour, cast.rex, SPANISH)

    assess_pending(classifier=classifier)

    assessment = Assessment.objects.get()
    assert visibility(message) == Visibility.VISIBLE
    assert not Case.objects.exists()
    assert (assessment.language, assessment.not_judged) == ("es", "language")
    assert FindingRow.objects.get().label == "unknown_language"


def test_words_of_another_language_buy_no_mildness(cast: Cast, classifier: KeywordClassifier) -> None:
    let_pass_everywhere(cast)
    message = says(cast.harbour, cast.rex, f"{SPANISH}, awful")

    assess_pending(classifier=classifier)

    assert visibility(message) == Visibility.HIDDEN


def test_a_language_that_the_model_knows_is_judged_like_any_other(
    cast: Cast, classifier: KeywordClassifier
) -> None:
    classifier.languages = ("en", "es")
    message = says(cast.harbour, cast.rex, SPANISH)

    assess_pending(classifier=classifier)

    assessment = Assessment.objects.get()
    assert visibility(message) == Visibility.VISIBLE
    assert (assessment.language, assessment.not_judged) == ("es", "")


def test_judge_says_that_a_line_was_not_judged(classifier: KeywordClassifier) -> None:
    bench = Bench(default_rules(), {}, 0, minors_may_read=True)

    (judged,) = judge_texts([SPANISH], bench, classifier)

    assert judged.verdict == "hold"
    assert judged.language == "es"
    assert [(finding.label, finding.detail) for finding in judged.findings] == [("unknown_language", "es")]


# --- the setting ---------------------------------------------------------------------------------


def test_the_strictest_of_site_bands_and_room_holds(cast: Cast) -> None:
    def there(room: Room) -> str:
        standard = standard_in_force()
        return standard.languages.for_room(room, standard.bands)

    assert (there(cast.harbour), there(cast.lounge)) == ("hold", "review")

    let_pass_everywhere(cast)
    assert (there(cast.harbour), there(cast.lounge)) == ("pass", "pass")

    treat(cast, Treatment.REVIEW, room=cast.harbour)
    assert (there(cast.harbour), there(cast.lounge)) == ("review", "pass")


def test_letting_pass_on_the_site_leaves_minors_protected(cast: Cast) -> None:
    treat(cast, Treatment.PASS)

    standard = standard_in_force()
    assert standard.languages.for_room(cast.harbour, standard.bands) == "hold"


def test_a_room_is_only_stricter_than_the_site(cast: Cast) -> None:
    with pytest.raises(Refused, match=Code.ONLY_TIGHTER):
        treat(cast, Treatment.PASS, room=cast.lounge)


@pytest.mark.parametrize("name", ["mara", "nora", "sam"])
def test_only_administrators_set_it_for_the_site(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        policies.save_unknown_language(row=UnknownLanguage(treatment="pass"), by=getattr(cast, name))


# --- the pages -----------------------------------------------------------------------------------


@pytest.fixture
def ada(cast: Cast) -> Client:
    return signed_in(cast.ada)


def test_an_administrator_sets_it_and_takes_it_back(cast: Cast, ada: Client) -> None:
    address = reverse("moderation:unknown_language")
    version = PolicyVersion.objects.count()

    ada.post(f"{address}?scope=room-lounge", {"treatment": "hold"})

    assert UnknownLanguage.objects.get().room == cast.lounge
    assert PolicyVersion.objects.count() == version + 1
    assert AuditEntry.objects.filter(action="unknown_language.add").count() == 1
    page = text_of(ada.get(f"{reverse('moderation:thresholds')}?scope=room-lounge"))
    assert '<option value="hold" selected>' in page

    ada.post(f"{address}?scope=room-lounge", {"treatment": ""})

    assert not UnknownLanguage.objects.exists()


def test_what_is_milder_than_the_site_is_refused_with_a_sentence(cast: Cast, ada: Client) -> None:
    answer = ada.post(
        f"{reverse('moderation:unknown_language')}?scope=room-lounge", {"treatment": "pass"}, follow=True
    )

    assert not UnknownLanguage.objects.exists()
    assert "stricter" in text_of(answer)


def test_a_case_says_which_language_it_seems_to_be(cast: Cast, classifier: KeywordClassifier) -> None:
    says(cast.harbour, cast.rex, SPANISH)
    assess_pending(classifier=classifier)

    page = text_of(
        signed_in(cast.nora).get(
            reverse("moderation:case", args=[Case.objects.get().public_id]), headers=HTMX
        )
    )

    assert "it seems to be Spanish" in page
    assert SPANISH not in page
