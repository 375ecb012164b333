"""A real worker that serves a model: without torch; and a model that is exchanged while people talk."""

import json
import shutil
import time
from pathlib import Path

import psutil
import pytest
from django.db import connection, transaction

from common.jobs import ring
from moderation import jobs
from moderation.classifiers.detoxify.card import CARD
from moderation.classifiers.shelf import BUNDLED
from moderation.models import Assessment, AssessmentState, Decision
from moderation.services.canary import BAD, CLEAN
from moderation.services.choosing import use_model
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.servers import start_worker

DEADLINE_S = 150
# Bytes. torch alone would take more than there is between this and what the worker takes.
MOST_MEMORY = 300_000_000

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]


def test_a_worker_judges_without_torch(committed_cast: Cast) -> None:
    with start_worker(database=connection.settings_dict["NAME"]) as pid:
        say(committed_cast, CLEAN, BAD, "a long tale of boats " * 150)
        assert comes_to_be_judged()
        worker = psutil.Process(pid)
        loaded, memory = {part.path for part in worker.memory_maps()}, worker.memory_info().rss

    assert any("onnxruntime" in path for path in loaded)
    assert not any("libtorch" in path for path in loaded)
    assert memory < MOST_MEMORY


def test_a_model_is_exchanged_under_load_and_every_message_is_judged_once(
    committed_cast: Cast, tmp_path: Path
) -> None:
    another = Path(shutil.copytree(BUNDLED / "wardroom-en", tmp_path / "another"))
    card = json.loads((another / CARD).read_text())
    (another / CARD).write_text(json.dumps(card | {"name": "another"}))

    with start_worker(database=connection.settings_dict["NAME"]):
        say(committed_cast, *[CLEAN, BAD] * 10)
        assert comes_to_be_judged()
        use_model(folder=another, by=committed_cast.ada)
        until = time.monotonic() + DEADLINE_S
        while not Assessment.objects.filter(model_name="another").exists() and time.monotonic() < until:
            say(committed_cast, CLEAN, BAD)
        say(committed_cast, *[CLEAN, BAD] * 10)
        assert comes_to_be_judged()

    judged = Assessment.objects.values_list("model_name", "attempts", "state")
    assert set(judged) == {(name, 1, AssessmentState.DONE) for name in ("wardroom-en", "another")}
    assert judged.count() == Message.objects.count()
    hidden = Message.objects.filter(visibility=Visibility.HIDDEN)
    assert {message.body for message in hidden} == {BAD}
    assert Decision.objects.count() == hidden.count() == Message.objects.filter(body=BAD).count()


def say(cast: Cast, *bodies: str) -> None:
    """Messages past the rules, which would take so many equal ones for a flood; and the bell."""
    with transaction.atomic():
        for body in bodies:
            message = MessageFactory.create(room=cast.harbour, author=cast.rex, body=body, checking=True)
            Assessment.objects.create(message=message, text_version=1)
        ring(jobs.ASSESS, queue=jobs.JUDGE)


def comes_to_be_judged() -> bool:
    until = time.monotonic() + DEADLINE_S
    while Assessment.objects.filter(state=AssessmentState.PENDING).exists():
        if time.monotonic() > until:
            return False
    return True
