"""A web process never loads a model: torch in it would cost a gigabyte and hang its forks."""

import subprocess
import sys

from django.conf import settings

_LOOK = """
import config.asgi, sys
from django.urls import get_resolver
get_resolver().url_patterns
import moderation.gate, moderation.tasks
print(*(name for name in ("torch", "onnxruntime", "transformers", "detoxify") if name in sys.modules))
"""


def test_neither_the_site_nor_a_task_that_is_only_known_brings_torch_in() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert looked.stdout.split() == []
