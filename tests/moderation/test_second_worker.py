"""Real workers with real networks: a second model is asked without a restart; one that hangs or is broken."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.models import F

from common.jobs import ring
from moderation import jobs
from moderation.models import Assessment, AssessmentState, Case, Decision, SecondOpinion
from moderation.selectors.pipeline import AlarmKind, alarms
from moderation.selectors.second import second_report
from moderation.services.assessment import sweep
from moderation.services.canary import BAD
from moderation.services.choosing import use_second
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.made_models import SERVED, hanging_model, keyword_model
from tests.moderation.workers import comes_to_be, has_ended, worker
from tests.servers import start_beat

CLEAR = "good morning"
# The bundled model is unsure of both: 0.8 for an insult, and 0.7 for toxicity; where minors may be it has a
# moderator look from 0.44 on, and hides from 0.87 and 0.94 on.
UNSURE, UNSURE_BOAT = "shut up", "your boat is ugly"

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


def say(cast: Cast, body: str) -> Message:
    with transaction.atomic():
        message = MessageFactory.create(room=cast.harbour, author=cast.rex, body=body, checking=True)
        Assessment.objects.create(message=message, text_version=1)
        ring(jobs.ASSESS, queue=jobs.JUDGE)
    return message


def visibility(message: Message) -> str:
    return Message.objects.get(pk=message.pk).visibility


def becomes(message: Message, wanted: Visibility) -> bool:
    return comes_to_be(lambda: visibility(message) == wanted)


def let_time_pass(seconds: float) -> None:
    """What waits has waited for so much longer."""
    Assessment.objects.update(
        created_at=F("created_at") - dt.timedelta(seconds=seconds), leased_until=None, leased_by=None
    )


def kinds_of_alarm() -> set[AlarmKind]:
    return {alarm.kind for alarm in alarms()}


@pytest.fixture(autouse=True)
def _no_worker_has_left_a_mark() -> Iterator[None]:
    jobs.forget_marks()
    yield
    jobs.forget_marks()


def test_a_second_model_is_chosen_and_taken_away_while_a_worker_judges(
    committed_cast: Cast, tmp_path: Path
) -> None:
    cast, second = committed_cast, keyword_model(tmp_path / "larger", "boat", "idiot")
    with worker():
        assert becomes(say(cast, UNSURE), Visibility.HELD)

        use_second(folder=second, sample=1, by=cast.ada)
        assert comes_to_be(lambda: _clears(cast))
        assert becomes(say(cast, UNSURE_BOAT), Visibility.HIDDEN)
        assert becomes(say(cast, BAD), Visibility.HIDDEN)
        assert becomes(say(cast, "a boat"), Visibility.HIDDEN)
        assert becomes(say(cast, CLEAR), Visibility.VISIBLE)

        use_second(folder=None, sample=0, by=cast.ada)
        assert becomes(say(cast, UNSURE), Visibility.HELD)

    judged = Assessment.objects.values_list("model_name", "attempts", "state")
    assert set(judged) == {("wardroom-en", 1, AssessmentState.DONE)}
    said = SecondOpinion.objects.values_list(
        "assessment__message__body", "asked", "first_call", "second_call"
    )
    assert set(said) >= {
        (UNSURE, "band", "review", "none"),
        (UNSURE_BOAT, "band", "review", "hide"),
        (BAD, "sample", "hide", "hide"),
        ("a boat", "sample", "none", "hide"),
        (CLEAR, "sample", "none", "none"),
    }
    assert (second_report().missed.passed, second_report().missed.hidden) == (2, 1)
    grounds = Decision.objects.get(message__body=UNSURE_BOAT).grounds
    assert grounds["model"] == "larger"
    assert [said["model"] for said in grounds["said"]] == ["wardroom-en", "larger"]


def _clears(cast: Cast) -> bool:
    """Whether the second has been asked: what the first alone would hold is shown."""
    message = say(cast, UNSURE)
    assert comes_to_be(lambda: visibility(message) != Visibility.CHECKING)
    return visibility(message) == Visibility.VISIBLE


def test_a_worker_that_cannot_load_the_second_judges_what_the_first_is_sure_of_and_raises_an_alarm(
    committed_cast: Cast, tmp_path: Path
) -> None:
    cast, second = committed_cast, keyword_model(tmp_path / "larger", "boat", "idiot")
    use_second(folder=second, sample=0, by=cast.ada)
    (second / SERVED).write_bytes(b"poison")

    with worker():
        clear, foul, unsure = (say(cast, body) for body in (CLEAR, BAD, UNSURE))
        assert becomes(clear, Visibility.VISIBLE)
        assert becomes(foul, Visibility.HIDDEN)
        assert comes_to_be(lambda: Assessment.objects.get(message=unsure).error.startswith("second model:"))

    assert AlarmKind.SECOND_FAILED in kinds_of_alarm()
    assert visibility(unsure) == Visibility.CHECKING
    let_time_pass(61)
    sweep()
    assert visibility(unsure) == Visibility.HELD
    assert Case.objects.filter(message=unsure).exists()


def test_a_second_network_that_hangs_ends_its_worker_and_what_it_hung_over_is_never_clean(
    committed_cast: Cast, tmp_path: Path
) -> None:
    cast, second = committed_cast, hanging_model(tmp_path / "larger", "boat")
    use_second(folder=second, sample=0, by=cast.ada)

    with worker(WARDROOM_CLASSIFIER_TIMEOUT_S="1") as running:
        assert becomes(say(cast, CLEAR), Visibility.VISIBLE)
        stuck = say(cast, UNSURE_BOAT)
        assert comes_to_be(lambda: has_ended(running))

    held = Assessment.objects.get(message=stuck)
    assert (held.state, held.attempts, held.error) == (AssessmentState.PENDING, 1, "timed out")
    assert visibility(stuck) == Visibility.CHECKING


def test_a_network_that_hangs_ends_its_worker_alarms_and_its_text_goes_to_a_human(
    committed_cast: Cast, tmp_path: Path
) -> None:
    cast, hanging = committed_cast, hanging_model(tmp_path / "hanging", "boat")
    with worker(WARDROOM_MODEL_PATH=str(hanging), WARDROOM_CLASSIFIER_TIMEOUT_S="1") as running:
        assert becomes(say(cast, CLEAR), Visibility.VISIBLE)
        stuck = say(cast, "a boat")
        assert comes_to_be(lambda: has_ended(running))

    held = Assessment.objects.get(message=stuck)
    assert (held.state, held.attempts, held.error) == (AssessmentState.PENDING, 1, "timed out")
    assert visibility(stuck) == Visibility.CHECKING

    let_time_pass(31)
    assert AlarmKind.LATE in kinds_of_alarm()
    let_time_pass(30)
    sweep()
    assert visibility(stuck) == Visibility.HELD
    assert Case.objects.get().message == stuck
    assert Decision.objects.get().grounds["label"] == "unjudged"


def test_a_worker_whose_model_cannot_be_loaded_holds_everything_and_gives_it_to_humans(
    committed_cast: Cast, tmp_path: Path
) -> None:
    cast, broken = committed_cast, keyword_model(tmp_path / "broken", "boat")
    (broken / SERVED).write_bytes(b"poison")

    with worker(WARDROOM_MODEL_PATH=str(broken)), start_beat(database=connection.settings_dict["NAME"]):
        clear = say(cast, CLEAR)
        assert comes_to_be(lambda: AlarmKind.MODEL_FAILED in kinds_of_alarm())
        assert "was not loaded" in jobs.model_failure()
        assert visibility(clear) == Visibility.CHECKING

        let_time_pass(61)
        assert becomes(clear, Visibility.HELD)

    assert Case.objects.get().message == clear
    assert Assessment.objects.get().state == AssessmentState.FAILED
