"""What templates/rooms/parts/stencils.html needs to draw each component once, empty, for scripts to clone."""

from typing import Any, get_args

from django.utils.functional import SimpleLazyObject

from rooms.protocol import Quote, Tombstone
from rooms.views.lines import OBJECTION, why_href
from rooms.views.reactions import QUICK

# Scripts put the real id in its place.
PLACE_OF_ID = "-id-"

STENCILS: dict[str, Any] = {
    "tombstone_stencils": [
        Tombstone(room="", id=PLACE_OF_ID, position=0, revision=0, reason=reason)
        for reason in get_args(Tombstone.__annotations__["reason"])
    ],
    "state_stencils": ["sending", "checking", "held", "hidden", "failed"],
    "role_stencils": ["host", "owner", "moderator"],
    "quote_stencil": Quote(id=PLACE_OF_ID, author="-", excerpt="-"),
    "quick_emoji": QUICK,
    "quote_gone_stencil": Quote(id=PLACE_OF_ID),
    "why_stencil": SimpleLazyObject(lambda: why_href(PLACE_OF_ID)),
    "object_stencil": SimpleLazyObject(lambda: why_href(PLACE_OF_ID) + OBJECTION),
}
