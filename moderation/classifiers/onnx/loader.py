"""Loads a model's folder into ONNX Runtime, which is imported by the worker on the first load, not before."""

import os
from pathlib import Path

from moderation.classifiers.base import Classifier, ModelUnavailableError


def load(model: str, *, threads: int = 1) -> Classifier:
    """The model in a folder with ONNX files, on so many processor threads. Raises ModelUnavailableError.

    Its files are compared with its card before any of them is read. One of Detoxify's published models is
    installed first, by its name.
    """
    folder = Path(model)
    if not folder.is_dir():
        raise ModelUnavailableError(
            f"There is no model's folder {model}. `manage.py model list` shows the models that are here; "
            "`manage.py model install NAME` fetches one that Detoxify publishes."
        )
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true" if threads > 1 else "false")
    from moderation.classifiers.onnx.model import from_folder

    return from_folder(folder, threads=threads)
