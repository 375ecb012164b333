"""The design system's promises: colours one can read, no inline script, nothing named that is not there."""

import gzip
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
# The neutral page and the Django admin do not stand on the system.
_APART = {"measures.css", "administration.css", "admin", "unfold"}
PAGES = [
    path for path in sorted(TEMPLATES.rglob("*.html")) if not _APART & set(path.relative_to(TEMPLATES).parts)
]
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
STYLES = [path for path in sorted((STATIC / "css").rglob("*.css")) if path.name not in _APART]
TOKENS = (STATIC / "css" / "tokens.css").read_text()
MODULES = sorted((STATIC / "js").rglob("*.js"))

AA_TEXT = 4.5
AA_CONTROL = 3.0
FIRST_LOAD_KB = 100

# Grounds that text stands on, and inks that stand on all of them.
GROUNDS = ("ground", "surface", "sunken", "raised", "hover")
INKS = ("text", "muted")
PAIRS = [
    *itertools.product(INKS, GROUNDS),
    *itertools.product(("accent", "danger"), ("ground", "surface", "raised", "hover")),
    *((f"{name}", f"{name}-soft") for name in ("danger", "warning", "success", "info")),
    *(("text", f"{name}-soft") for name in ("accent", "danger", "warning", "success", "info")),
    *(("muted", f"{name}-soft") for name in ("accent", "warning")),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("on-danger", "danger-strong"),
    ("on-inverse", "inverse"),
    ("on-inverse", "inverse-hover"),
    *(("on-hue", f"hue-{number}") for number in range(8)),
]
CONTROLS = itertools.product(("control-line", "focus"), ("ground", "surface", "raised"))


def colours(scheme: int) -> dict[str, str]:
    """Each token's colour, 0 for the light scheme and 1 for the dark."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", TOKENS)
    plain = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", TOKENS)
    return dict(plain) | {name: values[scheme] for name, *values in pairs}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_ink_can_be_read_on_every_ground_it_stands_on(scheme: int) -> None:
    palette = colours(scheme)

    faint = {
        f"{ink} on {ground}": round(ratio, 2)
        for ink, ground in PAIRS
        if (ratio := contrast(palette[ink], palette[ground])) < AA_TEXT
    }

    assert not faint


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_edge_of_every_control_and_the_focus_ring_stand_out(scheme: int) -> None:
    palette = colours(scheme)

    faint = [pair for pair in CONTROLS if contrast(palette[pair[0]], palette[pair[1]]) < AA_CONTROL]

    assert not faint


@pytest.mark.parametrize("sheet", [s for s in STYLES if s.name != "tokens.css"], ids=lambda s: s.stem)
def test_styles_take_colours_from_tokens_and_know_no_left_or_right(sheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)

    literals = re.findall(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(|oklch\(", rules)
    directed = re.findall(r"[\w-]*(?:-|\b)(?:left|right)\b[\w-]*:", rules)

    assert not literals
    assert not directed
    assert not re.findall(r"^\s*#[\w-]+.*{", rules, flags=re.MULTILINE), "style by class, not by id"
    assert "@layer" in rules


def tags(page: Path) -> Iterator[str]:
    """Opening tags as written, comments and template logic left out."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", page.read_text(), flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    yield from re.findall(r"<[a-z][^>]*>", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_no_page_needs_what_the_content_security_policy_forbids(page: Path) -> None:
    opened = list(tags(page))

    assert not [tag for tag in opened if re.search(r"\sstyle=", tag)], "no inline style"
    assert not [tag for tag in opened if re.search(r"\son[a-z]+=", tag)], "no inline handler"
    inline = [tag for tag in opened if tag.startswith("<script") and "src=" not in tag]
    assert not [tag for tag in inline if "nonce=" not in tag and "application/json" not in tag]


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    in_pages = re.findall(
        r'(?:icon\.html" with name=|\bicon=)"([\w-]+)"', "".join(p.read_text() for p in PAGES)
    )
    in_scripts = re.findall(r'\bicon\("([\w-]+)"', "".join(m.read_text() for m in MODULES))

    assert set(in_pages) | set(in_scripts) <= sprite


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.stem)
def test_a_component_begins_by_saying_what_it_is_and_takes(component: Path) -> None:
    assert re.match(r"{% comment %}|{#", component.read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_components_are_included_with_nothing_but_what_is_passed(page: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", page.read_text(), flags=re.DOTALL)
    includes = re.findall(r'{% include "(components/[\w/]+\.html)"(.*?)%}', text)

    # The bar is the frame itself: it reads the page's own context.
    open_ones = [name for name, rest in includes if not rest.strip().endswith("only")]
    assert set(open_ones) <= {"components/topbar.html"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_every_component_that_is_included_exists(page: Path) -> None:
    names = re.findall(r'{% include "([\w/.]+)"', page.read_text())

    assert not [name for name in names if not (TEMPLATES / name).exists()]


def test_the_import_map_names_every_module() -> None:
    mapped = set(
        re.findall(r"static 'js/([\w/.-]+)'", (TEMPLATES / "components" / "import_map.html").read_text())
    )
    present = {str(module.relative_to(STATIC / "js")) for module in MODULES}

    # Entry modules are loaded by pages, not imported by name.
    pages = "".join(page.read_text() for page in TEMPLATES.rglob("*.html"))
    entries = set(re.findall(r'<script type="module"\s+src="{% static \'js/([\w/.-]+)\'', pages))
    assert present - entries == mapped - entries


def drawn_by(page: Path) -> str:
    """The page's source with everything that it extends and includes, near and far; the map loads nothing."""
    found, waiting = {page}, [page]
    while waiting:
        names = re.findall(r'{% (?:extends|include) "([\w/.-]+)"', waiting.pop().read_text())
        fresh = {TEMPLATES / name for name in names if "import_map" not in name} - found
        found |= fresh
        waiting += fresh
    return "".join(path.read_text() for path in found)


def loaded_by(page: Path) -> set[Path]:
    """The styles and scripts that a browser asks for with the page; not what is fetched when it is wanted."""
    loaded, waiting = (
        set[Path](),
        re.findall(r"{% static '((?:css|js|vendor)/[\w/.-]+\.(?:css|js))'", drawn_by(page)),
    )
    while waiting:
        file = STATIC / waiting.pop()
        if file in loaded:
            continue
        loaded.add(file)
        names = re.findall(r'^import (?:.* from )?"([\w/-]+)";', file.read_text(), flags=re.MULTILINE)
        waiting += [f"js/{name}.js" for name in names]
    return loaded


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if "{% extends" in page.read_text()],
    ids=lambda page: str(page.relative_to(TEMPLATES)),
)
def test_the_styles_and_scripts_of_a_page_weigh_less_than_the_budget_for_a_first_load(page: Path) -> None:
    weight_kb = sum(len(gzip.compress(file.read_bytes())) for file in loaded_by(page)) / 1024

    assert weight_kb < FIRST_LOAD_KB


def test_every_class_that_a_page_writes_has_a_style() -> None:
    styled = set(re.findall(r"\.([a-z][\w-]*)", "".join(sheet.read_text() for sheet in STYLES)))
    written = {
        name
        for page in PAGES
        for classes in re.findall(r'\sclass="([^"]*)"', page.read_text())
        for name in re.sub(r"{%.*?%}", " ", re.sub(r"\S*{{.*?}}\S*", " ", classes)).split()
    }

    assert sorted(written - styled) == []
