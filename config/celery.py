"""The Celery application: wiring only. Tasks live in the apps' tasks.py; beat rings them by schedule."""

import os

from celery import Celery
from celery.signals import task_postrun, task_prerun

from common import traces

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("wardroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def _name_task(task_id: str, **_more: object) -> None:
    """Each line that a task logs names it."""
    traces.begin(task=task_id)


@task_postrun.connect
def _forget_task(**_more: object) -> None:
    traces.end()


# Beat rings these. A ring that nobody answered in its time is dropped: the next one does the same.
app.conf.beat_schedule = {
    "forget": {"task": "accounts.forget", "schedule": 3600.0, "options": {"expires": 3600}},
    "forget-webhooks": {"task": "moderation.forget", "schedule": 3600.0, "options": {"expires": 3600}},
    "deliver": {"task": "moderation.deliver", "schedule": 5.0, "options": {"expires": 5}},
    "digests": {"task": "rooms.digests", "schedule": 60.0, "options": {"expires": 60}},
    "sweep": {"task": "moderation.sweep", "schedule": 3.0, "options": {"expires": 3}},
    "sample": {"task": "operations.sample", "schedule": 60.0, "options": {"expires": 60}},
    "canary": {
        "task": "moderation.canary",
        "schedule": 60.0,
        "options": {"queue": "judge", "expires": 60},
    },
    "heartbeat": {
        "task": "moderation.heartbeat",
        "schedule": 5.0,
        "options": {"queue": "judge", "expires": 5},
    },
}
