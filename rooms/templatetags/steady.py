"""Pieces that look the same wherever they stand: rendered once for each set of facts.

A room's page shows fifty messages, each with the same buttons and icons, and most of them were shown to
somebody before: rendering those again and again was three quarters of its time. For components without a
context of their own. Whoever looks is told apart by the facts alone: what a piece shows must be among them.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def steady(component: str, **facts: str | int) -> SafeString:
    """`{% steady "components/icon.html" name="pin" %}`: as include with only, remembered.

    The facts are words and numbers, and no time is told.
    """
    render = _rendered.__wrapped__ if settings.DEBUG else _rendered
    return render(component, get_language(), tuple(facts.items()))


@register.simple_tag
def steady_line(component: str, **facts: Any) -> SafeString:
    """The same for what stands in a log: the facts are frames and lines, times are in the reader's zone."""
    line = _Line(component, get_language(), get_current_timezone_name(), _key(facts), facts)
    return _line_rendered.__wrapped__(line) if settings.DEBUG else _line_rendered(line)


@dataclass(frozen=True, slots=True)
class _Line:
    """What is to be rendered; equal ones look the same. `key` says all that `facts` do."""

    component: str
    language: str | None
    zone: str
    key: bytes
    facts: dict[str, Any] = field(compare=False)


@lru_cache(maxsize=2048)
def _rendered(component: str, _language: str | None, facts: tuple[tuple[str, str | int], ...]) -> SafeString:
    return render_to_string(component, dict(facts))


@lru_cache(maxsize=1024)
def _line_rendered(line: _Line) -> SafeString:
    return render_to_string(line.component, line.facts)


def _key(facts: dict[str, Any]) -> bytes:
    return msgspec.msgpack.encode(facts, enc_hook=_told_apart)


def _told_apart(fact: Any) -> tuple[str, str]:
    """What is escaped and what is not are two things, though the letters be the same."""
    if isinstance(fact, SafeString):
        return ("safe", fact[:])
    raise TypeError(type(fact))
