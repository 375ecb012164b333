"""Bytes to frames and frames to bytes."""

import msgspec

from rooms.protocol.client import ClientFrame
from rooms.protocol.kinds import Frame

_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)
_encoder = msgspec.json.Encoder()


class FrameMalformedError(ValueError):
    """The bytes are not a frame of this protocol. Its text names the field, never the content."""

    @property
    def is_unknown(self) -> bool:
        """Whether it is well formed, but of a type that this protocol has not."""
        return str(self).endswith("`$.type`")


def decode(frame: bytes | str) -> ClientFrame:
    """A client's frame. Raises FrameMalformedError for anything else; never another exception."""
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise FrameMalformedError(str(error)) from error


def encode(frame: Frame) -> bytes:
    """A frame as UTF-8 JSON."""
    return _encoder.encode(frame)
