"""docs/protocol.md, made from rooms/protocol/: its docstrings, fields and close codes. No Django here.

Called by `manage.py protocol_docs`; a contract test keeps the file equal.
"""

import inspect
import types
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from rooms import protocol

Struct = type[msgspec.Struct]

_INTRODUCTION = f"""\
# The socket's protocol

<!-- Made from rooms/protocol/ by `manage.py protocol_docs`. Do not edit. -->

Protocol {protocol.PROTOCOL_VERSION}. One WebSocket a page, at `/ws/`. Every frame is one JSON object in
one text frame, at most {protocol.FRAME_MAX_BYTES // 1024} KiB from the client; its `type` names it.
Unknown fields and unknown types from the client are refused. The server leaves out fields that hold
their default.

A browser is known by its session cookie, and must send an `Origin` that the site lists. Bots and tools
send `Authorization: Bearer TOKEN` (`manage.py tokens create`) and no `Origin`. A foreign origin gets HTTP
403; everything else that is wrong closes the accepted socket with a code below.

**Order and repeats.** `position` orders a room's messages; `revision` counts its changes. Changes come in
the order of their revisions, and a message may come again: keep the one with the highest `revision` for
its `id`, and place it by its `position`. After a `heartbeat`, everything up to the revisions it names has
been sent.

**Coming back.** Connect, `enter` with the last revision and epoch. What changed since comes as it is now,
never as it was meanwhile. `limited` means: too much to tell, load the page afresh.

**Sending once.** Choose a new `client_key` for each message and keep it until an `ack` or an `error` names
it. After a lost connection send again with the same key: the same text gets the first answer again.
"""


def page() -> str:
    """The whole document."""
    parts = [
        _INTRODUCTION,
        "## From the client\n",
        *(_section(frame) for frame in get_args(protocol.ClientFrame)),
        "## From the server\n",
        *(_section(frame) for frame in get_args(protocol.ServerFrame)),
        "## Parts of frames\n",
        _section(protocol.Author),
        _section(protocol.Quote),
        _section(protocol.Reaction),
        _section(protocol.Reactor),
        _close_codes(),
    ]
    return "\n".join(parts)


def tag_of(struct: Struct) -> str:
    """What stands in `type`; the name itself for a part of a frame."""
    tag = struct.__struct_config__.tag
    return str(tag) if tag is not None else struct.__name__


def _section(struct: Struct) -> str:
    return "\n".join([f"### {tag_of(struct)}\n", f"{inspect.getdoc(struct)}\n", *_table(struct)])


def _table(struct: Struct) -> Iterator[str]:
    fields = msgspec.structs.fields(struct)
    if not fields:
        return
    yield "| field | what | default |"
    yield "| --- | --- | --- |"
    for field in fields:
        yield f"| `{field.name}` | {_words(field.type)} | {_default(field)} |"
    yield ""


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    value = [] if field.default_factory is not msgspec.NODEFAULT else field.default
    return f"`{msgspec.json.encode(value).decode()}`"


def _words(kind: Any) -> str:
    """A type in words."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return f"[{tag_of(kind)}](#{tag_of(kind).lower()})"
    if kind in _PLAIN:
        return _PLAIN[kind]
    return _composed_words(get_origin(kind), get_args(kind))


def _composed_words(origin: Any, args: tuple[Any, ...]) -> str:
    if origin is Annotated:
        return _words(args[0]) + _limits(args[1])
    if origin in {Union, types.UnionType}:
        return " or ".join(_words(arg) for arg in args)
    if origin is Literal:
        return " or ".join(f"`{arg}`" for arg in args)
    if origin is dict:
        return f"object of {_words(args[1])} by {_words(args[0])}"
    inner = ", ".join(_words(arg) for arg in args)
    return f"list of {inner}" if origin is list else f"[{inner}]"


def _limits(meta: msgspec.Meta) -> str:
    if meta.max_length is not None:
        return f", at most {meta.max_length} characters"
    return f" from {meta.ge} to {meta.le}" if meta.ge is not None else ""


def _close_codes() -> str:
    rows = [f"| {code} | {meaning} |" for code, meaning in sorted(protocol.CLOSE_CODES.items())]
    return "\n".join(["## Close codes\n", "| code | meaning |", "| --- | --- |", *rows, ""])


_PLAIN: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    uuid.UUID: "UUID",
    datetime: "date and time (ISO 8601)",
    type(None): "nothing",
}
