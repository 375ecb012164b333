"""Loads Detoxify: from a folder with a card (no network), or a published model by its name.

torch is imported on the first load, by the worker or `manage.py judge`; never by a web process.
"""

import os
from pathlib import Path

from moderation.classifiers.base import Classifier


def load(model: str, *, threads: int = 1) -> Classifier:
    """The model in a folder, or the published one of that name ("original", "unbiased", "multilingual", …).

    A folder's files are compared with its card before anything is unpickled. A published model is downloaded
    on first use, and its file's digest compared with the one in its name. Raises ModelUnavailableError.
    """
    folder = Path(model)
    if folder.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when transformers is imported, below
        from moderation.classifiers.detoxify.model import from_folder

        return from_folder(folder, threads=threads)
    from moderation.classifiers.detoxify.published import published

    return published(model, threads=threads)
