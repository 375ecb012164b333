"""A refusal as a socket gets it: a frame with a sentence, or a close code. The one handler for sockets."""

import uuid

from django.utils import translation

from common.errors import Code, Refused
from rooms.protocol import Error

SIGN_IN_AGAIN = 4401
FORBIDDEN = 4403

# Refusals after which a socket has no business here.
ACCESS_ENDED = frozenset({Code.NOT_SIGNED_IN, Code.SUSPENDED, Code.DEACTIVATED})


def close_code(refusal: Refused) -> int:
    """With which code a socket is closed for a refusal."""
    return SIGN_IN_AGAIN if refusal.code is Code.NOT_SIGNED_IN else FORBIDDEN


def error_frame(
    refusal: Refused, language: str, *, room: str | None = None, client_key: uuid.UUID | None = None
) -> Error:
    """A refusal as a frame, in the words of templates/refusals/."""
    with translation.override(language):
        sentence = refusal.sentence
    return Error(
        code=refusal.code.value,
        sentence=sentence,
        client_key=client_key,
        room=room,
        span=refusal.facts.get("span"),
        retry_after_s=refusal.facts.get("wait_s"),
    )
