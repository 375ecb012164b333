"""How the Django admin (django-unfold) looks: our name, our mark, our accent and warm neutral.

The shades follow static/css/tokens.css; unfold wants eleven of each colour.
"""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static

_TEAL = (
    *("oklch(97.5% .012 190)", "oklch(94% .026 190)", "oklch(88% .05 190)", "oklch(80% .08 188)"),
    *("oklch(75% .1 186)", "oklch(58% .09 188)", "oklch(45% .074 190)", "oklch(40% .066 190)"),
    *("oklch(35% .056 190)", "oklch(30% .046 190)", "oklch(24% .036 190)"),
)
_WARM = (
    *("oklch(98% .004 85)", "oklch(95.5% .006 85)", "oklch(91% .01 85)", "oklch(85% .012 85)"),
    *("oklch(70% .014 85)", "oklch(53% .015 85)", "oklch(44% .014 85)", "oklch(36% .012 85)"),
    *("oklch(27% .009 85)", "oklch(22% .007 85)", "oklch(17% .005 85)"),
)
_WEIGHTS = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")


def _mark(request: HttpRequest) -> str:  # noqa: ARG001 - unfold's signature
    return static("icons/wardroom.svg")


def administration_settings(site_name: str) -> dict[str, Any]:
    """The value of UNFOLD."""
    return {
        "SITE_TITLE": site_name,
        "SITE_HEADER": site_name,
        "SITE_URL": "/",
        "SITE_ICON": _mark,
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _mark}],
        "SHOW_VIEW_ON_SITE": False,
        "COLORS": {
            "primary": dict(zip(_WEIGHTS, _TEAL, strict=True)),
            "base": dict(zip(_WEIGHTS, _WARM, strict=True)),
        },
    }
