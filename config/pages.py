"""What every template may name: the site's own name. Not here: anything about a person or a room."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - Django's signature
    """Context processor: `site_name`."""
    return {"site_name": settings.SITE_NAME}
