"""What is sent to the JSON interface of rooms."""

import uuid
from typing import Annotated

from ninja import Field, Schema

from accounts.api.shapes import PublicId, Text

Position = Annotated[int, Field(ge=0, le=2**53)]
# As rooms/protocol/ takes it; how long a message may be is the service's to say.
Body = Annotated[Text, Field(max_length=20_000, examples=["The ferry is late again."])]
Typed = Annotated[Text, Field(max_length=500, examples=["ferry from:Mara"])]
Older = Annotated[Text, Field(max_length=200, description="As the page before gave it.")]
Key = Annotated[
    uuid.UUID,
    Field(
        description="Chosen by you, one for each message: sent again, it is the same message.",
        examples=["0c1c1f6e-2f3a-4a64-9df0-6d1a8a1c4b57"],
    ),
]


class NewMessage(Schema, extra="forbid"):
    """Something to say."""

    client_key: Key
    body: Body
    reply_to: PublicId | None = None
    nudged: bool = Field(
        False, description="You have seen what a nudge said, and send the text all the same."
    )


class NewText(Schema, extra="forbid"):
    """Another text for a message of one's own; it is screened again."""

    client_key: Key
    body: Body
    nudged: bool = False


class Marker(Schema, extra="forbid"):
    """How far one has read."""

    position: Position
    revision: Position | None = Field(
        None,
        description="Of the page of history that was read. Without it, what was released late stays unread.",
    )
    back: bool = Field(False, description="What comes after the position is to be unread again.")


class InvitationLink(Schema, extra="forbid"):
    """What stands at the end of an invitation's address."""

    secret: Annotated[Text, Field(min_length=1, max_length=100)]


class Reaction(Schema, extra="forbid"):
    """An emoji to put under a message, or to take back."""

    emoji: Annotated[Text, Field(min_length=1, max_length=32, examples=["👍"])]
