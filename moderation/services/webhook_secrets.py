"""An endpoint's secret: made from the site's own key and the endpoint's salt, so that no row holds it."""

import hmac

from django.conf import settings

from moderation.models import WebhookEndpoint

_PURPOSE = b"wardroom.webhook.1."


def secret_of(endpoint: WebhookEndpoint) -> bytes:
    """32 bytes; another salt, or another key of the site, makes another secret."""
    return hmac.digest(settings.SECRET_KEY.encode(), _PURPOSE + endpoint.salt.encode(), "sha256")
