r"""Further sources of a message: what it says once rendered, unescaped, or decoded.

`rendered` undoes what a browser or a reader undoes anyway (entities, percent and \u escapes, Markdown);
`hidden` undoes what only a willing reader does (base64, hex, tag characters): such finds are only flagged.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from moderation.rules.normalise import Source, may_hold, substitute

_PASSES = 4  # &amp;amp;#97; and the like; each pass undoes one level
_MAY_RENDER = re.compile(
    r"[\\*~`]|&[#A-Za-z]|[%=][0-9A-Fa-f]{2}|<[A-Za-z/!?]|\]\(|\|\||__|[uU]\+|:[a-z]:|:regional_"
)
_RENDERED_SIGNS = frozenset("\\*~`&%=<]|_+:")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,31};)")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+|(?:=[0-9A-F]{2}){3,}")
_ESCAPE = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})"
    r"|\b[uU]\+([0-9a-fA-F]{4,6})\b"
)
_SHORTCODE = re.compile(r":(?:regional_indicator_)?([a-z]):")
_TAG = re.compile(r"<[A-Za-z/!?][^<>]{0,200}>")
_MARKUP = re.compile(
    r"\]\([^()\s]*\)|(?<=\S)(?:[*~`]+|\|\||__)(?=\S)|\\(?=[^\w\s])|\[(?=[^\[\]\n]{0,200}\]\()"
)

# With a capital, a digit or padding after its first character, as all but a few encodings have and few words.
_DRAWINGS = {
    "\\/\\/": "w", "/\\/\\": "m", "|\\/|": "m", "|\\|": "n", "/\\/": "n", "|-|": "h", "]-[": "h",
    "}{": "h", "|_|": "u", "(_)": "u", "\\_/": "u", "\\/": "v", "/\\": "a", "()": "o", "[]": "o", "<>": "o",
    "|<": "k", "|{": "k", "|)": "d", "|>": "d", "|]": "d", "|3": "b", "|2": "r", "><": "x", "`/": "y",
    "|_": "l", "_|": "j", "|=": "f", "|*": "p", "vv": "w", "rn": "m", "ph": "f", "cl": "d",
}  # fmt: skip
_DRAWN_LETTERS = tuple(drawing for drawing in _DRAWINGS if drawing.isalpha())
_DRAWN_SIGNS = frozenset("\\|()[]{}<>`")  # every other drawing has one of these
_DRAWN = re.compile("|".join(map(re.escape, sorted(_DRAWINGS, key=len, reverse=True))), re.IGNORECASE)

_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_=-])(?=[a-zA-Z+/_-][a-z+/_-]*[A-Z0-9=])[A-Za-z0-9+/_-]{6,}={0,2}(?![A-Za-z0-9+/_=-])"
)
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?:[\s:,-]?[0-9A-Fa-f]{2}){3,}(?![0-9A-Za-z])")
_BINARY = re.compile(r"(?<![0-9])(?:[01]{8}\s?){3,}(?![0-9])")
_MAY_HIDE = re.compile(r"[A-Za-z0-9+/_-][A-Z0-9+/_=-]{1,}|[0-9A-Fa-f]{2}[\s:,;-]{1,2}[0-9A-Fa-f]{2}")
_CODES = re.compile(r"(?<![0-9])(?:[0-9]{2,3}[\s,;]{1,2}){2,}[0-9]{2,3}(?![0-9])")
_UNSEEN_TAGS = re.compile("[\U000e0020-\U000e007e]+")


def rendered(source: Source) -> Source:
    """The source as it reads once shown: the same object when there is nothing to undo."""
    if not may_hold(source.text, _RENDERED_SIGNS) or not _MAY_RENDER.search(source.text):
        return source
    for _ in range(_PASSES):
        before = source
        for pattern, by in _RENDERING:
            source = substitute(source, pattern, by, "rendered")
        if source.text == before.text:
            break
    return source


def drawn(source: Source) -> Source:
    """The source with letters that are drawn from several signs put together: vv as w, |-| as h, ph as f."""
    text = source.text
    has_pair = any(pair in text.lower() for pair in _DRAWN_LETTERS)
    if not (has_pair or may_hold(text, _DRAWN_SIGNS)) or not _DRAWN.search(text):
        return source
    return substitute(source, _DRAWN, lambda match: _DRAWINGS[match[0].lower()], "drawn from several signs")


def hidden(source: Source) -> Iterator[Source]:
    """What is encoded inside the source, one source for each find that decodes to readable text."""
    text = source.text
    if not text.isascii() and _UNSEEN_TAGS.search(text):
        yield substitute(source, _UNSEEN_TAGS, _untagged, "written in tag characters")
    if not _MAY_HIDE.search(text):
        return
    for pattern, decode, how in _ENCODINGS:
        for match in pattern.finditer(text):
            if decoded := decode(match[0]):
                first, last = source.span(match.start(), match.end() - 1)
                yield Source(
                    decoded, [first] * len(decoded), [last] * len(decoded), how, source.message or text
                )


def _untagged(match: re.Match[str]) -> str:
    return f" {''.join(chr(ord(tag) - 0xE0000) for tag in match[0])} "


def _character(match: re.Match[str]) -> str:
    code = int(next(filter(None, match.groups())), 16)
    is_surrogate_or_beyond = 0xD800 <= code <= 0xDFFF or code > 0x10FFFF  # noqa: PLR2004 - Unicode's bounds
    return match[0] if is_surrogate_or_beyond else chr(code)


def _unquoted(match: re.Match[str]) -> str:
    decoded = unquote(match[0].replace("=", "%"), errors="replace")
    return match[0] if "\ufffd" in decoded else decoded


_RENDERING = (
    (_ENTITY, lambda match: html.unescape(match[0])),
    (_PERCENT, _unquoted),
    (_ESCAPE, _character),
    (_SHORTCODE, lambda match: match[1]),
    (_TAG, lambda _: ""),
    (_MARKUP, lambda _: ""),
)


def _readable(data: bytes) -> str:
    """Decoded bytes, when they are text: printable, and mostly letters."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return ""
    letters = sum(c.isalpha() or c == " " for c in text)
    return text if text.replace("\n", " ").isprintable() and letters * 4 >= len(text) * 3 else ""


def _from_base64(token: str) -> str:
    body = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _readable(base64.b64decode(body + "=" * (-len(body) % 4)))
    except binascii.Error:
        return ""


def _from_hex(token: str) -> str:
    return _readable(bytes.fromhex(re.sub(r"[\s:,-]", "", token.removeprefix("0x"))))


def _from_binary(token: str) -> str:
    digits = re.sub(r"\s", "", token)
    return _readable(bytes(int(digits[i : i + 8], 2) for i in range(0, len(digits), 8)))


def _from_codes(token: str) -> str:
    codes = [int(code) for code in re.findall("[0-9]+", token)]
    return _readable(bytes(codes)) if max(codes) < 128 else ""  # noqa: PLR2004 - ASCII ends there


_ENCODINGS = (
    (_BASE64, _from_base64, "in base64"),
    (_HEX, _from_hex, "in hexadecimal"),
    (_BINARY, _from_binary, "in binary digits"),
    (_CODES, _from_codes, "in character codes"),
)
