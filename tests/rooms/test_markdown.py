"""Message text to HTML: what is shown, and what never is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms import markdown
from rooms.markdown import EXCERPT_LENGTH, excerpt, names_called, render


def html_of(body: str) -> str:
    """Without any mention."""
    return render(body, {})


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("plain", "<p>plain</p>"),
        ("**bold** *soft* ~~gone~~", "<p><strong>bold</strong> <em>soft</em> <s>gone</s></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>'),
        ("# no heading", "<p># no heading</p>"),
        ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
        ("🙂", "<p>🙂</p>"),
    ],
)
def test_what_people_write(body: str, html: str) -> None:
    assert html_of(body) == html


def link(href: str, text: str, host: str) -> str:
    """A link as it is shown."""
    opening = f'<a href="{href}" rel="noopener nofollow ugc">'
    return f'<p>{opening}{text}</a> <span class="link-host">{host}</span></p>'


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("https://a.example/x", link("https://a.example/x", "https://a.example/x", "a.example")),
        ("www.example.org", link("http://www.example.org", "www.example.org", "www.example.org")),
        ("[your bank](https://evil.example)", link("https://evil.example", "your bank", "evil.example")),
        (
            "[https://bank.example](https://evil.example)",
            link("https://evil.example", "https://bank.example", "evil.example"),
        ),
        (
            "<https://bank.example@evil.example/>",
            link("https://bank.example@evil.example/", "https://bank.example@evil.example/", "evil.example"),
        ),
        # The Cyrillic a: the host shows what it really is.
        (
            "https://p\N{CYRILLIC SMALL LETTER A}ypal.example",
            link(
                "https://xn--pypal-4ve.example",
                "https://p\N{CYRILLIC SMALL LETTER A}ypal.example",
                "xn--pypal-4ve.example",
            ),
        ),
    ],
)
def test_a_link_shows_where_it_really_leads(body: str, html: str) -> None:
    assert html_of(body) == html


@pytest.mark.parametrize(
    "body",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "[x](//evil.example)",
        "[x](/administration/)",
        "[x](mailto:a@b.example)",
        "<javascript:alert(1)>",
        "[x](http://[::1/)",
        "[x](http://)",
    ],
)
def test_what_is_no_web_address_is_no_link(body: str) -> None:
    assert "<a" not in html_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://tracker.example/pixel.png)",
        "<svg/onload=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "&lt;script&gt;",
        "**<b onclick=alert(1)>x</b>**",
        "<span class='mention' data-person='someone'>@Mara</span>",
        "`<script>`",
        "```\n<script>\n```",
        "<!-- x -->",
        '[a](https://x.example "onmouseover=alert(1)")',
        '[a](https://x.example/"onmouseover="alert(1))',
    ],
)
def test_what_is_written_as_html_is_shown_as_text(body: str) -> None:
    html = html_of(body)

    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "strong", "code", "pre", "a", "span"}
    assert not re.search(r"<[^>]* on\w+=", html)
    assert 'class="mention"' not in html


@given(st.text(alphabet="<>\"'&;:/()[]!`*_~#-+=@ \n\tabjavscriptonerhd0123456789\u0430\u200b", max_size=200))
def test_whatever_is_written_only_known_tags_come_out(body: str) -> None:
    import nh3  # noqa: PLC0415

    html = html_of(body)

    known = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"}
    attributes = {"a": {"href", "rel"}, "span": {"class", "data-person"}, "ol": {"start"}}
    again = nh3.clean(html, tags=known, attributes=attributes, url_schemes={"http", "https"}, link_rel=None)
    assert again == html


def test_a_mention_is_marked_with_the_persons_id() -> None:
    html = render("hello @MARA.", {"mara": "id-of-mara"})

    assert html == '<p>hello <span class="mention" data-person="id-of-mara">@MARA</span>.</p>'


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("@Mara and @rex-7, @Sam.", ["mara", "rex-7", "sam.", "sam"]),
        ("mail me at me@mara", []),
        ("(@mara) @mara", ["mara"]),
        ("@ @@ @!", []),
    ],
)
def test_whom_a_text_may_call(body: str, names: list[str]) -> None:
    assert names_called(body) == names


def test_nobody_calls_everybody() -> None:
    assert len(names_called(" ".join(f"@person{number}" for number in range(100)))) == 40


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("**Who** comes\non *Friday*?", "Who comes on Friday?"),
        ("[here](https://a.example) `code`", "here code"),
        ("> quoted\n\nanswer", "quoted answer"),
        ("```\nlong\ncode\n```", "long code"),
        ("a <b> & c", "a <b> & c"),
    ],
)
def test_an_excerpt_is_one_line_of_plain_text(body: str, line: str) -> None:
    assert excerpt(body) == line


def test_a_long_excerpt_is_cut() -> None:
    line = excerpt("word " * 100)

    assert len(line) <= EXCERPT_LENGTH
    assert line.endswith("…")


@given(
    st.from_regex(markdown._PLAIN, fullmatch=True)
    | st.text("ab1 ,;?!'\"()#%-.:éßж中www.com/httpmailto@", max_size=30)
)
def test_a_plain_line_reads_as_the_whole_parser_would_have_it(line: str) -> None:
    assert render(line, {}) == markdown._rendered(line, {})
