"""Asking a classifier about texts whose turn it is: watched, counted, in halves where it fails.

Called by assessment.py for the model that reads everything, by second.py for the one that reads again.
"""

from collections.abc import Iterator, Sequence

from moderation.classifiers.base import Classifier, Scores, checked, languages_of
from moderation.figures import OF_FIRST, Counted
from moderation.languages.detect import Language, language_of
from moderation.services.passing import Model
from moderation.services.pending import Waiting
from moderation.services.watchdog import Bite, watching


class Asking:
    """A classifier, how long it may take for one batch, and where that is counted."""

    def __init__(
        self, classifier: Classifier, limit_s: float, bite: Bite, counted: Counted = OF_FIRST
    ) -> None:
        self.model, self.labels = Model(classifier.name, classifier.version), classifier.labels
        self._classifier, self._limit_s, self._bite, self._counted = classifier, limit_s, bite, counted
        self._languages = languages_of(classifier)

    def language_of(self, waiting: Waiting) -> Language | None:
        """In which language it is; not asked where the model does not say which ones it knows."""
        return language_of(waiting.body, self._languages) if self._languages else None

    def answers(self, batch: Sequence[Waiting]) -> Iterator[tuple[Sequence[Waiting], Scores | Exception]]:
        """What it makes of the batch; where it fails, of its halves, down to the single text it fails at."""
        try:
            scores = self._scores(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is: it is not a verdict
            self._counted.failures.inc()
            if len(batch) == 1:
                yield batch, error
                return
            half = len(batch) // 2
            yield from self.answers(batch[:half])
            yield from self.answers(batch[half:])
            return
        yield batch, scores

    def by_label(self, scores: Scores) -> list[dict[str, float]]:
        """A text's scores in each."""
        return [dict(zip(self.labels, map(float, row), strict=True)) for row in scores]

    def _scores(self, batch: Sequence[Waiting]) -> Scores:
        ids = [waiting.assessment_id for waiting in batch]
        self._counted.texts.inc(len(batch))
        with self._counted.seconds.time(), watching(ids, limit_s=self._limit_s, bite=self._bite):
            return checked(self._classifier, [waiting.body for waiting in batch])
