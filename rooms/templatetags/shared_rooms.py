"""What other apps' pages show of rooms: accounts may not import rooms, its templates may ask."""

from django import template

from accounts.models import Person
from rooms.models import Room
from rooms.selectors.members import rooms_in_common

register = template.Library()


@register.simple_tag(name="rooms_in_common")
def rooms_in_common_tag(viewer: Person, other: Person) -> list[Room]:
    """`{% rooms_in_common user person as shared %}`."""
    return rooms_in_common(viewer, other)
