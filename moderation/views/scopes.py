"""Where a figure or a setting holds: the site, an age band, a room; and the page with one of them chosen.

Called by views/thresholds.py and views/languages.py.
"""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import AgeBand
from accounts.selectors import age_bands
from moderation.views.access import PersonRequest
from rooms.models import Room


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a figure holds: the site, an age band or a room."""

    key: str
    name: str
    room: Room | None = None
    age_band: AgeBand | None = None

    @property
    def href(self) -> str:
        """The page with this scope chosen."""
        return f"{reverse('moderation:thresholds')}?scope={self.key}"


def scope_of(request: PersonRequest) -> Scope:
    """The one that the address names. Raises Http404."""
    key = request.GET.get("scope", "site")
    found = next((scope for scope in scopes() if scope.key == key), None)
    if found is None:
        raise Http404
    return found


def scopes() -> list[Scope]:
    """The site, each age band, each open room."""
    rooms = Room.objects.filter(closed_at=None).order_by("name")
    return [
        Scope("site", _("Whole site")),
        *(Scope(f"band-{band.pk}", band.name, age_band=band) for band in age_bands()),
        *(Scope(f"room-{room.slug}", room.name, room=room) for room in rooms),
    ]
