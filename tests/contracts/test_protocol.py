"""The protocol is told three times: as structs, as a document, as JavaScript. All three say the same."""

import json
import re
import uuid
from typing import get_args

import jsonschema_rs
import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from rooms import asyncapi, protocol
from rooms.management.commands import protocol_docs
from rooms.protocol_page import page, tag_of

SCRIPT = settings.BASE_DIR / "static" / "js" / "protocol.js"


def keys_of(table: str) -> set[str]:
    """The keys of an object literal that protocol.js exports."""
    found = re.search(rf"^export const {table} = {{\n(.*?)^}};", SCRIPT.read_text(), re.DOTALL | re.MULTILINE)
    assert found, f"{SCRIPT.name} exports no {table}"
    return set(re.findall(r"^  (\w+):", found.group(1), re.MULTILINE))


def test_the_document_is_what_the_structs_say() -> None:
    assert protocol_docs.FILE.read_text(encoding="utf-8") == page()
    call_command("protocol_docs", check=True)


def test_a_document_that_differs_fails_the_check(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("docs") / "protocol.md"
    other.write_text("something else")
    monkeypatch.setattr(protocol_docs, "FILE", other)
    monkeypatch.setattr(protocol_docs, "ASYNCAPI_FILE", other.with_name("asyncapi.yaml"))

    with pytest.raises(CommandError):
        call_command("protocol_docs", check=True)
    call_command("protocol_docs")
    call_command("protocol_docs", check=True)


@pytest.mark.parametrize(
    ("table", "frames"),
    [("handlers", protocol.ServerFrame), ("clientFrames", protocol.ClientFrame)],
)
def test_the_pages_script_knows_every_frame_and_no_other(table: str, frames: object) -> None:
    assert keys_of(table) == {tag_of(frame) for frame in get_args(frames)}


def test_every_frame_says_what_it_is_for() -> None:
    for frame in (*get_args(protocol.ServerFrame), *get_args(protocol.ClientFrame)):
        assert frame.__doc__
        assert not frame.__doc__.startswith(frame.__name__ + "(")


def test_every_close_code_that_is_used_is_told() -> None:
    from rooms import consumers, hub, refusing, sockets  # noqa: PLC0415

    used = {
        hub.RESTARTING,
        consumers.TOO_BIG,
        consumers.MALFORMED,
        consumers.TOO_FAST,
        refusing.SIGN_IN_AGAIN,
        refusing.FORBIDDEN,
        hub.TRY_AGAIN,
        sockets.FELL_BEHIND,
    }

    assert used == protocol.CLOSE_CODES.keys()


def test_the_asyncapi_document_is_what_the_structs_say() -> None:
    assert protocol_docs.ASYNCAPI_FILE.read_text(encoding="utf-8") == asyncapi.document()


def test_every_reference_in_the_asyncapi_document_leads_somewhere() -> None:
    text = asyncapi.document()
    facts = yaml.safe_load(text)

    for reference in set(re.findall(r"\$ref: '(#/[^']+)'", text)):
        found = facts
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


@pytest.mark.parametrize(
    ("frame", "fits"),
    [
        ({"type": "ping"}, True),
        ({"type": "ping", "loudly": True}, False),
        ({"type": "read", "room": "r", "position": 3}, True),
        ({"type": "read", "room": "r", "position": -3}, False),
        ({"type": "read", "room": "r" * 23, "position": 3}, False),
        ({"type": "post", "room": "r", "client_key": str(uuid.UUID(int=7)), "body": "Hello"}, True),
        ({"type": "post", "room": "r", "body": "Hello"}, False),
    ],
)
def test_the_asyncapi_schemas_take_what_the_socket_takes(frame: dict[str, object], fits: bool) -> None:
    facts = yaml.safe_load(asyncapi.document())
    [name] = [one.__name__ for one in get_args(protocol.ClientFrame) if tag_of(one) == frame["type"]]
    schema = {**facts["components"]["messages"][name]["payload"], "components": facts["components"]}

    assert jsonschema_rs.validator_for(schema).is_valid(frame) is fits
    try:
        protocol.decode(json.dumps(frame))
    except protocol.FrameMalformedError:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize(
    "frame",
    [
        protocol.Pong(),
        protocol.Heartbeat(revisions={"r": 4}),
        protocol.Error(code="nudged", sentence="Look again.", span=(3, 5), retry_after_s=1.5),
        protocol.Tombstone(room="r", id="m", position=1, revision=2, reason="hidden"),
    ],
)
def test_what_the_socket_sends_fits_the_asyncapi_schemas(frame: protocol.Frame) -> None:
    facts = yaml.safe_load(asyncapi.document())
    schema = {"$ref": f"#/components/schemas/{type(frame).__name__}", "components": facts["components"]}

    assert jsonschema_rs.is_valid(schema, json.loads(protocol.encode(frame)))
