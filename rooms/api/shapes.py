"""The protocol's structs as pydantic models: what a room says over JSON is what it says over the socket.

Made from rooms/protocol/, so that a field added there is here as well.
"""

import types
from functools import cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import msgspec
from ninja import Field, Schema
from pydantic import create_model

from rooms import protocol
from rooms.services.batch import Posted

Struct = type[msgspec.Struct]


@cache
def shape_of(struct: Struct) -> type[Schema]:
    """The struct as a model: its fields, and `type` where the struct has a tag."""
    fields: dict[str, Any] = {}
    tag = struct.__struct_config__.tag
    if tag is not None:
        fields["type"] = (Literal[tag], ...)
    for field in msgspec.structs.fields(struct):
        fields[field.name] = (_kind(field.type), _default(field))
    return create_model(struct.__name__, __base__=Schema, __doc__=struct.__doc__, **fields)


def plain(frame: msgspec.Struct) -> dict[str, Any]:
    """A frame as those models take it."""
    built: dict[str, Any] = msgspec.to_builtins(frame)
    return built


def ack(posted: Posted) -> dict[str, Any]:
    """As the socket acknowledges; `client_key` is the message's own."""
    return plain(
        protocol.Ack(
            client_key=posted.client_key,
            room=posted.room_public_id,
            message=posted.message_public_id,
            position=posted.position,
            revision=posted.revision,
            state=cast("protocol.AckState", posted.state),
        )
    )


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.required:
        return ...
    if field.default_factory is not msgspec.NODEFAULT:
        return Field(default_factory=field.default_factory)
    return field.default


def _kind(kind: Any) -> Any:
    """A field's type with every struct in it made a model."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return shape_of(kind)
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _kind(args[0])
    if origin in {Union, types.UnionType}:
        return Union[tuple(_kind(arg) for arg in args)]  # noqa: UP007 - as many as there are
    if origin is not None and origin is not Literal:
        return origin[tuple(_kind(arg) for arg in args)]
    return kind


Message: Any = shape_of(protocol.MessageFrame)
Tombstone: Any = shape_of(protocol.Tombstone)
Seen: Any = Annotated[Message | Tombstone, Field(discriminator="type")]
Ack: Any = shape_of(protocol.Ack)
RoomState: Any = shape_of(protocol.RoomFrame)
Author: Any = shape_of(protocol.Author)
