"""What this process has counted of judging since it started: in the worker that holds the classifier."""

from prometheus_client import Counter, Histogram

CLASSIFIER = Histogram(
    "wardroom_classifier_seconds",
    "What the classifier took for one batch.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
TEXTS = Counter("wardroom_classifier_texts", "Texts that the classifier was asked about.")
FAILURES = Counter("wardroom_classifier_failures", "Batches that it failed at, or answered with nonsense.")
