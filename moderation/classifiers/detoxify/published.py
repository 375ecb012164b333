"""Detoxify's published models by name, where the machine can download them. Imports torch: loader.py's turn.

Their checkpoints are pickles with code in them, so the digest in the file's name is compared before loading.
"""

from pathlib import Path

import torch
from detoxify import detoxify

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.card import require_digest
from moderation.classifiers.detoxify.model import DetoxifyClassifier


def published(name: str) -> DetoxifyClassifier:
    """The published model of that name, downloaded on first use. Raises ModelUnavailableError."""
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
            f"Detoxify's {name} model could not be fetched ({error}). On a machine without the internet, "
            "use the bundled one (WARDROOM_MODEL_PATH unset) or copy the checkpoint here."
        ) from error
    return DetoxifyClassifier(loaded, name=f"detoxify-{name}", version=digest)
