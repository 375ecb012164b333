"""Who looks: the facts about people that decide what they see. Never cached: blocks act at once."""

from collections.abc import Iterable

from accounts.models import Person
from accounts.selectors import people_apart
from rooms.permissions import Viewer


def viewer_of(person: Person) -> Viewer:
    """This person as whoever looks. One query."""
    return viewers_of([person])[person.pk]


def viewers_of(people: Iterable[Person]) -> dict[int, Viewer]:
    """Several, by id. One query."""
    people = list(people)
    apart = people_apart(person.pk for person in people)
    return {
        person.pk: Viewer(person.pk, is_moderator=person.is_moderator, apart_from=apart[person.pk])
        for person in people
    }
