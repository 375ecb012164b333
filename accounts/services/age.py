"""Birth dates and age bands: declared by the person once, corrected and drawn by administrators, audited.

The audit log gets bands and reasons, never a birth date.
"""

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import transaction

from accounts.models import AgeBand, Person
from accounts.permissions import age_of, band_for
from accounts.selectors import age_bands, site_minimum_age
from accounts.services import audit
from accounts.services.joining import require_old_enough, require_plausible
from accounts.services.leaving import deactivate_person, require_another_administrator
from accounts.signals import age_changed, bands_changed
from common.errors import Code, Refused


@dataclass(frozen=True, slots=True)
class BandSettings:
    """What an administrator decides about a band."""

    name: str
    minimum_age: int
    is_minor: bool
    screening_forced: bool
    may_use_tokens: bool = False


@transaction.atomic
def declare_birth_date(*, person: Person, birth_date: dt.date) -> None:
    """Take the birth date of a person who has none yet (made by a command, or before the age screen).

    Refuses: ALREADY_DECLARED, BIRTH_DATE_UNCLEAR, AGE_NOT_MET. Begins or joins a transaction; locks the
    person's row.
    """
    locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if locked.birth_date is not None:
        raise Refused(Code.ALREADY_DECLARED)
    require_old_enough(birth_date)
    _set_birth_date(person, birth_date)


@transaction.atomic
def correct_birth_date(*, person: Person, birth_date: dt.date, by: Person, reason: str) -> None:
    """Put a birth date right; rooms above the person's age close at once. Audited without the date.

    Somebody who turns out younger than the site allows has their account closed in the same step.
    Refuses: NOT_ALLOWED (not an administrator), NOT_ONESELF, LAST_ADMINISTRATOR (oneself, alone),
    REASON_MISSING, BIRTH_DATE_UNCLEAR.
    Begins or joins a transaction; locks administrators, the person's row, then the audit log's head.
    """
    require_another_administrator(person=person, by=by)
    if not reason.strip():
        raise Refused(Code.REASON_MISSING)
    age = require_plausible(birth_date)
    bands = age_bands()
    before, after = band_for(age_of(person), bands), band_for(age, bands)
    _set_birth_date(person, birth_date)
    if age < site_minimum_age() and person.is_active:
        deactivate_person(person=person, by=by)
    audit.record(
        actor=by,
        action="age.correct",
        subject=("person", person.pk),
        before=_name(before),
        after=_name(after),
        reason=reason,
    )


@transaction.atomic
def change_age_band(*, band: AgeBand | None, settings: BandSettings, by: Person) -> AgeBand:
    """Change a band, or add one where `band` is None. Audited with what it was and what it is.

    Refuses: NOT_ALLOWED (not an administrator), BAND_EXISTS (the same age), ONLY_TIGHTER (minors without
    screening before). Begins or joins a transaction; locks the bands, then the audit log's head.
    """
    _require_administrator(by)
    bands = list(AgeBand.objects.select_for_update())
    require_sound(settings, others=[one for one in bands if one != band])
    before = None if band is None else _facts(band)
    changed = AgeBand(pk=None if band is None else band.pk, **asdict(settings))
    changed.save()
    bands_changed.send(AgeBand)
    action = "band.add" if band is None else "band.change"
    audit.record(actor=by, action=action, subject=("band", changed.pk), before=before, after=_facts(changed))
    return changed


@transaction.atomic
def remove_age_band(*, band: AgeBand, by: Person) -> None:
    """Remove a band: its people fall into the band below, or, from the lowest, out of any. Audited.

    Refuses: NOT_ALLOWED (not an administrator), BAND_NEEDED (the last one). Begins or joins a transaction;
    locks the bands, then the audit log's head.
    """
    _require_administrator(by)
    if len(AgeBand.objects.select_for_update()) == 1:
        raise Refused(Code.BAND_NEEDED)
    key, before = band.pk, _facts(band)
    band.delete()
    bands_changed.send(AgeBand)
    audit.record(actor=by, action="band.remove", subject=("band", key), before=before)


def require_sound(settings: BandSettings, *, others: list[AgeBand]) -> None:
    """What holds of a band whatever else it says; a preview asks as well.

    Refuses: BAND_EXISTS (another one begins at this age), ONLY_TIGHTER (minors without screening before).
    """
    if any(other.minimum_age == settings.minimum_age for other in others):
        raise Refused(Code.BAND_EXISTS, minimum_age=settings.minimum_age)
    if settings.is_minor and not settings.screening_forced:
        raise Refused(Code.ONLY_TIGHTER)


def _require_administrator(by: Person) -> None:
    if not (by.is_active and by.is_administrator):
        raise Refused(Code.NOT_ALLOWED)


def _set_birth_date(person: Person, birth_date: dt.date) -> None:
    person.birth_date = birth_date
    person.save(update_fields=["birth_date"])
    age_changed.send(Person, person_id=person.pk)


def _facts(band: AgeBand) -> dict[str, str | int | bool]:
    return asdict(
        BandSettings(band.name, band.minimum_age, band.is_minor, band.screening_forced, band.may_use_tokens)
    )


def _name(band: AgeBand | None) -> str | None:
    return None if band is None else band.name
