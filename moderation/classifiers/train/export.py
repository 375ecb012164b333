"""Writes a trained model's folder: Detoxify's checkpoint, the tokenizer, the card that vouches for them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import BertForSequenceClassification

from moderation.classifiers.detoxify.card import CARD, CHECKPOINT, LINEAR
from moderation.classifiers.evaluate.report import label_figures, reliability
from moderation.classifiers.ngrams.table import LinearPart
from moderation.classifiers.rows import Numbers, Rows
from moderation.classifiers.train.config import Config
from moderation.classifiers.train.material import Material
from moderation.classifiers.train.thresholds import HOW, by_label, taken
from moderation.classifiers.train.tokenizer import save_pieces

LICENCE = "CC BY-SA 4.0, with attribution to the sources"
WEAKNESSES = (
    "English only: a text in another language gets scores that mean nothing",
    "threat and severe_toxicity had few examples: never hide on these alone",
    "negation, quotation, counter-speech and reclaimed words are read by words more than by sense",
    "an emoji is known by its name and by the few thousand lines that had it",
)
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """Calibrated logits by all parts: of the validation rows, and of the chat that is only measured on."""

    valid: Numbers
    chat: Numbers


def export(
    config: Config,
    material: Material,
    model: BertForSequenceClassification,
    judged: Judged,
    out: Path,
    linear: LinearPart | None = None,
) -> Path:
    """Writes the folder and returns it."""
    folder = out / "model"
    folder.mkdir(parents=True, exist_ok=True)
    labels = material.train.labels
    model.config.save_pretrained(folder)
    save_pieces(material.pieces, folder, config.network.positions)
    torch.save(_checkpoint(config, labels, model), folder / CHECKPOINT)
    names = [CHECKPOINT, "config.json", "tokenizer.json", "tokenizer_config.json"]
    if linear:
        linear.save(folder / LINEAR)
        names.append(LINEAR)
    files = {name: _digest(folder / name) for name in names}
    scores, chat = _sigmoid(judged.valid), _sigmoid(judged.chat)
    card = {
        "name": config.name,
        "labels": list(labels),
        "normaliser": "folded",
        "files": files,
        "architecture": _architecture(config, model, linear),
        "languages": ["en"],
        "licence": LICENCE,
        "sources": _sources(config, material.train),
        "metrics": {"valid": _metrics(material.valid, scores)},
        "reliability": _reliability(material.valid, scores),
        **_thresholds(config, material.valid, scores, chat),
        "weaknesses": list(WEAKNESSES),
        "notes": config.notes,
        "training": {"seed": config.seed, "epochs": config.epochs, "rows": len(material.train)},
    }
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    return folder


def _checkpoint(
    config: Config, labels: tuple[str, ...], model: BertForSequenceClassification
) -> dict[str, Any]:
    """As Detoxify reads one. model_type is what its loader looks up; our loader puts the folder there."""
    arguments = {
        "num_classes": len(labels),
        "model_type": "bert-base-uncased",
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "PreTrainedTokenizerFast",
    }
    return {
        "config": {
            "name": config.name,
            "arch": {"type": "BERT", "args": arguments},
            "dataset": {"args": {"classes": list(labels)}},
        },
        "state_dict": {name: _halved(part) for name, part in model.state_dict().items()},
    }


def _halved(part: torch.Tensor) -> torch.Tensor:
    """In 16 bits, which is half the file; whoever loads it makes 32 of them again."""
    part = part.detach().cpu().contiguous()
    return part.half() if part.is_floating_point() else part


def _architecture(config: Config, model: BertForSequenceClassification, linear: LinearPart | None) -> str:
    network = config.network
    millions = sum(part.numel() for part in model.parameters()) / 1e6
    return (
        f"BERT, {network.layers} layers of {network.width}, vocabulary {model.config.vocab_size:,}, "
        f"{millions:.1f} M parameters, trained from scratch, in Detoxify's checkpoint format"
        + (f"; beside it a linear part, {len(linear.table) - 1:,} buckets of n-grams" if linear else "")
    )


def _sources(config: Config, rows: Rows) -> list[str]:
    """Each source (of all its kinds) with its rows, and what the configuration says of it."""
    whole = [source.partition(":")[0] for source in rows.sources]
    names, counts = np.unique(np.array(whole), return_counts=True)
    return [
        f"{name}, {count:,} rows: {config.sources.get(str(name), 'no licence was given')}"
        for name, count in zip(names, counts, strict=True)
    ]


def _metrics(valid: Rows, scores: npt.NDArray[np.float64]) -> dict[str, Any]:
    return {
        label: label_figures(valid.truth[:, column], scores[:, column], rounds=_ROUNDS)
        for column, label in enumerate(valid.labels)
    }


def _thresholds(
    config: Config, valid: Rows, scores: npt.NDArray[np.float64], chat: npt.NDArray[np.float64]
) -> dict[str, Any]:
    if not config.thresholds:
        return {}
    return {
        "thresholds": by_label(config.thresholds, valid.labels),
        "thresholds_are": HOW,
        "thresholds_take": taken(config.thresholds, valid, scores, chat),
    }


def _reliability(valid: Rows, scores: npt.NDArray[np.float64]) -> dict[str, Any]:
    """For each label, by tenths: the mean score, the share of positives, and how many lines are there."""
    return {
        label: reliability(valid.truth[:, column], scores[:, column])
        for column, label in enumerate(valid.labels)
    }


def _sigmoid(logits: Numbers) -> npt.NDArray[np.float64]:
    scores: npt.NDArray[np.float64] = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return scores


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
