"""What people set about themselves."""

from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction

from accounts.models import Person
from accounts.signals import presence_changed
from common.errors import Code, Refused


def choose_language(*, person: Person, language: str) -> None:
    """From now on this person reads in `language`, wherever they sign in.

    Refuses: MALFORMED (a language that the site has not). Begins no transaction: one statement.
    """
    if language not in dict(settings.LANGUAGES):
        raise Refused(Code.MALFORMED)
    person.language = language
    person.save(update_fields=["language"])


@transaction.atomic
def set_preferences(*, person: Person, time_zone: str, shows_presence: bool) -> None:
    """In which zone times are written for this person, and whether others see that they are here and write.

    Refuses: MALFORMED (no such zone). Begins or joins a transaction; open pages follow at once.
    """
    if time_zone not in available_timezones():
        raise Refused(Code.MALFORMED)
    person.time_zone, person.shows_presence = time_zone, shows_presence
    person.save(update_fields=["time_zone", "shows_presence"])
    presence_changed.send(Person, person_id=person.pk)
