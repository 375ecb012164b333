"""What a run learns from, made once and kept in its folder: rows, pieces, teacher's logits, hard lines."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from moderation.classifiers.detoxify.folding import fold
from moderation.classifiers.rows import Numbers, Rows, read_chat, read_rows, set_apart
from moderation.classifiers.train.begin import widened_pieces
from moderation.classifiers.train.cases import made_rows, read_cases
from moderation.classifiers.train.config import Config, Teacher
from moderation.classifiers.train.linear import out_of_fold, train_linear
from moderation.classifiers.train.ngrams import Bags, bags_of
from moderation.classifiers.train.tokenizer import learn_pieces

_PIECES, _TAUGHT = "pieces.json", "taught.npz"
HARD = "hard benign chat"


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from, and what is measured on.

    Attributes:
        train: rows, the hard lines of the chat among them.
        folded: their texts, folded.
        valid: rows to measure on while training, to calibrate and to choose thresholds.
        chat: lines of the chat that are learned from without labels; none of them is in `quiet`.
        quiet: lines of the chat that are only measured on.
        pieces: the tokenizer.
        taught: the teacher's logits for the rows of `train`, or None.
    """

    train: Rows
    folded: list[str]
    valid: Rows
    chat: list[str]
    quiet: list[str]
    pieces: Tokenizer
    taught: Numbers | None


def gather(config: Config, data: Path, chat_log: Path | None, kept: Path) -> Material:
    """Reads the data where it lies (train.csv.gz, valid.csv.gz, feedback*.csv.gz) and the chat.

    What takes long is kept.
    """
    feedback = sorted(data.glob("feedback*.csv.gz"))
    rows, valid = read_rows(data / "train.csv.gz", *feedback), read_rows(data / "valid.csv.gz")
    rows = _weighed(rows, config.extra.harmless_weight, config.extra.times)
    if config.extra.cases:
        rows = rows.followed_by(_made(config, rows.labels, config.extra.cases, measured=False))
    held = {text.strip().lower() for text in valid.texts}
    lines = read_chat(chat_log) if chat_log else []
    chat, quiet = set_apart([line for line in lines if line.strip().lower() not in held])
    folded = [fold(text) for text in rows.texts]
    pieces = _pieces(config, folded, chat, kept / _PIECES)
    if not config.teacher.weight and not config.extra.hard_benign:
        return Material(rows, folded, valid, chat, quiet, pieces, None)
    hard, taught = _taught(config, rows, folded, chat, kept / _TAUGHT)
    more = rows.with_benign(hard, source=HARD, weight=config.extra.hard_benign_weight)
    everything = [*folded, *(fold(text) for text in hard)]
    return Material(more, everything, valid, chat, quiet, pieces, taught if config.teacher.weight else None)


def _weighed(rows: Rows, harmless: Mapping[str, float], times: Mapping[str, float]) -> Rows:
    """The rows, with what a source's weigh, and its harmless ones (for which no label is known to hold)."""
    clean = np.nan_to_num(rows.truth).max(1) < 0.5  # noqa: PLR2004
    weights = [
        (harmless.get(source, weight) if is_clean else weight) * times.get(source, 1.0)
        for source, weight, is_clean in zip(rows.sources, rows.weights, clean, strict=True)
    ]
    return replace(rows, weights=np.array(weights, np.float32))


def _made(config: Config, labels: tuple[str, ...], count: int, *, measured: bool) -> Rows:
    weight = config.extra.cases_weight
    return made_rows(read_cases(), labels, count, measured=measured, weight=weight, seed=config.seed)


def _pieces(config: Config, folded: list[str], chat: list[str], kept: Path) -> Tokenizer:
    """Pieces of the rows, and of the chat where its lines are read too."""
    if not kept.exists():
        texts = [*folded, *(fold(line) for line in chat)] if config.pretraining.epochs else folded
        made = (
            widened_pieces(Path(config.begin), texts)
            if config.begin
            else learn_pieces(texts, config.network.vocabulary)
        )
        made.save(str(kept))
    return Tokenizer.from_file(str(kept))


def _taught(
    config: Config, rows: Rows, folded: list[str], chat: list[str], kept: Path
) -> tuple[list[str], Numbers]:
    """The lines of the chat that look worst to a linear model, and its logits for all rows and them."""
    if kept.exists():
        saved = np.load(kept)
        return [str(line) for line in saved["hard"]], saved["logits"]
    teacher = config.teacher
    bags = bags_of(folded, teacher.buckets_log2)
    logits = out_of_fold(
        bags,
        rows.truth,
        rows.weights,
        folds=teacher.folds,
        buckets_log2=teacher.buckets_log2,
        epochs=teacher.epochs,
        rate=teacher.learning_rate,
        seed=config.seed,
    )
    hard, of_hard = _hardest(config, teacher, rows, bags, chat)
    logits = np.vstack([logits, of_hard])
    np.savez_compressed(kept, hard=np.array(hard, dtype=str), logits=logits)
    return hard, logits


def _hardest(
    config: Config, teacher: Teacher, rows: Rows, bags: Bags, chat: list[str]
) -> tuple[list[str], Numbers]:
    if not config.extra.hard_benign:
        return [], np.zeros((0, len(rows.labels)), np.float32)
    model = train_linear(
        bags,
        rows.truth,
        rows.weights,
        buckets_log2=teacher.buckets_log2,
        epochs=teacher.epochs,
        rate=teacher.learning_rate,
        seed=config.seed,
    )
    known = set(rows.texts)
    lines = [line for line in dict.fromkeys(chat) if line not in known]
    logits = model.logits(bags_of([fold(line) for line in lines], teacher.buckets_log2))
    worst = np.argsort(-logits[:, 0])[: config.extra.hard_benign]
    # What it says of these is what they are chosen to contradict: they are taught as clean.
    return [lines[place] for place in worst], np.minimum(logits[worst], -3.0)
