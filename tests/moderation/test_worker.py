"""The pipeline with a real Celery worker: the bell, the real classifier, a lost bell, a crash, a hang."""

import signal
import uuid

import pytest
from django.db import connection

from accounts.models import Person
from moderation import jobs
from moderation.models import Assessment, AssessmentState, Decision, Explanation, WebhookDelivery
from moderation.services import webhooks
from moderation.services.canary import BAD, CLEAN
from moderation.services.explanations import ask_for
from rooms.models import Message, Room, Visibility
from rooms.services.messages import Sending, post_message
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.receiver import listening
from tests.moderation.workers import DEADLINE_S, comes_to_be, has_ended, worker
from tests.servers import start_beat

KEYWORDS = "tests.moderation.keyword_classifier.load"

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


def says(person: Person, room: Room, body: str) -> Message:
    posted = post_message(Sending(person.pk, room.public_id, uuid.uuid4(), body, None))
    return Message.objects.get(public_id=posted.message_public_id)


def becomes(message: Message, visibility: Visibility) -> bool:
    return comes_to_be(lambda: Message.objects.get(pk=message.pk).visibility == visibility)


def test_the_real_classifier_clears_what_is_harmless_and_hides_an_insult(committed_cast: Cast) -> None:
    cast = committed_cast
    with worker():
        harmless = says(cast.rex, cast.harbour, CLEAN)
        insult = says(cast.rex, cast.harbour, BAD)

        assert becomes(harmless, Visibility.VISIBLE)
        assert becomes(insult, Visibility.HIDDEN)

    assessment = Assessment.objects.get(message=insult)
    assert assessment.model_name == "wardroom-en"
    assert assessment.scores["insult"] > 0.9
    assert Decision.objects.get(message=insult).grounds["source"] == "classifier"


def test_the_worker_finds_the_words_that_drove_a_finding(committed_cast: Cast) -> None:
    cast = committed_cast
    with worker():
        insult = says(cast.rex, cast.harbour, BAD)
        assert becomes(insult, Visibility.HIDDEN)

        ask_for(Message.objects.get(pk=insult.pk))

        assert comes_to_be(lambda: Explanation.objects.filter(state="done").exists())

    spans = Explanation.objects.get().spans["toxicity"]
    assert "idiot" in [word for start, end, _part in spans for word in BAD[start:end].split()]


def test_a_message_whose_bell_was_lost_is_found_by_the_sweep(committed_cast: Cast) -> None:
    cast = committed_cast
    message = MessageFactory.create(room=cast.harbour, author=cast.rex, checking=True)
    Assessment.objects.create(message=message, text_version=1)  # committed, and then nobody rang

    with worker(WARDROOM_CLASSIFIER=KEYWORDS), start_beat(database=connection.settings_dict["NAME"]):
        assert becomes(message, Visibility.VISIBLE)
        assert comes_to_be(lambda: jobs.heart_age_s() is not None)


def test_what_a_killed_worker_held_is_judged_once_by_the_next(committed_cast: Cast) -> None:
    cast = committed_cast
    with worker(WARDROOM_CLASSIFIER=KEYWORDS) as running:
        stuck = says(cast.rex, cast.harbour, "stuck and awful")
        assert comes_to_be(lambda: Assessment.objects.filter(attempts=1).exists())
        running.send_signal(signal.SIGKILL)
        running.wait(DEADLINE_S)
    held = Assessment.objects.get()
    assert (held.state, held.leased_by is None) == (AssessmentState.PENDING, False)
    Message.objects.update(body="awful")  # what made it stick is gone

    with worker(WARDROOM_CLASSIFIER=KEYWORDS):  # nobody rings, and the lease has not run out
        assert becomes(stuck, Visibility.HIDDEN)

    assert Decision.objects.count() == 1


def test_a_worker_that_is_asked_to_stop_finishes_its_batch(committed_cast: Cast) -> None:
    cast = committed_cast
    with worker(WARDROOM_CLASSIFIER=KEYWORDS) as running:
        message = says(cast.mara, cast.harbour, "a thing to ponder")
        assert comes_to_be(lambda: Assessment.objects.filter(attempts=1).exists())
        running.terminate()

        assert comes_to_be(lambda: has_ended(running))

    held = Assessment.objects.get(message=message)
    assert (held.state, held.attempts) == (AssessmentState.DONE, 1)


def test_a_worker_whose_classifier_hangs_goes_and_the_next_judges_the_rest(committed_cast: Cast) -> None:
    cast = committed_cast
    with worker(WARDROOM_CLASSIFIER=KEYWORDS, WARDROOM_CLASSIFIER_TIMEOUT_S="1") as running:
        stuck = says(cast.rex, cast.harbour, "stuck")
        assert comes_to_be(lambda: has_ended(running))
    held = Assessment.objects.get(message=stuck)
    assert (held.state, held.attempts, held.error) == (AssessmentState.PENDING, 1, "timed out")

    Assessment.objects.update(leased_until=None, attempts=5)  # it has hung as often as anything may
    with worker(WARDROOM_CLASSIFIER=KEYWORDS):
        fine = says(cast.mara, cast.harbour, "hello")
        assert becomes(fine, Visibility.VISIBLE)
    assert Message.objects.get(pk=stuck.pk).visibility == Visibility.CHECKING


def test_a_webhook_is_sent_by_the_worker_while_it_judges(committed_cast: Cast) -> None:
    cast = committed_cast
    with listening() as receiver, worker():
        webhooks.add_webhook(name="pager", url=receiver.url, events=webhooks.EVENTS, by=cast.ada)
        insult = says(cast.rex, cast.harbour, BAD)

        assert becomes(insult, Visibility.HIDDEN)
        assert comes_to_be(lambda: len(receiver.got) >= 1)

    assert comes_to_be(lambda: not WebhookDelivery.objects.filter(state="pending").exists())
    assert insult.public_id in str(receiver.got)
    assert BAD not in str(receiver.got)
