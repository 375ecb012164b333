"""What the bar of every page says is waiting: a person's unread notices, a moderator's open cases.

A context processor: it counts only where a page shows the bar, and once.
"""

from functools import cached_property

from django.http import HttpRequest

from accounts.models import Person
from moderation.selectors.notices import unread_for
from moderation.selectors.queue import counts


class Waiting:
    """Counted when it is first asked for."""

    def __init__(self, person: Person) -> None:
        self._person = person

    @cached_property
    def notices(self) -> int:
        """Statements and outcomes that this person has not opened."""
        return unread_for(self._person)

    @cached_property
    def cases(self) -> int:
        """Undecided cases, for moderators."""
        return counts(self._person).waiting if self._person.is_moderator else 0


def waiting(request: HttpRequest) -> dict[str, Waiting | None]:
    """Context processor: `waiting`, None for somebody who is not signed in."""
    person = getattr(request, "user", None)
    return {"waiting": Waiting(person) if isinstance(person, Person) else None}
