"""A model's folder: its card, and the proof that its files are those the card describes."""

import hashlib
from pathlib import Path

import msgspec

from moderation.classifiers.base import ModelUnavailableError

CARD = "card.json"
CHECKPOINT = "model.ckpt"


class Card(msgspec.Struct):
    """What card.json says. Other fields (licence, sources, metrics, weaknesses) are for people."""

    name: str
    labels: list[str]
    files: dict[str, str]
    normaliser: str = ""

    @property
    def version(self) -> str:
        """The first twelve characters of the checkpoint's SHA-256."""
        return self.files[CHECKPOINT][:12]


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
    return card


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
