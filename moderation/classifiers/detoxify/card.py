"""A model's folder: its card, and the proof that its files are those the card describes."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.readings import READINGS

CARD = "card.json"
CHECKPOINT = "model.ckpt"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
LINEAR = "linear.npz"
# No position of a text is further than this, whatever a configuration says (RoBERTa's counts two more).
_LONGEST = 512


class Card(msgspec.Struct):
    """What card.json says. Other fields (licence, sources, metrics, weaknesses) are for people.

    Attributes:
        files: SHA-256 by name; all of them are there.
        derived: SHA-256 by name of files that can be made again from the others, and may be missing.
        languages: those that it was made for (ISO 639-1); a text in another one is not judged by its scores.
        normaliser: how the model reads (readings.py).
        serves: the form that ONNX Runtime serves, "int8" or "fp32"; empty where none was exported.
    """

    name: str
    labels: list[str]
    files: dict[str, str]
    derived: dict[str, str] = {}
    normaliser: str = ""
    languages: list[str] = []
    serves: str = ""

    @property
    def version(self) -> str:
        """The first twelve characters of the checkpoint's SHA-256, or of that over all weights' ones."""
        return self.version_of(CHECKPOINT, *self.beside)

    @property
    def beside(self) -> tuple[str, ...]:
        """The files of weights that every form of the model is served with."""
        return (LINEAR,) if LINEAR in self.files else ()

    def version_of(self, *names: str) -> str:
        """The first twelve characters of a file's SHA-256; of several files, of that over theirs."""
        digests = [(self.files | self.derived)[name] for name in names]
        if len(digests) == 1:
            return digests[0][:12]
        return hashlib.sha256("".join(digests).encode()).hexdigest()[:12]


def read_card(folder: Path) -> Card:
    """The card of a model's folder, once every file it lists has the SHA-256 it gives.

    Reading comes before loading: a checkpoint is a pickle, and unpickling runs what is in it. Raises
    ModelUnavailableError.
    """
    try:
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelUnavailableError(f"{folder} is not a model's folder: {error}") from error
    if CHECKPOINT not in card.files:
        raise ModelUnavailableError(f"{folder / CARD} lists no {CHECKPOINT}")
    for name, expected in card.files.items():
        require_digest(folder / name, expected)
    for name, expected in card.derived.items():
        if (folder / name).exists():
            require_digest(folder / name, expected)
    if card.normaliser not in READINGS:
        raise ModelUnavailableError(
            f"{folder / CARD} asks for a reading {card.normaliser!r} that is not known"
        )
    return card


def longest_of(folder: Path) -> int:
    """How many tokens the folder's model takes at once. Raises ModelUnavailableError."""
    try:
        config = msgspec.json.decode((folder / CONFIG).read_bytes(), type=dict[str, Any])
        return min(int(config["max_position_embeddings"]), _LONGEST)
    except (OSError, msgspec.DecodeError, KeyError, ValueError) as error:
        raise ModelUnavailableError(
            f"{folder / CONFIG} does not say how long a text may be: {error}"
        ) from error


def require_digest(file: Path, expected: str) -> None:
    """Raise ModelUnavailableError unless the file's SHA-256 begins with `expected`."""
    try:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailableError(f"{file} cannot be read: {error}") from error
    if not found.startswith(expected):
        raise ModelUnavailableError(
            f"{file} is not the file that was published (SHA-256 {found[:12]}…, expected "
            f"{expected[:12]}…). It was not loaded: put the original back."
        )
