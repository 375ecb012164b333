"""What frames are made of: their base, and the kinds of their fields."""

from typing import Annotated

import msgspec

PROTOCOL_VERSION = 1
# Larger frames close the socket with 1009 before they are parsed.
FRAME_MAX_BYTES = 64 * 1024

PublicId = Annotated[str, msgspec.Meta(min_length=1, max_length=22)]
Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Emoji = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
# What every JavaScript number and every bigint holds.
Counter = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Frame(msgspec.Struct, tag_field="type", forbid_unknown_fields=True, omit_defaults=True):
    """What all frames share: the field `type` names them."""
