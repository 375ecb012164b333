"""Which models are to judge now: the first, by choice or by settings; and a second, where one is chosen."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, FloatField, QuerySet, Value

from moderation.classifiers.shelf import BUNDLED
from moderation.models import ModelChoice, SecondChoice


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model that is to judge.

    Attributes:
        choice: the row's key; 0 for the settings'.
        folder: its folder, or whatever else the settings name.
        card_sha256: of the card as it was when it was chosen; empty for the settings'.
        sample: of a second model: which share of what the first is sure of it reads as well.
    """

    choice: int
    folder: str
    card_sha256: str = ""
    sample: float = 0.0


def wanted_models() -> tuple[Wanted, Wanted | None]:
    """The first and the second, in one query."""
    firsts = _newest(ModelChoice.objects.annotate(share=Value(0.0, FloatField())), is_second=False)
    seconds = _newest(SecondChoice.objects.annotate(share=F("sample")), is_second=True)
    found = {is_second: Wanted(*facts) for is_second, *facts in firsts.union(seconds, all=True)}
    first, second = found.get(False, Wanted(0, settings.CLASSIFIER_MODEL)), found.get(True)
    return first, second if second and second.folder else None


def wanted_model() -> Wanted:
    """The one that reads every message."""
    return wanted_models()[0]


def wanted_second() -> Wanted | None:
    """The one that reads what the first is unsure of."""
    return wanted_models()[1]


def shelves() -> tuple[Path, Path]:
    """Where models stand: those that come with the code, those that were installed."""
    return BUNDLED, settings.MODELS_DIR


def _newest(choices: QuerySet[Any], *, is_second: bool) -> QuerySet[Any, tuple[Any, ...]]:
    columns = ("is_second", "pk", "folder", "card_sha256", "share")
    marked = choices.annotate(is_second=Value(is_second)).order_by("-pk")
    newest: QuerySet[Any, tuple[Any, ...]] = marked.values_list(*columns)[:1]
    return newest
