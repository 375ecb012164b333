"""The worker's classifier: loaded once, changed while it works when another model is chosen.

The new model is loaded beside the old one, in a thread, and warmed; only then it takes over. One that cannot
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
from moderation.selectors.serving import Wanted, wanted_model

log = logging.getLogger(__name__)

# A model that could not be loaded is tried again after this long: somebody may have put its files right.
RETRY_S = 60


class Serving:
    """One worker's classifier."""

    def __init__(self) -> None:
        self._loaded: tuple[Wanted, Classifier] | None = None
        self._coming: _Loading | None = None
        self._failed: tuple[Wanted, float] | None = None
        self._failure = ""

    def current(self) -> Classifier:
        """What judges now. A chosen model takes over when it is ready; only the first one is waited for.

        Raises ModelUnavailableError where none is loaded and the one that is wanted cannot be.
        """
        wanted = wanted_model()
        if self._loaded is None:
            self._loaded = wanted, self._load_first(wanted)
        elif wanted != self._loaded[0]:
            self._approach(wanted, self._loaded)
        elif self._failure:
            self._forget_failure()
        return self._loaded[1]

    def keep_up(self) -> None:
        """Take over what was chosen, though no message comes. Never raises; loads no first model."""
        if self._loaded is None:
            return
        try:
            self.current()
        except DatabaseError:
            log.warning("classifier.choice_not_read", exc_info=True)

    def say_what_is_wrong(self) -> None:
        """Repeat the alarm, where there is one: a mark fades (jobs.py)."""
        if self._failure:
            jobs.note_model_failure(self._failure)

    def _load_first(self, wanted: Wanted) -> Classifier:
        try:
            classifier = load_wanted(wanted)
        except Exception as error:
            self._note_failure(wanted, error)
            raise
        self._forget_failure()
        return classifier

    def _approach(self, wanted: Wanted, loaded: tuple[Wanted, Classifier]) -> None:
        if self._coming is None or self._coming.wanted != wanted:
            if not self._is_too_early(wanted):
                self._coming = _Loading(wanted)
            return
        if self._coming.is_alive():
            return
        done, self._coming = self._coming, None
        if done.classifier is None:
            self._note_failure(wanted, done.error)
            return
        facts = {"before": loaded[1].version, "now": done.classifier.version, "model": done.classifier.name}
        log.info("classifier.switched", extra=facts)
        self._loaded = wanted, done.classifier
        self._forget_failure()

    def _is_too_early(self, wanted: Wanted) -> bool:
        return (
            self._failed is not None
            and self._failed[0] == wanted
            and time.monotonic() - self._failed[1] < RETRY_S
        )

    def _note_failure(self, wanted: Wanted, error: Exception | None) -> None:
        self._failed, self._failure = (wanted, time.monotonic()), str(error)[:300]
        log.critical("classifier.not_loaded", extra={"folder": wanted.folder, "error": self._failure})
        jobs.note_model_failure(self._failure)

    def _forget_failure(self) -> None:
        if self._failure:
            jobs.forget_model_failure()
        self._failed, self._failure = None, ""


class _Loading(threading.Thread):
    """Loads a model beside the one that judges."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(name="model-loading", daemon=True)
        self.wanted = wanted
        self.classifier: Classifier | None = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Loaded and warmed, or why not."""
        try:
            self.classifier = load_wanted(self.wanted)
        except Exception as error:  # noqa: BLE001 - whatever it is, the old model goes on
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
