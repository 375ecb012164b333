"""Measures a model and writes it down. Callers: `manage.py model evaluate`, and __main__ without Django."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from moderation.classifiers.base import Classifier, ModelUnavailableError, Scores, checked
from moderation.classifiers.evaluate.metrics import threshold_at
from moderation.classifiers.evaluate.picture import picture
from moderation.classifiers.evaluate.report import POSITIVE_FROM, WorstError, known, report, worst_errors
from moderation.classifiers.evaluate.robustness import robustness
from moderation.classifiers.registry import load
from moderation.classifiers.rows import Rows, read_chat, read_rows, set_apart

_MODELS = Path(__file__).resolve().parent.parent / "models"
_AT_ONCE = 512
_FALSE_POSITIVES = 0.01  # of the harmless lines: the limit by which disguised ones are found or missed
_DISGUISES = "benchmarks.disguises"
_LIMITS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.93, 0.945, 0.97, 0.99)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "model", help="a model's folder, a bundled one's name, or one that Detoxify publishes"
    )
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, metavar="FILE",
        help="labelled lines: CSV (.gz or not) with source, text, a column a label, and groups where known",
    )  # fmt: skip
    parser.add_argument("--chat", type=Path, help="a log of harmless chat (.jsonl.gz with `text`)")
    parser.add_argument("--out", type=Path, default=Path("build/evaluation"), help="where it is written")
    parser.add_argument("--rounds", type=int, default=200, help="samples for each interval (200)")
    parser.add_argument("--disguised", type=int, default=200, help="lines to disguise, of each kind (200)")
    parser.add_argument("--errors", type=int, default=20, help="worst errors of each kind and label (20)")


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Measures the model and writes report.json, report.svg and errors.md. Raises ModelUnavailableError."""
    model = _folder_of(options.model)
    classifier = load("detoxify", model)
    rows = read_rows(*options.data)
    scores = _columns(classifier, rows, _scores(classifier, rows.texts))
    names = [file.name for file in options.data]
    found: dict[str, Any] = {"model": classifier.name, "version": classifier.version, "data": names}
    found |= report(rows, scores, rounds=options.rounds)
    if options.disguised and (ways := _ways()):
        bad, good = _samples(rows, options.disguised)
        column = classifier.labels.index(rows.labels[0])
        limit = threshold_at(_FALSE_POSITIVES, *known(rows.truth[:, 0], scores[:, 0]))
        found["disguises"] = robustness(classifier, column, toxic=bad, harmless=good, limit=limit, ways=ways)
    if options.chat:
        found["chat"] = _quiet(classifier, options.chat)
    _write(options.out, found, worst_errors(rows, scores, options.errors))
    return found


def _folder_of(model: str) -> str:
    bundled = _MODELS / model
    return str(bundled) if not Path(model).is_dir() and bundled.is_dir() else model


def _scores(classifier: Classifier, texts: tuple[str, ...] | list[str]) -> Scores:
    parts = []
    for start in range(0, len(texts), _AT_ONCE):
        parts.append(checked(classifier, texts[start : start + _AT_ONCE]))
        if start % (_AT_ONCE * 10) == 0:
            sys.stderr.write(f"\r{start:,} of {len(texts):,} lines")
    sys.stderr.write(f"\r{len(texts):,} of {len(texts):,} lines\n")
    return np.concatenate(parts)


def _columns(classifier: Classifier, rows: Rows, scores: Scores) -> Scores:
    unknown = [label for label in rows.labels if label not in classifier.labels]
    if unknown:
        raise ModelUnavailableError(f"{classifier.name} has no label {', '.join(unknown)}")
    return scores[:, [classifier.labels.index(label) for label in rows.labels]]


def _ways() -> dict[str, Any]:
    """The ways of disguising that the benchmarks know; none where only the application is installed."""
    try:
        module = import_module(_DISGUISES)
    except ModuleNotFoundError:
        return {}
    ways: dict[str, Any] = {**module.READABLE, **module.FLAGGED}
    return ways


def _samples(rows: Rows, count: int) -> tuple[list[str], list[str]]:
    """Some positives and some negatives of the first label, the same each time."""
    truth = rows.truth[:, 0]
    rng = np.random.default_rng(7)
    kinds = (np.flatnonzero(truth >= POSITIVE_FROM), np.flatnonzero(truth < POSITIVE_FROM))
    bad, good = ([rows.texts[row] for row in rng.permutation(kind)[:count]] for kind in kinds)
    return bad, good


def _quiet(classifier: Classifier, log: Path) -> dict[str, Any]:
    """The share of a chat over each of some scores, label by label: of the part that training sets apart."""
    _, lines = set_apart(read_chat(log))
    scores = _scores(classifier, lines)
    shares = {
        label: {f"{limit:.2f}": round(float((scores[:, column] >= limit).mean()), 5) for limit in _LIMITS}
        for column, label in enumerate(classifier.labels)
    }
    return {"lines": len(lines), "share_over": shares}


def _write(folder: Path, found: dict[str, Any], errors: list[WorstError]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    title = f"{found['model']} {found['version']} on {', '.join(found['data'])}"
    (folder / "report.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (folder / "report.svg").write_text(picture(found, title), "utf-8")
    (folder / "errors.md").write_text(_page(title, errors), "utf-8")


def _page(title: str, errors: list[WorstError]) -> str:
    lines = [f"# Worst errors: {title}", "", "Abuse verbatim.", ""]
    for error in errors:
        said = "toxic, not seen" if error.truth else "harmless, taken for it"
        text = " ".join(error.text.split()).replace("|", "\\|")
        lines.append(f"- **{error.label}** {error.score:.3f}, {said} ({error.source}): {text}")
    return "\n".join(lines) + "\n"


def summary(found: dict[str, Any]) -> str:
    """The figures to read at once, a line a label."""
    lines = [f"{found['model']} {found['version']}: {found['rows']:,} lines"]
    for label, figures in found["labels"].items():
        if "auc" in figures:
            value, low, high = figures["auc"]
            at = figures["recall_at_1.0%_fpr"][0]
            error = figures["calibration_error"][0]
            lines.append(
                f"{label:<16} AUC {value:.3f} ({low:.3f} to {high:.3f}), {figures['positives']:,} positive, "
                f"finds {at:.0%} at 1 % false positives, calibration error {error:.3f}"
            )
    return "\n".join(lines)
