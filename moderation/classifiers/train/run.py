"""A whole run: material, pre-training, training, calibration, the folder. Resumes where it was left."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from transformers import BertForSequenceClassification

from moderation.classifiers.detoxify.folding import fold
from moderation.classifiers.evaluate.metrics import auc
from moderation.classifiers.rows import Numbers, Rows
from moderation.classifiers.train.batches import Batch, Reader, masked, thinned
from moderation.classifiers.train.begin import blended, continued
from moderation.classifiers.train.beside import linear_part
from moderation.classifiers.train.calibrate import fold_into, temperatures
from moderation.classifiers.train.config import Config
from moderation.classifiers.train.export import Judged, export
from moderation.classifiers.train.loop import Course, follow
from moderation.classifiers.train.losses import distilled, masked_loss
from moderation.classifiers.train.material import Material, gather
from moderation.classifiers.train.network import (
    bert_config,
    for_masked_pieces,
    loss_of_masked,
    new_classifier,
)
from moderation.classifiers.train.tokenizer import MASK

_SCORED_AT_ONCE = 128


def run(config: Config, *, data: Path, chat_log: Path | None, out: Path) -> Path:
    """Trains what the configuration says and writes the model's folder, whose path it returns."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    kept = out / "run"
    kept.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    material = gather(config, data, chat_log, kept)
    _say(f"{len(material.train):,} rows, {len(material.chat):,} lines of chat, {_minutes(began)}")
    model = _model(config, material)
    model.to(torch.device(config.device))  # type: ignore[arg-type]  # transformers wraps it without a type
    first = {name: part.clone() for name, part in model.state_dict().items()}
    if config.pretraining.epochs:
        _pretrain(config, material, model, kept)
    _train(config, material, model, kept)
    if config.begin:
        model.load_state_dict(blended(first, model.state_dict(), config.blend))
    logits = scored(config, material, model, material.valid.texts)
    scales = temperatures(logits, material.valid.truth)
    fold_into(model.classifier, *scales)
    logits, quiet = logits * scales[0] + scales[1], scored(config, material, model, tuple(material.quiet))
    part = linear_part(config, material, kept, logits) if config.linear.epochs else None
    if part:
        logits = part.mixed(logits, [fold(text) for text in material.valid.texts])
        quiet = part.mixed(quiet, [fold(text) for text in material.quiet])
    _say(f"trained, {_minutes(began)}")
    return export(config, material, model, Judged(logits, quiet), out, part)


def scored(
    config: Config, material: Material, model: BertForSequenceClassification, texts: tuple[str, ...]
) -> Numbers:
    """Logits of texts cut to the length trained on, shape (texts, labels), in their order."""
    model.eval()  # type: ignore[no-untyped-call]
    encoded = [made.ids for made in material.pieces.encode_batch_fast([fold(text) for text in texts])]
    encoded = [
        ids if len(ids) <= config.longest else [*ids[: config.longest - 1], ids[-1]] for ids in encoded
    ]
    order = sorted(range(len(encoded)), key=lambda row: len(encoded[row]))
    logits = np.zeros((len(texts), len(material.train.labels)), np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), _SCORED_AT_ONCE):
            rows = order[start : start + _SCORED_AT_ONCE]
            longest = len(encoded[rows[-1]])
            pieces = torch.tensor([encoded[row] + [0] * (longest - len(encoded[row])) for row in rows])
            # In 32 bits, as it is served: in 16 the rarer labels' ranks move.
            logits[rows] = _in_full(config, model, pieces).cpu().numpy()
    return logits


def _model(config: Config, material: Material) -> BertForSequenceClassification:
    shape = bert_config(config.network, material.train.labels, material.pieces.get_vocab_size())
    return continued(Path(config.begin), shape, material.pieces) if config.begin else new_classifier(shape)


def mean_auc(rows: Rows, logits: Numbers) -> float:
    """What early stopping looks at: half the AUC of the first label, half the mean of the others."""
    each = [_auc(rows.truth[:, column], logits[:, column]) for column in range(len(rows.labels))]
    others = [value for value in each[1:] if not np.isnan(value)]
    return (each[0] + sum(others) / len(others)) / 2 if others else each[0]


def _auc(truth: Numbers, logits: Numbers) -> float:
    known = ~np.isnan(truth)
    return auc((truth[known] >= 0.5).astype(np.float64), logits[known].astype(np.float64))  # noqa: PLR2004


def _pretrain(config: Config, material: Material, model: BertForSequenceClassification, kept: Path) -> None:
    chat = material.chat[: round(config.pretraining.chat * len(material.chat))]
    texts = [*material.train.texts, *chat]
    reader = _reader(config, material, texts, [*material.folded, *map(fold, chat)], disguised=0)
    lines = for_masked_pieces(model)
    lines.to(torch.device(config.device))  # type: ignore[arg-type]
    hidden, vocabulary = material.pieces.token_to_id(MASK) or 0, material.pieces.get_vocab_size()

    def loss_of(batch: Batch) -> torch.Tensor:
        shown, asked = masked(batch.pieces, config.pretraining.masked, hidden, vocabulary)
        with _arithmetic(config):
            return loss_of_masked(lines, shown.to(config.device), asked.to(config.device))

    steps = round(config.pretraining.epochs * reader.batches_an_epoch)
    follow(_course(config, "pieces", steps, config.pretraining.learning_rate, kept), lines, reader, loss_of)


def _train(config: Config, material: Material, model: BertForSequenceClassification, kept: Path) -> None:
    reader = _reader(
        config, material, material.train.texts, material.folded, disguised=config.extra.disguised
    )
    steps = round(config.epochs * reader.batches_an_epoch)
    course = _course(
        config, "labels", steps, config.learning_rate, kept,
        check=lambda: mean_auc(material.valid, scored(config, material, model, material.valid.texts)),
        check_every=max(1, reader.batches_an_epoch // config.checks_an_epoch),
    )  # fmt: skip
    progress = follow(course, model, reader, _loss_of(config, material, model))
    _say(f"best {progress.best:.4f} at step {progress.best_step} of {steps}: {progress.checks}")


def _loss_of(
    config: Config, material: Material, model: BertForSequenceClassification
) -> Callable[[Batch], torch.Tensor]:
    loss = masked_loss(config.loss, material.train.labels, config.device)
    truth, weights = torch.from_numpy(material.train.truth), torch.from_numpy(material.train.weights)
    taught = None if material.taught is None else torch.from_numpy(material.taught)

    hidden = material.pieces.token_to_id(MASK) or 0

    def loss_of(batch: Batch) -> torch.Tensor:
        logits = _logits(config, model, thinned(batch.pieces, config.extra.hidden, hidden)).float()
        counts = weights[batch.rows].to(config.device)
        told = loss(logits, truth[batch.rows].to(config.device), counts)
        if taught is None:
            return told
        share = config.teacher.weight
        heard = distilled(logits, taught[batch.rows].to(config.device), counts)
        return (1 - share) * told + share * heard

    return loss_of


def _in_full(config: Config, model: BertForSequenceClassification, pieces: torch.Tensor) -> torch.Tensor:
    pieces = pieces.to(config.device)
    logits: torch.Tensor = model(pieces, attention_mask=(pieces != 0).long()).logits
    return logits


def _logits(config: Config, model: BertForSequenceClassification, pieces: torch.Tensor) -> torch.Tensor:
    with _arithmetic(config):
        return _in_full(config, model, pieces)


def _arithmetic(config: Config) -> torch.autocast:
    return torch.autocast(config.device.partition(":")[0], torch.bfloat16, enabled=config.half)


def _reader(
    config: Config,
    material: Material,
    texts: list[str] | tuple[str, ...],
    folded: list[str],
    *,
    disguised: float,
) -> Reader:
    return Reader(
        texts, folded, material.pieces, config.longest, config.batch, disguised=disguised, seed=config.seed
    )


def _course(
    config: Config,
    name: str,
    steps: int,
    rate: float,
    kept: Path,
    *,
    check: Callable[[], float] | None = None,
    check_every: int = 0,
) -> Course:
    return Course(
        name, steps, rate, config.warm_up, config.weight_decay, kept / f"{name}.pt",
        check=check, check_every=check_every, patience=config.patience,
    )  # fmt: skip


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _minutes(began: float) -> str:
    return f"{(time.monotonic() - began) / 60:.1f} min"
