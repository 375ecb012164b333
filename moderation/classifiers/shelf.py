"""Where models' folders stand, and which name means which of them."""

from collections.abc import Iterable
from pathlib import Path

from moderation.classifiers.base import ModelUnavailableError
from moderation.classifiers.detoxify.card import CARD

BUNDLED = Path(__file__).resolve().parent / "models"


def folders(*shelves: Path) -> dict[str, Path]:
    """By name every folder with a card; of two of one name the one on the earlier shelf counts."""
    return {
        card.parent.name: card.parent
        for shelf in reversed(shelves)
        for card in sorted(shelf.glob(f"*/{CARD}"))
        if not card.parent.name.startswith(".")
    }


def find(model: str, shelves: Iterable[Path]) -> Path:
    """The folder that a name or a path means. Raises ModelUnavailableError."""
    known = folders(*shelves)
    if model in known:
        return known[model]
    if (Path(model) / CARD).is_file():
        return Path(model).resolve()
    raise ModelUnavailableError(
        f"There is no model {model!r}: neither a folder with a card nor one of {', '.join(known)}."
    )
