"""Who may read the metrics: nobody, until the environment names a token or networks."""

import hmac
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_BEARER = "Bearer "
# Whoever comes through a proxy has the proxy's address, which says nothing.
_THROUGH_A_PROXY = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")


def may_read_metrics(request: HttpRequest) -> bool:
    """By the token, through whatever; or directly, without a proxy between, from a network that is named."""
    return _has_token(request) or _is_near(request)


def _has_token(request: HttpRequest) -> bool:
    said = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not said.startswith(_BEARER):
        return False
    return hmac.compare_digest(said.removeprefix(_BEARER).encode(), settings.METRICS_TOKEN.encode())


def _is_near(request: HttpRequest) -> bool:
    if any(name in request.headers for name in _THROUGH_A_PROXY):
        return False
    try:
        address = ip_address(request.META.get("REMOTE_ADDR") or "")
    except ValueError:  # a unix socket has none
        return False
    return any(address in ip_network(network) for network in settings.METRICS_NETWORKS)
