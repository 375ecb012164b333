"""What a message's text is like, for the templates that show it."""

import re
from dataclasses import dataclass

from django import template

# As static/js/message.js has them: what the server folds and what the socket brings look alike.
LONG_LINES = 16
LONG_CHARACTERS = 1400

_LINE_ENDS = re.compile(r"<(?:br|/p|/li|/pre|/blockquote)[^>]*>")
_TAGS = re.compile(r"<[^>]+>")

register = template.Library()


@dataclass(frozen=True, slots=True)
class Fold:
    """How long a text is that is folded until it is wanted; `lines` is 0 where it has few."""

    lines: int
    characters: int


@register.filter
def fold_of(html: str) -> Fold | None:
    """`{% with fold=message.html|fold_of %}`: None where the text is shown as it is."""
    if len(html) <= LONG_CHARACTERS and html.count("\n") + html.count("<") < LONG_LINES:
        return None  # neither long nor of so many lines, whatever its marks mean
    text = _TAGS.sub("", _LINE_ENDS.sub("\n", html)).strip()
    lines = sum(1 for line in text.split("\n") if line.strip())
    if lines > LONG_LINES:
        return Fold(lines, len(text))
    return Fold(0, len(text)) if len(text) > LONG_CHARACTERS else None
