"""Detoxify's published models by name, where the machine can download them. Imports torch: loader.py's turn.

Their checkpoints are pickles with code in them, so the digest in the file's name is compared before loading.
"""

from pathlib import Path
from typing import Any

import torch
from detoxify import detoxify

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.card import require_digest
from moderation.classifiers.detoxify.model import DetoxifyClassifier

# As its authors say what "multilingual" was trained on; the others are English.
LANGUAGES = {"multilingual": ("en", "fr", "es", "it", "pt", "tr", "ru")}


def published(name: str, *, threads: int = 1) -> DetoxifyClassifier:
    """The published model of that name, downloaded on first use. Raises ModelUnavailableError."""
    loaded, digest = fetch(name)
    classifier = DetoxifyClassifier(loaded, name=f"detoxify-{name}", version=digest, threads=threads)
    classifier.languages = LANGUAGES.get(name, ("en",))
    return classifier


def fetch(name: str) -> tuple[Any, str]:
    """The published model as Detoxify has it, and its digest; with a progress bar where it is downloaded.

    Raises ModelUnavailableError.
    """
    url = detoxify.MODEL_URLS.get(name)
    if url is None:
        known = ", ".join(detoxify.MODEL_URLS)
        raise ModelUnavailableError(f"{name!r} is neither a model's folder nor published ({known}).")
    digest = Path(url).stem.rpartition("-")[2]
    file = Path(torch.hub.get_dir()) / "checkpoints" / Path(url).name
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            # Compares the digest before the file gets its name: a cut download leaves nothing behind.
            torch.hub.download_url_to_file(url, str(file), hash_prefix=digest)
        require_digest(file, digest)
        loaded = detoxify.Detoxify(checkpoint=str(file))
    except (OSError, RuntimeError) as error:
        raise ModelUnavailableError(
            f"Detoxify's {name} model could not be fetched ({error}). Where there is no internet, copy its "
            "folder from a machine that has it, or a checkpoint with configuration and tokenizer beside it."
        ) from error
    return loaded, digest
