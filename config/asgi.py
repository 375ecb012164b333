"""The ASGI application: pages to Django, sockets to rooms. Imports neither torch nor onnxruntime."""

import gc
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


def _get_ready() -> None:
    """What was loaded by now stays as long as the process: the collector need not walk through it again.

    Without this a full collection stops every room for a fifth of a second, again and again under load.
    """
    warm_up()
    gc.collect()
    gc.freeze()


gc.set_threshold(20_000, 50, 50)
threading.Thread(target=_get_ready, name="warm-up", daemon=True).start()
