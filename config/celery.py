"""The Celery application: wiring only. Tasks live in the apps' tasks.py; beat rings them by schedule."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("wardroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Beat rings these. A ring that nobody answered in its time is dropped: the next one does the same.
app.conf.beat_schedule = {
    "forget": {"task": "accounts.forget", "schedule": 3600.0, "options": {"expires": 3600}},
    "sweep": {"task": "moderation.sweep", "schedule": 3.0, "options": {"expires": 3}},
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
