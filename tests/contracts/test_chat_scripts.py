"""The scripts of the chat agree with the server: frames, elements of a message, stencils, modules ahead."""

import re
from typing import get_args

import pytest
from django.conf import settings

from rooms.protocol import ClientFrame, Frame, MessageFrame, ServerFrame, Tombstone
from rooms.views.stencils import STENCILS

SCRIPTS = settings.BASE_DIR / "static" / "js"
PROTOCOL = (SCRIPTS / "protocol.js").read_text()


def keys_of(table: str) -> set[str]:
    """The keys of an exported object literal of protocol.js."""
    body = PROTOCOL.partition(f"export const {table} = {{")[2].partition("\n};")[0]
    return set(re.findall(r"^  (\w+):", body, flags=re.MULTILINE))


def tags_of(frames: object) -> set[str]:
    """The tags of a union of frames."""
    kinds: tuple[type[Frame], ...] = get_args(frames)
    return {str(kind.__struct_config__.tag) for kind in kinds}


def test_the_page_has_a_handler_for_every_frame_of_the_server() -> None:
    assert keys_of("handlers") == tags_of(ServerFrame)


def test_the_page_can_build_every_frame_of_a_client() -> None:
    assert keys_of("clientFrames") == tags_of(ClientFrame)


@pytest.mark.parametrize("kind", get_args(ClientFrame), ids=lambda kind: kind.__name__)
def test_what_the_page_builds_has_the_fields_of_the_struct(kind: type[Frame]) -> None:
    tag = str(kind.__struct_config__.tag)
    typed = re.search(rf"@param {{{{(.*?)}}}} fields \*/\n  {tag}:", PROTOCOL)

    fields = set(re.findall(r"(\w+)\??:", typed.group(1))) if typed else set()

    assert fields == set(kind.__struct_fields__)


def test_the_browser_keeps_the_elements_that_the_server_renders_and_no_other() -> None:
    source = (settings.BASE_DIR / "rooms" / "markdown.py").read_text()
    rendered = set(re.findall(r'"(\w+)"', re.findall(r"tags={(.*?)}", source, flags=re.DOTALL)[0]))
    kept = (SCRIPTS / "safe-html.js").read_text().partition("const KEPT")[2].partition("});")[0]

    assert set(re.findall(r"^  (\w+):", kept, flags=re.MULTILINE)) == rendered


def test_there_is_a_stencil_for_every_state_and_every_tombstone() -> None:
    states = set(get_args(MessageFrame.__annotations__["state"])) - {"visible"}
    reasons = set(get_args(Tombstone.__annotations__["reason"]))

    assert set(STENCILS["state_stencils"]) >= states
    assert {stone.reason for stone in STENCILS["tombstone_stencils"]} == reasons


def imported_by(module: str) -> set[str]:
    """Every module that this one needs, near and far."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        text = (SCRIPTS / f"{waiting.pop()}.js").read_text()
        fresh = set(re.findall(r'^import (?:.* from )?"([\w/-]+)";', text, flags=re.MULTILINE)) - found
        found |= fresh
        waiting += fresh
    return found


def test_the_room_names_all_its_modules_ahead() -> None:
    page = (settings.BASE_DIR / "templates" / "rooms" / "parts" / "scripts.html").read_text()
    ahead = set(re.findall(r"modulepreload\"\s+href=\"{% static 'js/([\w/-]+)\.js' %}", page))
    everywhere = {"main", *imported_by("main")}

    assert ahead == imported_by("elements/chat-room") - everywhere
