"""What a training run is told: a TOML file, every field checked. Same file, data, pieces: the same model."""

from pathlib import Path
from typing import Annotated

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Network(_Table, frozen=True):
    """The shape of the BERT that is trained, and the pieces it reads."""

    vocabulary: Count = 16_000
    layers: Count = 3
    width: Count = 256
    inner: Count = 1024
    heads: Count = 4
    positions: Count = 256
    dropout: Share = 0.1
    pooled_dropout: Share = 0.1


class Pretraining(_Table, frozen=True):
    """Masked-language training on the rows and the chat, before the labels. 0 epochs: none."""

    epochs: float = 0
    learning_rate: Positive = 5e-4
    masked: Share = 0.15
    chat: Share = 1.0  # of the chat's lines


class Teacher(_Table, frozen=True):
    """The linear model over hashed character and word n-grams whose logits are distilled.

    Each part of the rows is scored by a model trained on the others, so what is taught is not remembered.
    """

    weight: Share = 0.0
    folds: Annotated[int, msgspec.Meta(ge=2)] = 2
    epochs: Count = 4
    buckets_log2: Annotated[int, msgspec.Meta(ge=10, le=24)] = 19
    learning_rate: Positive = 0.1


class Beside(_Table, frozen=True):
    """The linear part that is served beside the network. 0 epochs: none."""

    epochs: int = 0
    buckets_log2: Annotated[int, msgspec.Meta(ge=10, le=22)] = 20
    learning_rate: Positive = 0.1


class Loss(_Table, frozen=True):
    """How a score is held against a label. gamma 0: plain cross entropy; with it, focal.

    `negative_gamma` above `gamma` makes the loss asymmetric: easy negatives count for less.
    """

    gamma: float = 0.0
    negative_gamma: float = 0.0
    positive_weight: dict[str, float] = {}
    label_weight: dict[str, float] = {}


class Extra(_Table, frozen=True):
    """What is made of the data beyond its rows."""

    disguised: Share = 0.15  # of the rows in each epoch
    hidden: Share = 0.0  # of the pieces of a text in each epoch: it has to be judged by the others
    cut: Share = 0.0  # of the long rows in each epoch: one window of them
    hard_benign: int = 0  # lines of the chat that the teacher takes for the most toxic
    hard_benign_weight: Positive = 0.5
    cases: int = 0  # lines made of the sentences in cases.toml
    cases_weight: Positive = 0.5
    harmless_weight: dict[str, float] = {}  # by source: of its harmless rows, instead of the file's
    times: dict[str, float] = {}  # by source: how many times what they weigh its rows count


class Config(_Table, frozen=True):
    """One run."""

    name: str
    begin: str = ""  # a model's folder to go on from, instead of fresh weights
    blend: Share = (
        1.0  # with `begin`: what the trained weights count for in the mean with those it began from
    )
    seed: int = 1
    threads: Count = 1
    device: str = "cpu"
    half: bool = True  # bfloat16 arithmetic, float32 weights
    epochs: Positive = 4
    batch: Count = 128
    longest: Count = 96
    learning_rate: Positive = 6e-4
    weight_decay: float = 0.01
    warm_up: Share = 0.06
    checks_an_epoch: Count = 2
    patience: Count = 4  # checks without a better one before it stops
    network: Network = Network()
    pretraining: Pretraining = Pretraining()
    teacher: Teacher = Teacher()
    linear: Beside = Beside()
    loss: Loss = Loss()
    extra: Extra = Extra()
    # For the card: for whom, by label, for what (review, hide), from which score on.
    thresholds: dict[str, dict[str, dict[str, float]]] = {}
    sources: dict[str, str] = {}  # for the card: where each source is from, and its licence
    notes: list[str] = []  # for the card: what else whoever uses the model should know


def read_config(file: Path) -> Config:
    """The file's configuration. Raises msgspec.ValidationError with the field's name."""
    return msgspec.toml.decode(file.read_bytes(), type=Config)
