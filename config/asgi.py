"""The ASGI application: pages to Django, sockets to rooms. Imports neither torch nor onnxruntime."""

import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()  # sets Django up: what follows imports models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from operations import tallies  # noqa: E402
from operations.stopping import take_the_signal  # noqa: E402
from rooms.routing import sockets  # noqa: E402
from rooms.services.screening import warm_up  # noqa: E402

application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
take_the_signal()
tallies.start("web")
threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
