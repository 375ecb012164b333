"""Makes a model's folder from what somebody has: a published name, a checkpoint file, or another folder.

Needs torch, detoxify and onnx. Caller: `manage.py model install`.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from detoxify import detoxify

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.card import CARD, CHECKPOINT, CONFIG, TOKENIZER, read_card
from moderation.classifiers.detoxify.model import whole
from moderation.classifiers.detoxify.published import LANGUAGES, fetch
from moderation.classifiers.onnx.export import export

PUBLISHED: tuple[str, ...] = tuple(detoxify.MODEL_URLS)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
# Detoxify's own table of labels that were named otherwise in its first data.
_LABELS = {"toxic": "toxicity", "identity_hate": "identity_attack", "severe_toxic": "severe_toxicity"}

Say = Callable[[str], object]


def install(
    source: str,
    shelf: Path,
    *,
    name: str = "",
    thresholds: Mapping[str, Iterable[float]],
    say: Say = lambda _: None,
) -> Path:
    """Put a model on the shelf, exported, rounded, compared and timed; gives its folder.

    It is made beside its place and moved there in one step: half a model is never found. `thresholds`: those
    at which flips are listed. Raises ModelUnavailableError.
    """
    folder = shelf / _name_for(source, name)
    if folder.exists():
        raise ModelUnavailableError(f"{folder} is there already: remove it first, or give another --name.")
    making = shelf / f".{folder.name}.new"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        say(f"loading {source}")
        _gather(source, making, folder.name)
        export(making, thresholds=thresholds, say=say)
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder


def _name_for(source: str, name: str) -> str:
    path = Path(source)
    wanted = name or (
        f"detoxify-{source}" if source in PUBLISHED else path.stem if path.is_file() else path.name
    )
    wanted = wanted.lower()
    if not _NAME.fullmatch(wanted):
        raise ModelUnavailableError(
            f"{wanted!r} is no name for a folder: letters, digits, points and dashes."
        )
    return wanted


def _gather(source: str, folder: Path, name: str) -> None:
    """Everything but the ONNX files."""
    path = Path(source)
    if source in PUBLISHED and not path.exists():
        loaded, _ = fetch(source)
        _write(loaded, folder, name, _published(source))
    elif (path / CARD).is_file():
        read_card(path)
        shutil.copytree(path, folder, dirs_exist_ok=True)
        card = json.loads((folder / CARD).read_text("utf-8"))
        _write_card(folder, card | {"name": name})
    elif path.is_dir() and (path / CHECKPOINT).is_file():
        _write(_loaded(path / CHECKPOINT), folder, name, _unknown(path))
    elif path.is_file():
        _write(_loaded(path), folder, name, _unknown(path))
    else:
        raise ModelUnavailableError(
            f"{source!r} is neither a checkpoint, nor a folder with a {CARD} or {CHECKPOINT}, nor published "
            f"by Detoxify ({', '.join(PUBLISHED)})."
        )


def _published(source: str) -> dict[str, Any]:
    data = f"Detoxify's published model {source!r} (github.com/unitaryai/detoxify), from Jigsaw's challenges"
    return {"languages": list(LANGUAGES.get(source, ("en",))), "licence": "Apache-2.0", "sources": [data]}


def _unknown(path: Path) -> dict[str, Any]:
    """What a card cannot know of a bare checkpoint, and who has to say it."""
    return {"sources": [f"installed from {path.name}; whoever installed it knows its licence and its data"]}


def _loaded(file: Path) -> Any:
    """A checkpoint as Detoxify builds it: by the configuration beside it, else by the hub's."""
    try:
        # weights_only: nothing but tensors and plain values is unpickled.
        checkpoint = torch.load(file, map_location="cpu", weights_only=True)
        arguments = dict(checkpoint["config"]["arch"]["args"])
        beside: str | None = None
        if (file.parent / CONFIG).is_file() and (file.parent / TOKENIZER).is_file():
            beside = arguments["model_type"] = str(file.parent)
        weights = {name: whole(part) for name, part in checkpoint["state_dict"].items()}
        made = detoxify.Detoxify.__new__(detoxify.Detoxify)
        made.model, made.tokenizer = detoxify.get_model_and_tokenizer(
            **arguments, state_dict=weights, huggingface_config_path=beside
        )
        classes = checkpoint["config"]["dataset"]["args"]["classes"]
        made.class_names, made.device = [_LABELS.get(label, label) for label in classes], "cpu"
    except Exception as error:  # unpickling, a missing entry, the hub: libraries raise what they like
        raise ModelUnavailableError(
            f"{file} cannot be loaded as one of Detoxify's checkpoints: {error}. Where there is no "
            f"internet, its {CONFIG} and {TOKENIZER} must lie beside it."
        ) from error
    return made


def _write(loaded: Any, folder: Path, name: str, facts: dict[str, Any]) -> None:
    """Checkpoint, configuration, tokenizer and card, from a loaded Detoxify."""
    loaded.model.config.save_pretrained(folder)
    loaded.tokenizer.save_pretrained(folder)
    arguments = {
        "num_classes": len(loaded.class_names),
        "model_type": name,
        "model_name": type(loaded.model).__name__,
        "tokenizer_name": "PreTrainedTokenizerFast",
    }
    checkpoint = {
        "config": {
            "name": name,
            "arch": {"type": type(loaded.model).__name__, "args": arguments},
            "dataset": {"args": {"classes": list(loaded.class_names)}},
        },
        "state_dict": {
            key: part.detach().cpu().contiguous() for key, part in loaded.model.state_dict().items()
        },
    }
    torch.save(checkpoint, folder / CHECKPOINT)
    files = {file.name: _digest(file) for file in sorted(folder.iterdir())}
    _write_card(
        folder, {"name": name, "labels": list(loaded.class_names), "normaliser": "", "files": files, **facts}
    )


def _write_card(folder: Path, card: Mapping[str, Any]) -> None:
    (folder / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
