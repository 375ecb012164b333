"""The protocol is told three times: as structs, as a document, as JavaScript. All three say the same."""

import re
from typing import get_args

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from rooms import protocol
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
