"""A loaded Detoxify behind the classifier interface, from a folder with a card. Imported late: loader.py."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from detoxify import detoxify

from moderation.classifiers.base import ModelUnavailableError, Scores
from moderation.classifiers.detoxify.card import CHECKPOINT, read_card
from moderation.classifiers.detoxify.readings import READINGS
from moderation.classifiers.ngrams.table import LinearPart, linear_part

# Loading is not worth a progress bar in a log.
transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]

# Sorted by length, about eight texts at a time were fastest: a longer batch pads short texts in vain.
_BATCH = 16
_STRIDE_TOKENS = 32


class DetoxifyClassifier:
    """A loaded Detoxify behind the classifier interface. See base.Classifier."""

    languages: tuple[str, ...] = ()

    def __init__(
        self,
        loaded: Any,
        *,
        name: str,
        version: str,
        normaliser: str = "",
        threads: int = 1,
        linear: LinearPart | None = None,
    ) -> None:
        torch.set_num_threads(threads)
        self.name, self.version = name, version
        self.labels = tuple(loaded.class_names)
        self._model, self._tokenizer = loaded.model.eval(), loaded.tokenizer
        self._normalise, self._linear = READINGS[normaliser], linear
        self._longest = min(self._model.config.max_position_embeddings, 512)

    @property
    def network(self) -> torch.nn.Module:
        """The network itself, for whoever exports it."""
        network: torch.nn.Module = self._model
        return network

    def scores(self, texts: Sequence[str]) -> Scores:
        """See base.Classifier. A text of more tokens than the model takes is read in overlapping windows."""
        normal = [self._normalise(text) for text in texts]
        order = sorted(range(len(normal)), key=lambda row: len(normal[row]))
        logits = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            logits[rows] = self._batch([normal[row] for row in rows])
        if self._linear:
            logits = self._linear.mixed(logits, normal)
        scores: Scores = torch.sigmoid(torch.from_numpy(logits)).numpy()
        return scores

    def _batch(self, texts: list[str]) -> Scores:
        tokens = self._tokenizer(
            texts,
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=self._longest,
            stride=_STRIDE_TOKENS,
            return_overflowing_tokens=True,
        )
        rows = tokens.pop("overflow_to_sample_mapping")
        with torch.inference_mode():
            windows = self._model(**tokens)[0].numpy()
        result = np.full((len(texts), windows.shape[1]), -np.inf, dtype=np.float32)
        np.maximum.at(result, rows.numpy(), windows)  # a NaN in any window stays one
        return result


def from_folder(folder: Path, *, threads: int = 1) -> DetoxifyClassifier:
    """The model of a folder, once its files are those of its card. Raises ModelUnavailableError."""
    card = read_card(folder)
    try:
        loaded = _read(folder)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ModelUnavailableError(f"The model in {folder} cannot be loaded: {error}") from error
    if loaded.class_names != card.labels:
        raise ModelUnavailableError(f"{folder}: the checkpoint's labels are not those of its card")
    classifier = DetoxifyClassifier(
        loaded,
        name=card.name,
        version=card.version,
        normaliser=card.normaliser,
        threads=threads,
        linear=linear_part(folder, card),
    )
    classifier.languages = tuple(card.languages)
    return classifier


def _read(folder: Path) -> Any:
    """Detoxify's model, built by Detoxify's own code without its look-up of the model's type online.

    Detoxify 0.5.4 asks the hub for the configuration of `model_type` even when a local one is given
    (unitaryai/detoxify, pull request 126): here the type is the local folder.
    """
    # weights_only: nothing but tensors and plain values is unpickled.
    checkpoint = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)
    arguments = {**checkpoint["config"]["arch"]["args"], "model_type": str(folder)}
    weights = {name: whole(part) for name, part in checkpoint["state_dict"].items()}
    made = detoxify.Detoxify.__new__(detoxify.Detoxify)
    made.model, made.tokenizer = detoxify.get_model_and_tokenizer(
        **arguments, state_dict=weights, huggingface_config_path=str(folder)
    )
    made.class_names, made.device = list(checkpoint["config"]["dataset"]["args"]["classes"]), "cpu"
    return made


def whole(part: torch.Tensor) -> torch.Tensor:
    """In 32 bits, where a checkpoint keeps it in 16: else all would be computed in 16."""
    return part.float() if part.is_floating_point() else part
