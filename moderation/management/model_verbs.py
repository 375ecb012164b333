"""What `manage.py model` does with folders: list, show, verify, use, install. For commands/model.py."""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from moderation.classifiers import shelf
from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.card import CARD, read_card
from moderation.decisions import DEFAULT_THRESHOLDS, MINOR_THRESHOLDS
from moderation.selectors.serving import shelves, wanted_models
from moderation.services import choosing

Write = Callable[[str], object]
Options = dict[str, Any]

_SHOWN = 20
_NOT_SHOWN = ("files", "derived", "parity")


def add_arguments(verbs: Any) -> None:
    """A subcommand each."""
    verbs.add_parser("list", help="the models that are here; * marks the one that judges, 2 the second")
    for verb, what in (
        ("show", "what a model's card says"),
        ("verify", "compare a model's files with its card, load it, and have it score"),
    ):
        _of_a_model(verbs.add_parser(verb, help=what))
    use = verbs.add_parser("use", help="have a model judge from now on; workers change over while they work")
    _of_a_model(use)
    use.add_argument("--dry-run", action="store_true", help="only show what it would have decided otherwise")
    use.add_argument("--days", type=float, default=7, help="of so many days, for --dry-run (7)")
    install = verbs.add_parser(
        "install", help="make a model's folder: export, round, compare with torch, time"
    )
    install.add_argument("source", help="a name that Detoxify publishes, a checkpoint file, or a folder")
    install.add_argument("--name", default="", help="what it is called here")


def _of_a_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="a model's name (see list) or its folder")


def list_models(_options: Options, write: Write) -> None:
    """A line a model: * judges, 2 reads again."""
    marks = _marks()
    for name, folder in shelf.folders(*shelves()).items():
        mark = marks.get(folder, " ")
        write(f"{mark} {name:<24} {_summary(folder)}")


def show(options: Options, write: Write) -> None:
    """What people want to know of a card."""
    folder = shelf.find(options["model"], shelves())
    card = json.loads((folder / CARD).read_text("utf-8"))
    write(f"{folder}")
    for key, value in card.items():
        if key not in _NOT_SHOWN:
            write(f"{key}: {json.dumps(value, indent=2, ensure_ascii=False) if _is_deep(value) else value}")
    for form, parity in card.get("parity", {}).items():
        worst = min(parity["rank_correlation"].values())
        write(
            f"{form} beside torch on {parity['lines']} lines: differs by {parity['difference']:.6f} at most, "
            f"ranks as it does to {worst:.4f}, {len(parity['flips'])} lines change sides at a threshold"
        )


def verify(options: Options, write: Write) -> None:
    """Raises ModelUnavailableError unless it would be loaded."""
    folder = shelf.find(options["model"], shelves())
    card = read_card(folder)
    loaded = choosing.loaded(folder)
    write(
        f"{len(card.files)} files are those of the card. {loaded.name} {loaded.version} is loaded and scores."
    )


def use(options: Options, write: Write) -> None:
    """Choose a model, or show what that would change."""
    folder = shelf.find(options["model"], shelves())
    if options["dry_run"]:
        say_rehearsal(
            choosing.rehearse(choosing.loaded(folder), days=options["days"]), options["days"], write
        )
        return
    choice = choosing.use_model(folder=folder, by=None)
    write(f"{choice.name} judges from now on: workers load it beside the one they have, then change over.")


def install(options: Options, write: Write) -> None:
    """Make a folder on the shelf of installed models."""
    source = options["source"]
    if (bundled := shelf.folders(shelf.BUNDLED)).get(source) and not options["name"]:
        raise ModelUnavailableError(f"{source} comes with Wardroom: {bundled[source]}")
    if Path(source).exists():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when transformers is imported, below
    from moderation.classifiers.onnx.install import install as make  # noqa: PLC0415 - brings torch in

    folder = make(source, settings.MODELS_DIR, name=options["name"], thresholds=_thresholds(), say=write)
    show({"model": str(folder)}, write)
    write(
        f"Installed. `manage.py model use {folder.name}` has it judge; with --dry-run, see what would change."
    )


def _thresholds() -> dict[str, list[float]]:
    """By label, every threshold that the code knows."""
    found: dict[str, list[float]] = {}
    for standard in (DEFAULT_THRESHOLDS, MINOR_THRESHOLDS):
        for label, levels in standard.items():
            given = (levels.review, levels.hide, levels.escalate)
            found.setdefault(label, []).extend(level for level in given if level is not None)
    return found


def _marks() -> dict[Path, str]:
    """By folder, which models are in use."""
    try:
        first, second = wanted_models()
    except DatabaseError:
        return {Path(settings.CLASSIFIER_MODEL).resolve(): "*"}
    marks = {Path(second.folder).resolve(): "2"} if second else {}
    return {**marks, Path(first.folder).resolve(): "*"}


def _summary(folder: Path) -> str:
    try:
        card = read_card(folder)
    except ModelUnavailableError as error:
        return str(error)
    served = f"served as {card.serves}" if card.serves else "not exported"
    return f"{card.version}  {served}, labels {', '.join(card.labels)}"


def _is_deep(value: Any) -> bool:
    return isinstance(value, dict | list)


def say_rehearsal(found: choosing.Rehearsal, days: float, write: Write) -> None:
    """Which calls would have been others; never a text."""
    write(
        f"{found.judged} messages of the last {days:g} days judged again, under the thresholds of now: "
        f"{len(found.differences)} calls differ."
    )
    for (before, after), count in sorted(found.calls.items()):
        if before != after:
            write(f"  {before} → {after}: {count}")
    for item in sorted(found.differences, key=lambda item: -item.score)[:_SHOWN]:
        write(f"  {item.message_public_id}  {item.before} → {item.after}  {item.label} {item.score:.2f}")
