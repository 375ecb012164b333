"""Pieces that look the same wherever they stand: rendered once for each language and each set of facts.

A room's page shows fifty messages, each with the same buttons and icons: rendering those again and again was
half of its time. For components without a context of their own, whose facts are words and numbers.
"""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def steady(component: str, **facts: str | int) -> SafeString:
    """`{% steady "components/icon.html" name="pin" %}`: as include with only, remembered."""
    render = _rendered.__wrapped__ if settings.DEBUG else _rendered
    return render(component, get_language(), tuple(facts.items()))


@lru_cache(maxsize=2048)
def _rendered(component: str, _language: str | None, facts: tuple[tuple[str, str | int], ...]) -> SafeString:
    return render_to_string(component, dict(facts))
