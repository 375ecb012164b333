"""What people set about themselves."""

from django.conf import settings

from accounts.models import Person
from common.errors import Code, Refused


def choose_language(*, person: Person, language: str) -> None:
    """From now on this person reads in `language`, wherever they sign in.

    Refuses: MALFORMED (a language that the site has not). Begins no transaction: one statement.
    """
    if language not in dict(settings.LANGUAGES):
        raise Refused(Code.MALFORMED)
    person.language = language
    person.save(update_fields=["language"])
