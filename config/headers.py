"""Headers of every answer that Django does not set itself, and what the Django admin needs of the policy."""

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpRequest, HttpResponse

# Nothing here asks for any of these, and nothing embedded may.
_REFUSED_FEATURES = (
    *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
    *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
_PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _REFUSED_FEATURES)
# django-unfold's pages run Alpine.js, which evaluates its attributes, and set styles in place. They open
# for administrators alone and show nothing that members wrote but names.
_ADMINISTRATION_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}


class HeadersMiddleware:
    """Permissions-Policy everywhere; under the Django admin, and only there, the looser content policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        if request.resolver_match and request.resolver_match.app_name == "admin":
            response._csp_replace = _ADMINISTRATION_POLICY  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's own way
        return response
