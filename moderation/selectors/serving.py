"""Which model is to judge now: the one that was chosen last, else the one that the settings name."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from moderation.classifiers.shelf import BUNDLED
from moderation.models import ModelChoice


@dataclass(frozen=True, slots=True)
class Wanted:
    """The model that is to judge.

    Attributes:
        choice: the row's key; 0 for the settings'.
        folder: its folder, or whatever else the settings name.
        card_sha256: of the card as it was when it was chosen; empty for the settings'.
    """

    choice: int
    folder: str
    card_sha256: str = ""


def wanted_model() -> Wanted:
    """In one query."""
    newest = ModelChoice.objects.order_by("-pk").values_list("pk", "folder", "card_sha256").first()
    return Wanted(*newest) if newest else Wanted(0, settings.CLASSIFIER_MODEL)


def shelves() -> tuple[Path, Path]:
    """Where models stand: those that come with the code, those that were installed."""
    return BUNDLED, settings.MODELS_DIR
