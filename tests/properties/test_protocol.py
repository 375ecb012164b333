"""Whatever arrives: a frame, or a refusal that says nothing of the content. Never another exception."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rooms.protocol import ClientFrame, FrameMalformedError, decode

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
tags = st.sampled_from(["enter", "exit", "post", "edit", "delete", "read", "ping", "message", "", "Post"])


def is_read_or_refused(frame: bytes | str) -> None:
    """Decode it and look only at what kind of thing comes out."""
    try:
        found = decode(frame)
    except FrameMalformedError:
        return
    assert isinstance(found, ClientFrame)


@given(st.binary() | st.text())
def test_anything_at_all(frame: bytes | str) -> None:
    is_read_or_refused(frame)


@given(tags, st.dictionaries(st.text(), json_values))
def test_anything_that_names_a_type(tag: str, fields: dict[str, object]) -> None:
    is_read_or_refused(msgspec.json.encode({**fields, "type": tag}))


@given(
    tags,
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("room", "message", "client_key", "body", "position", "revision", "nudged"), json_values
        ),
    ),
)
def test_the_right_fields_with_anything_in_them(tag: str, fields: dict[str, object]) -> None:
    is_read_or_refused(msgspec.json.encode({**fields, "type": tag}))


@given(st.sampled_from(["[", '{"type":', '{"type":"ping","x":[', '{"a":']), st.integers(1, 20_000))
def test_any_depth(opening: str, times: int) -> None:
    is_read_or_refused(opening * times)
