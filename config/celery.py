"""The Celery application: wiring only. Tasks live in the apps' tasks.py; beat rings them by schedule."""

import os

from celery import Celery
from celery.signals import task_postrun, task_prerun
from django.conf import settings

from common import traces

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page (28 MB, a second): `up`, `migrate` and CI run them, no worker needs them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("wardroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def _as_settings_ask(sender: Celery, **_more: object) -> None:
    """How often digests are looked for is the site's to say."""
    sender.conf.beat_schedule["digests"]["schedule"] = settings.DIGESTS_EVERY_S


@task_prerun.connect
def _name_task(task_id: str, **_more: object) -> None:
    """Each line that a task logs names it."""
    traces.begin(task=task_id)


@task_postrun.connect
def _forget_task(**_more: object) -> None:
    traces.end()


# How long a ring holds: longer than the longest task keeps a solo worker from answering, which is a drain
# (moderation.tasks.DRAIN_S) whose last batch takes all that the watchdog grants (CLASSIFIER_TIMEOUT_S).
# Shorter, and a worker under load would drop its sweeps, and its heartbeats until it is taken for dead.
RING_LIFE_S = 30

# Beat rings these. A ring that nobody answered in its time is dropped: the next one does the same.
app.conf.beat_schedule = {
    "forget": {"task": "accounts.forget", "schedule": 3600.0, "options": {"expires": 3600}},
    "write-down-erasures": {
        "task": "accounts.write_down_erasures",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "forget-webhooks": {"task": "moderation.forget", "schedule": 3600.0, "options": {"expires": 3600}},
    "deliver": {"task": "moderation.deliver", "schedule": 5.0, "options": {"expires": RING_LIFE_S}},
    "digests": {"task": "rooms.digests", "schedule": 60.0, "options": {"expires": 60}},
    "sweep": {"task": "moderation.sweep", "schedule": 3.0, "options": {"expires": RING_LIFE_S}},
    "sample": {"task": "operations.sample", "schedule": 60.0, "options": {"expires": 60}},
    "canary": {
        "task": "moderation.canary",
        "schedule": 60.0,
        "options": {"queue": "judge", "expires": 60},
    },
    "heartbeat": {
        "task": "moderation.heartbeat",
        "schedule": 5.0,
        "options": {"queue": "judge", "expires": RING_LIFE_S},
    },
}
