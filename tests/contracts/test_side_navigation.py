"""The sections at the side of a page: one is marked, on the section's own page and on the pages below it."""

import re

import pytest

from tests.cast import Cast
from tests.moderation.pages import signed_in, text_of

SECTION = "true"
PAGE = "page"


def marked(source: str) -> list[tuple[str, str]]:
    """The marked links of the side's list, as (their address, how they are marked)."""
    side = re.search(r'<ul class="side-nav".*?</ul>', source, flags=re.DOTALL)
    assert side, "the page has no sections"
    return re.findall(r'href="([^"]+)"\s+aria-current="(\w+)"', side.group())


@pytest.mark.parametrize(
    ("who", "page", "section", "how"),
    [
        ("mara", "/me/", "/me/", PAGE),
        ("mara", "/me/sessions/", "/me/sessions/", PAGE),
        ("mara", "/rooms/lounge/members/", "/rooms/lounge/members/", PAGE),
        ("mara", "/rooms/lounge/members/{rex}/", "/rooms/lounge/members/", SECTION),
        ("ada", "/site/people/", "/site/people/", PAGE),
        ("ada", "/site/people/{rex}/", "/site/people/", SECTION),
        ("ada", "/site/ages/13/", "/site/ages/", SECTION),
        ("ada", "/moderation/rules/new/", "/moderation/rules/", SECTION),
        ("ada", "/moderation/policies/harassment/", "/policies/", SECTION),
        ("ada", "/moderation/webhooks/", "/moderation/webhooks/", PAGE),
    ],
)
def test_the_section_is_marked_on_its_page_and_on_those_below(
    cast: Cast, who: str, page: str, section: str, how: str
) -> None:
    address = page.format(rex=cast.rex.public_id)

    source = text_of(signed_in(getattr(cast, who)).get(address))

    assert marked(source) == [(section, how)]
