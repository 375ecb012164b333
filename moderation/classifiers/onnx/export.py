"""Makes the forms of a model that ONNX Runtime serves, fp32 and int8, and compares both with torch.

    python -m moderation.classifiers.onnx.export FOLDER

Needs torch, detoxify and onnx; the worker needs none of them. Callers: `manage.py model install`, training.
"""

import argparse
import hashlib
import json
import logging
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from moderation.classifiers.base import Classifier, ModelUnavailableError
from moderation.classifiers.detoxify import model as reference
from moderation.classifiers.detoxify.card import CARD
from moderation.classifiers.onnx import model as served
from moderation.classifiers.onnx.lines import LINES
from moderation.classifiers.onnx.model import LOGITS, MASK, TOKENS
from moderation.classifiers.onnx.parity import FP32_MOST, INT8_LEAST, Parity, compare, milliseconds

FP32, INT8 = "fp32.onnx", "int8.onnx"
_OPSET = 17

Say = Callable[[str], object]


class ParityError(ModelUnavailableError):
    """The exported network computes something else than the one it was exported from."""


class _Network(torch.nn.Module):
    """The network with nothing but arrays going in and out."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.network(input_ids=tokens, attention_mask=mask)[0]
        return logits


def export(
    folder: Path, *, thresholds: Mapping[str, Iterable[float]] | None = None, say: Say = lambda _: None
) -> dict[str, Any]:
    """Write fp32.onnx and int8.onnx into a model's folder, compare both with torch, complete its card.

    int8 is served where its ranks hold (INT8_LEAST), else fp32. `thresholds`: by label, at which flips are
    listed; where none are given, those that the card names. Returns what the card says of it now. Raises
    ModelUnavailableError, and ParityError where even fp32 is off: then the card stays as it was and no form
    is left behind.
    """
    torch_form = reference.from_folder(folder)
    written = {FP32: folder / FP32, INT8: folder / INT8}
    try:
        say("exporting")
        write_fp32(torch_form.network, written[FP32])
        say("rounding to eight bits")
        write_int8(written[FP32], written[INT8])
        card = _card_with(folder, written)
        say("comparing")
        found = _compared(folder, card, torch_form, thresholds or _thresholds_of(card))
    except Exception:
        for file in written.values():
            file.unlink(missing_ok=True)
        raise
    card |= found
    if found["serves"] == "fp32":
        card["files"][FP32] = card["derived"].pop(FP32)
    _write_card(folder, card)
    return found


def write_fp32(network: torch.nn.Module, file: Path) -> None:
    """The network as ONNX, for any number of texts of any number of tokens that it takes."""
    tokens = torch.ones((2, 9), dtype=torch.long)
    mask = torch.ones_like(tokens)
    mask[1, 5:] = 0
    any_size = {0: "texts", 1: "tokens"}
    with _without_what_everybody_is_told(), torch.inference_mode():
        # Not in training: in it dropout would be exported as well.
        torch.onnx.export(
            _Network(network).eval(),
            (tokens, mask),
            str(file),
            input_names=[TOKENS, MASK],
            output_names=[LOGITS],
            dynamic_axes={TOKENS: any_size, MASK: any_size, LOGITS: {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )


def write_int8(fp32: Path, file: Path) -> None:
    """The network with its weights in eight bits; what flows through it is rounded as it comes."""
    with _without_what_everybody_is_told():
        # Seven of the eight bits: without VNNI a processor adds two products in 16 bits, too few for eight.
        quantize_dynamic(fp32, file, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def _compared(
    folder: Path,
    card: dict[str, Any],
    torch_form: reference.DetoxifyClassifier,
    thresholds: Mapping[str, Iterable[float]],
) -> dict[str, Any]:
    """What the card says of the forms. They are loaded as a worker would: from a folder, through its card."""
    with tempfile.TemporaryDirectory() as scratch:
        there = Path(scratch)
        for name in {*card["files"], *card["derived"]}:
            (there / name).symlink_to((folder / name).resolve())
        _write_card(there, card)
        forms = {form: served.from_folder(there, form=form) for form in ("fp32", "int8")}
        parity = {form: compare(torch_form, loaded, LINES, thresholds) for form, loaded in forms.items()}
        everybody: dict[str, Classifier] = {"torch": torch_form, **forms}
        times = {form: milliseconds(loaded, LINES) for form, loaded in everybody.items()}
    if parity["fp32"].difference > FP32_MOST:
        raise ParityError(
            f"{folder}: the exported network differs from torch by {parity['fp32'].difference:.6f} "
            f"(at most {FP32_MOST}); nothing was written."
        )
    return {
        "serves": "int8" if parity["int8"].lowest_correlation >= INT8_LEAST else "fp32",
        "parity": {form: _plain(of_form) for form, of_form in parity.items()},
        "processor_milliseconds_a_line": times,
    }


def _thresholds_of(card: Mapping[str, Any]) -> dict[str, list[float]]:
    """By label every number that the card gives as a threshold, however it groups them."""
    return {label: list(_numbers(given)) for label, given in card.get("thresholds", {}).items()}


def _numbers(given: Any) -> Iterator[float]:
    if isinstance(given, dict):
        for part in given.values():
            yield from _numbers(part)
    elif isinstance(given, int | float):
        yield float(given)


def _plain(parity: Parity) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(parity)
    return plain


def _card_with(folder: Path, written: Mapping[str, Path]) -> dict[str, Any]:
    """The folder's card with the new files: int8 belongs to it, fp32 can be made again."""
    card: dict[str, Any] = json.loads((folder / CARD).read_text("utf-8"))
    card["files"] = {name: digest for name, digest in card["files"].items() if name not in written}
    card["files"][INT8] = _digest(written[INT8])
    card["derived"] = {FP32: _digest(written[FP32])}
    return card


def _write_card(folder: Path, card: Mapping[str, Any]) -> None:
    """In one step: a reader never finds half a card."""
    scratch = folder / f"{CARD}.new"
    scratch.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")
    scratch.replace(folder / CARD)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def _without_what_everybody_is_told() -> Iterator[None]:
    """The exporter's and the quantiser's advice to their developers stays out of an operator's terminal."""
    root, level = logging.getLogger(), logging.getLogger().level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        root.setLevel(logging.ERROR)
        try:
            yield
        finally:
            root.setLevel(level)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write a model's ONNX files and complete its card.")
    parser.add_argument("folder", type=Path)
    found = export(parser.parse_args().folder, say=lambda line: sys.stderr.write(f"{line}\n"))
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    _main()
