"""Where the consumers answer."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from chat.consumers import ChatConsumer, StoringConsumer  # noqa: E402

urlpatterns: list[object] = []
sockets = [
    path("ws/chat/<room>/", ChatConsumer.as_asgi()),
    path("ws/storing/<room>/", StoringConsumer.as_asgi()),
]
application = ProtocolTypeRouter({"http": pages, "websocket": AuthMiddlewareStack(URLRouter(sockets))})
