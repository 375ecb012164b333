"""docs/asyncapi.yaml, made from rooms/protocol/: the socket as AsyncAPI 3.0, for generators and tools.

No Django here. Called by `manage.py protocol_docs`; a contract test keeps the file equal.
"""

from typing import Any, get_args

import msgspec
import yaml

from rooms import protocol
from rooms.protocol_page import Struct, tag_of

_SCHEMAS = "#/components/schemas/{name}"
_INTRODUCTION = """\
# Made from rooms/protocol/ by `manage.py protocol_docs`. Do not edit.
"""
_DESCRIPTION = """\
One WebSocket a client. Every frame is one JSON object in one text frame; its `type` names it. How frames \
follow one another, and what the close codes mean, is told in docs/protocol.md.
"""


def document() -> str:
    """The whole document, as YAML."""
    return _INTRODUCTION + yaml.safe_dump(_facts(), sort_keys=False, allow_unicode=True, width=110)


def _facts() -> dict[str, Any]:
    inward, outward = list(get_args(protocol.ClientFrame)), list(get_args(protocol.ServerFrame))
    frames = [*inward, *outward]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Wardroom's socket",
            "version": str(protocol.PROTOCOL_VERSION),
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"site": _site()},
        "channels": {"socket": _channel(frames)},
        "operations": {
            "ask": _operation("receive", "What a client sends.", inward),
            "tell": _operation("send", "What a client gets.", outward),
        },
        "components": {
            "messages": {frame.__name__: _message(frame) for frame in frames},
            "schemas": _schemas(frames),
            "securitySchemes": _security(),
        },
    }


def _site() -> dict[str, Any]:
    return {
        "host": "chat.example.org",
        "protocol": "wss",
        "description": "Your own site.",
        "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _security()],
    }


def _security() -> dict[str, Any]:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token, without an Origin: rooms:read to enter, rooms:write to write.",
        },
        "session": {
            "type": "httpApiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "A browser's session, with an Origin that the site lists.",
        },
    }


def _channel(frames: list[Struct]) -> dict[str, Any]:
    return {
        "address": "/ws/",
        "messages": {frame.__name__: {"$ref": f"#/components/messages/{frame.__name__}"} for frame in frames},
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
    }


def _operation(action: str, summary: str, frames: list[Struct]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/socket"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/socket/messages/{frame.__name__}"} for frame in frames],
    }


def _message(frame: Struct) -> dict[str, Any]:
    return {
        "name": tag_of(frame),  # one name may go both ways, as `typing` does
        "summary": (frame.__doc__ or "").partition("\n")[0],
        "payload": {"$ref": _SCHEMAS.format(name=frame.__name__)},
    }


def _schemas(frames: list[Struct]) -> dict[str, Any]:
    """As msgspec makes them, in the draft that AsyncAPI's own format is of."""
    _references, schemas = msgspec.json.schema_components(frames, ref_template=_SCHEMAS)
    plain: dict[str, Any] = _in_draft_7(msgspec.to_builtins(schemas))
    return plain


def _in_draft_7(part: Any) -> Any:
    """A tuple is `items` and `additionalItems` there; later drafts have `prefixItems`."""
    if isinstance(part, list):
        return [_in_draft_7(one) for one in part]
    if not isinstance(part, dict):
        return part
    inside = {key: _in_draft_7(value) for key, value in part.items()}
    if "prefixItems" in inside:
        inside["items"], inside["additionalItems"] = inside.pop("prefixItems"), False
    return inside
