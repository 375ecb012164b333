"""How the thresholds came to be what they are: the newest changes, and which of them can be undone."""

from dataclasses import dataclass

from django.db import models

from moderation.models import Threshold, ThresholdChange

PAGE = 50


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change; it can be undone while what it set still holds."""

    change: ThresholdChange
    can_be_undone: bool


def threshold_changes() -> list[ChangeRow]:
    """The newest, newest first, of the site, the age bands and the rooms."""
    related = ThresholdChange.objects.select_related("room", "age_band", "changed_by", "undoes", "undone_by")
    rows = {(row.label, row.room_id, row.age_band_id): row for row in Threshold.objects.all()}
    return [ChangeRow(change, _stands(change, rows)) for change in related[:PAGE]]


def figures_of(row: Threshold | None) -> dict[str, float | None]:
    """A row's figures by their names; none where there is no row."""
    fields = Threshold._meta.concrete_fields if row else ()  # noqa: SLF001
    return {one.attname: getattr(row, one.attname) for one in fields if isinstance(one, models.FloatField)}


def _stands(change: ThresholdChange, rows: dict[tuple[str, int | None, int | None], Threshold]) -> bool:
    row = rows.get((change.label, change.room_id, change.age_band_id))
    return not hasattr(change, "undone_by") and figures_of(row) == change.after
