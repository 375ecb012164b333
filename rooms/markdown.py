"""Message text to safe HTML, and to a line of plain text for quotes. The only maker of `body_html`.

Two walls: markdown-it-py with raw HTML, pictures and headings switched off, then nh3 over its output.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

EXCERPT_LENGTH = 140
# More than these in one message are plain text: nobody calls fifty people by accident.
MENTIONS_MAX = 20

# A name after @, as long as a name may be; what follows a name in a sentence is cut off by _candidates.
_CALL = re.compile(r"@([\w][\w.\-]{0,31})")
# A line in which nothing is Markdown, a link, a name or to be escaped: what most lines of chat are. It begins
# as no list does, and its full stops and colons end a word, so they are in no address.
_PLAIN = re.compile(r"(?:[^\W\d_]|[#'\"(])(?:[^\W_]|[ ,;?!'\"()#%-]|[.:](?=[ .:?!)]|\Z))*(?<! )")
_SCHEMES = {"http", "https"}
_cleaner = nh3.Cleaner(
    tags={"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"},
    attributes={"a": {"href"}, "span": {"data-person"}, "ol": {"start"}},
    allowed_classes={"span": {"mention", "link-host"}},
    url_schemes=_SCHEMES,
    url_relative="deny",
    link_rel="noopener nofollow ugc",
)


def render(body: str, mentions: Mapping[str, str]) -> str:
    """The message as HTML that is safe to show.

    Args:
        body: what was written.
        mentions: lower-case names of those who are really mentioned, with their public ids.
    """
    if _PLAIN.fullmatch(body):
        return f"<p>{body}</p>"
    return _rendered(body, mentions)


def _rendered(body: str, mentions: Mapping[str, str]) -> str:
    html: str = _parser.render(body, {"mentions": mentions})
    return _cleaner.clean(html).strip()


def plain(body: str) -> str:
    """All of it as one line of plain text, without marks: escaped by whoever shows it."""
    return " ".join("".join(_texts(_parser.parse(body, {"mentions": {}}))).split())


def excerpt(body: str) -> str:
    """The beginning of it as plain text, for a quote."""
    line = plain(body)
    return line if len(line) <= EXCERPT_LENGTH else f"{line[: EXCERPT_LENGTH - 1].rstrip()}…"


def names_called(body: str) -> list[str]:
    """The lower-case names that an @ in the text may mean: each once, in order. No matter where it stands."""
    found: dict[str, None] = {}
    for call in _CALL.finditer(body):
        if not body[: call.start()][-1:].isalnum():
            found.update(dict.fromkeys(name.lower() for name in _candidates(call.group(1))))
    return list(found)[: MENTIONS_MAX * 2]


def _candidates(called: str) -> Iterator[str]:
    """What was called, then the same without the full stops and dashes that end a sentence."""
    yield called
    bare = called.rstrip(".-")
    if bare != called:
        yield bare


def _mention(state: StateInline, silent: bool) -> bool:
    """Inline rule: `@name`, where that person is among the mentioned."""
    before = state.src[state.pos - 1 : state.pos]
    call = _CALL.match(state.src, state.pos)
    if call is None or before.isalnum():
        return False
    mentions: Mapping[str, str] = state.env.get("mentions", {})
    name = next((name for name in _candidates(call.group(1)) if name.lower() in mentions), None)
    if name is None:
        return False
    end = state.pos + 1 + len(name)
    if not silent:
        token = state.push("mention", "span", 0)
        token.content = state.src[state.pos : end]
        token.meta = {"person": mentions[name.lower()]}
    state.pos = end
    return True


def _mention_html(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    person = escape(str(tokens[at].meta["person"]))
    return f'<span class="mention" data-person="{person}">{escape(tokens[at].content)}</span>'


def _link_end_html(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, _env: EnvType
) -> str:
    """After every link the host it really leads to, as ASCII: look-alike letters show as xn--."""
    opening = _opening_of(tokens, at)
    host = urlsplit(str(opening.attrGet("href") or "")).hostname or ""
    return f'</a> <span class="link-host">{escape(host)}</span>'


def _opening_of(tokens: Sequence[Token], at: int) -> Token:
    """Links do not nest: the last one opened."""
    return next(token for token in reversed(tokens[:at]) if token.type == "link_open")


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.children is not None:
            yield from _texts(token.children)
            yield " "
        elif token.type in {"text", "code_inline", "fence", "code_block", "mention"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "


def _allowed_link(url: str) -> bool:
    """Whether a link may be made of it: web addresses with a host, nothing else."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in _SCHEMES and bool(parts.hostname)
    except ValueError:
        return False


def _build() -> MarkdownIt:
    options: dict[str, Any] = {"html": False, "linkify": True, "breaks": True, "maxNesting": 20}
    parser = MarkdownIt("js-default", options)
    parser.disable(["image", "heading", "lheading", "hr", "table", "reference", "html_block", "html_inline"])
    parser.validateLink = _allowed_link  # type: ignore[method-assign]
    parser.inline.ruler.before("link", "mention", _mention)
    parser.add_render_rule("mention", _mention_html)
    parser.add_render_rule("link_close", _link_end_html)
    return parser


_parser = _build()
