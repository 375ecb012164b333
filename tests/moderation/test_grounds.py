"""Why a case was opened and what an automated decision says, in the language of whoever reads."""

import pytest
from django.utils import translation

from moderation import grounds
from moderation.models import Action, Decision, ReportReason


@pytest.mark.parametrize(
    ("code", "english", "german"),
    [
        (
            grounds.reported(ReportReason.SPAM_OR_SCAM),
            "reported: Spam or a scam",
            "gemeldet: Spam oder Betrug",
        ),
        (grounds.found("threat"), "found: a threat", "gefunden: eine Drohung"),
        (grounds.held("link"), "held: a link that is not allowed here", "zurückgehalten: ein Link, der hier"),
        (grounds.BLOCKED, "blocked by several people within a day", "an einem Tag von mehreren Personen"),
        (grounds.UNJUDGED, "not judged in time", "nicht rechtzeitig beurteilt"),
    ],
)
def test_a_case_says_what_it_rests_on_to_each_reader(code: str, english: str, german: str) -> None:
    assert grounds.why_in_words(code) == english
    with translation.override("de"):
        assert grounds.why_in_words(code).startswith(german)


def test_what_a_case_rests_on_is_named_once() -> None:
    both = grounds.joined(grounds.joined("reported:hate", "found:threat"), "reported:hate")

    assert grounds.why_in_words(both) == "reported: Hate against a group · found: a threat"


def test_an_automated_decision_is_recorded_in_the_site_s_language_and_read_in_the_reader_s() -> None:
    with translation.override("de"):
        recorded = grounds.automated_reason(Action.HIDE, source="classifier", label="threat")
        facts = {"source": "classifier", "label": "threat"}
        decision = Decision(action=Action.HIDE, is_automated=True, reason=recorded, grounds=facts)
        read = grounds.reason_in_words(decision)

    assert recorded == "Hidden: the check found strong signs of a threat."
    assert read == "Ausgeblendet: Die Prüfung fand deutliche Anzeichen für eine Drohung."


def test_what_a_moderator_wrote_stays_as_it_is() -> None:
    decision = Decision(action=Action.WARN, is_automated=False, reason="It insults people.", grounds={})

    with translation.override("de"):
        assert grounds.reason_in_words(decision) == "It insults people."
