"""The worker's classifiers: loaded once, changed while it works when other models are chosen.

A new model is loaded beside the old one, in a thread, and warmed; only then it takes over. One that cannot
be loaded takes nothing over: the old one goes on judging, and an alarm says so (selectors/pipeline.py).
Called by tasks.py, always from the worker's one thread, so that no text is judged by two models.
"""

import hashlib
import logging
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from moderation import jobs
from moderation.classifiers.base import Classifier, ModelUnavailableError
from moderation.classifiers.detoxify.card import CARD
from moderation.classifiers.registry import load
from moderation.jobs import Place
from moderation.selectors.serving import Wanted, wanted_models
from moderation.services.second import Second

log = logging.getLogger(__name__)

# A model that could not be loaded is tried again after this long: somebody may have put its files right.
RETRY_S = 60
# One that has not answered by then hangs. (A worker that is silent for 120 s after its start is restarted.)
LOADING_S = 60


class Serving:
    """One worker's classifiers: the first, and where one is chosen, the second."""

    def __init__(self) -> None:
        self._first, self._second = _Served(Place.FIRST), _Served(Place.SECOND)
        self._wanted_second: Wanted | None = None

    def current(self) -> Classifier:
        """What judges now. What was chosen takes over when it is ready; only at the start it is waited for.

        Raises ModelUnavailableError where none is loaded and the one that is wanted cannot be.
        """
        wanted, second = wanted_models()
        is_start = self._first.classifier is None
        if is_start:
            self._first.load(wanted)
        else:
            self._first.follow(wanted)
        self._follow_second(second, is_start=is_start)
        return self._first.loaded()

    def second(self) -> Second | None:
        """The second model as of the last call of `current`; None where there is none.

        One that was chosen while this worker judges begins once it is loaded; until then all is as before.
        One that cannot be loaded is there without a classifier: what it would read waits.
        """
        wanted, served = self._wanted_second, self._second
        if wanted is None or (served.classifier is None and not served.failure):
            return None
        return Second(served.classifier, wanted.sample, served.failure)

    def second_classifier(self) -> Classifier | None:
        """The second model, where one is chosen and loaded."""
        return self._second.classifier if self._wanted_second else None

    def keep_up(self) -> None:
        """Take over what was chosen, though no message comes. Never raises; loads no first model."""
        if self._first.classifier is None:
            return
        try:
            self.current()
        except DatabaseError:
            log.warning("classifier.choice_not_read", exc_info=True)

    def say_what_is_wrong(self) -> None:
        """Repeat the alarms, where there are any: a mark fades (jobs.py)."""
        self._first.say_what_is_wrong()
        self._second.say_what_is_wrong()

    def _follow_second(self, wanted: Wanted | None, *, is_start: bool) -> None:
        self._wanted_second = wanted
        if wanted is None:
            self._second.leave()
            return
        self._second.follow(wanted)
        if is_start:
            self._second.wait(wanted)


class _Served:
    """One of the two models, as far as it is there."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.classifier: Classifier | None = None
        self.failure = ""
        self._is: Wanted | None = None
        self._coming: _Loading | None = None
        self._failed: tuple[Wanted, float] | None = None

    def loaded(self) -> Classifier:
        """The one that is there. Raises ModelUnavailableError where none is."""
        if self.classifier is None:
            raise ModelUnavailableError(self.failure or "no model is loaded")
        return self.classifier

    def load(self, wanted: Wanted) -> None:
        """Now, and wait for it. Raises whatever loading raises."""
        try:
            classifier = load_wanted(wanted)
        except Exception as error:
            self._note_failure(wanted, str(error))
            raise
        self._take(wanted, classifier)

    def follow(self, wanted: Wanted) -> None:
        """Take this one over once it is there; have it loaded where it is not."""
        if wanted == self._is:
            self._coming = None
            self._forget_failure()
        elif self._coming is None or self._coming.wanted != wanted:
            if not self._is_too_early(wanted):
                self._coming = _Loading(wanted)
        elif self._coming.is_alive():
            if self._coming.age_s > LOADING_S and not self.failure:
                self._note_failure(wanted, f"{wanted.folder} has not answered for {LOADING_S} s")
        else:
            done, self._coming = self._coming, None
            if done.classifier is None:
                self._note_failure(wanted, str(done.error))
            else:
                self._take(wanted, done.classifier)

    def wait(self, wanted: Wanted) -> None:
        """Until it is there, or has failed, or has not answered for as long as any model may take."""
        if self._coming is not None:
            self._coming.join(LOADING_S)
            self.follow(wanted)

    def leave(self) -> None:
        """Nobody wants one any more."""
        self.classifier = self._is = self._coming = None
        self._forget_failure()

    def say_what_is_wrong(self) -> None:
        """Repeat the alarm, where there is one."""
        if self.failure:
            jobs.note_model_failure(self.failure, self.place)

    def _take(self, wanted: Wanted, classifier: Classifier) -> None:
        before = self.classifier.version if self.classifier else ""
        facts = {"before": before, "now": classifier.version, "model": classifier.name}
        log.info("classifier.switched", extra={**facts, "place": self.place.value})
        self._is, self.classifier = wanted, classifier
        self._forget_failure()

    def _is_too_early(self, wanted: Wanted) -> bool:
        return (
            self._failed is not None
            and self._failed[0] == wanted
            and time.monotonic() - self._failed[1] < RETRY_S
        )

    def _note_failure(self, wanted: Wanted, what: str) -> None:
        self._failed, self.failure = (wanted, time.monotonic()), what[:300] or "it was not loaded"
        facts = {"folder": wanted.folder, "error": self.failure, "place": self.place.value}
        log.critical("classifier.not_loaded", extra=facts)
        jobs.note_model_failure(self.failure, self.place)

    def _forget_failure(self) -> None:
        if self.failure:
            jobs.forget_model_failure(self.place)
        self._failed, self.failure = None, ""


class _Loading(threading.Thread):
    """Loads a model beside those that judge."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(name="model-loading", daemon=True)
        self.wanted = wanted
        self.classifier: Classifier | None = None
        self.error: Exception | None = None
        self._began = time.monotonic()
        self.start()

    @property
    def age_s(self) -> float:
        """For how long it has been loading."""
        return time.monotonic() - self._began

    def run(self) -> None:
        """Loaded and warmed, or why not."""
        try:
            self.classifier = load_wanted(self.wanted)
        except Exception as error:  # noqa: BLE001 - whatever it is, what was there goes on
            self.error = error


def load_wanted(wanted: Wanted) -> Classifier:
    """The model that is to judge, if it is still what was chosen. Raises ModelUnavailableError."""
    if wanted.card_sha256 and card_sha256(Path(wanted.folder)) != wanted.card_sha256:
        raise ModelUnavailableError(
            f"The card in {wanted.folder} is not the one that was chosen. `manage.py model use` chooses anew."
        )
    return load(settings.CLASSIFIER, wanted.folder, threads=settings.CLASSIFIER_THREADS)


def card_sha256(folder: Path) -> str:
    """Of the card, which vouches for the rest. Raises ModelUnavailableError."""
    try:
        return hashlib.sha256((folder / CARD).read_bytes()).hexdigest()
    except OSError as error:
        raise ModelUnavailableError(f"{folder} is not a model's folder: {error}") from error
