"""What this process has counted of judging since it started: in the worker that holds the classifier."""

from typing import NamedTuple

from prometheus_client import Counter, Histogram

CLASSIFIER = Histogram(
    "wardroom_classifier_seconds",
    "What the classifier took for one batch.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
TEXTS = Counter("wardroom_classifier_texts", "Texts that the classifier was asked about.")
FAILURES = Counter("wardroom_classifier_failures", "Batches that it failed at, or answered with nonsense.")
SECOND = Histogram(
    "wardroom_second_seconds",
    "What the second model took for one batch.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
SECOND_TEXTS = Counter("wardroom_second_texts", "Texts that the second model was asked about.")
SECOND_FAILURES = Counter(
    "wardroom_second_failures", "Batches that the second model failed at, was not there for, or hung over."
)


class Counted(NamedTuple):
    """Where it is counted what one of the two models does."""

    seconds: Histogram
    texts: Counter
    failures: Counter


OF_FIRST = Counted(CLASSIFIER, TEXTS, FAILURES)
OF_SECOND = Counted(SECOND, SECOND_TEXTS, SECOND_FAILURES)
