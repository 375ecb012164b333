"""Markup that wants to run: what people write, and what they call themselves, is inert in the page."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts.models import Person
from tests.cast import Cast
from tests.moderation.pages import signed_in, text_of
from tests.rooms.saying import say

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[press](javascript:alert(1))",
    "[press](JaVaScRiPt&#58;alert(1))",
    "[press](data:text/html;base64,PHNjcmlwdD4=)",
    "[press](vbscript:x)",
    "![x](https://evil.example/pixel.gif)",
    "<a href='java\tscript:alert(1)'>x</a>",
    "**<b onmouseover=alert(1)>x</b>**",
    "`</code><script>alert(1)</script>`",
    "[a]: javascript:alert(1)\n\n[a]",
    "<style>@import 'https://evil.example'</style>",
    "{{ constructor.constructor('alert(1)')() }}",
]


class Running(HTMLParser):
    """Everything in a page that could run or load from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag."""
        for name, value in attrs:
            target = "".join((value or "").split()).lower()
            if name.startswith("on") or target.startswith(("javascript:", "data:", "vbscript:")):
                self.found.append(f"{tag} {name}={value}")
            if name == "src" and not target.startswith("/"):
                self.found.append(f"{tag} loads {value}")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_writes_does_not_run(cast: Cast, text: str) -> None:
    mara, address = signed_in(cast.mara), reverse("rooms:room", args=["lounge"])
    before = text_of(mara.get(address))

    say(cast.rex, cast.lounge, text)
    say(cast.rex, cast.lounge, "**bold** and https://example.org/")

    response = mara.get(address)
    page = text_of(response)
    assert Running(page).found == Running(before).found
    assert page.count("<script") == before.count("<script")
    assert "<style" not in page
    assert "<strong>bold</strong>" in page


def test_a_name_does_not_run_either(cast: Cast) -> None:
    Person.objects.filter(pk=cast.rex.pk).update(name="<img src=x onerror=alert(1)>")
    say(cast.rex, cast.lounge, "hello")

    page = text_of(signed_in(cast.mara).get(reverse("rooms:room", args=["lounge"])))

    assert "<img src=x" not in page


def test_should_something_slip_through_the_browser_does_not_run_it(cast: Cast) -> None:
    response = signed_in(cast.mara).get(reverse("rooms:room", args=["lounge"]))

    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    policy = {name: values for name, *values in parts}
    assert "'unsafe-inline'" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert policy.get("object-src", policy["default-src"]) in (["'none'"], ["'self'"])
    assert policy["base-uri"] in (["'none'"], ["'self'"])
