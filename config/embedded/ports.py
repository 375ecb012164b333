"""The port that the site is served on: whether it is free, whether the site answers there."""

import contextlib
import http.client
import socket

from config.embedded.failure import StartError

HOST = "127.0.0.1"
ANSWER_TIMEOUT_S = 10.0


def require_free(port: int) -> None:
    """Check the port before anything is started.

    Raises:
        StartError: something listens there, or we may not.
    """
    with socket.socket() as probe:
        # As Daphne does, so that connections of a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise StartError(
                f"Port {port} is not open to you: choose one from 1024 on, as in --port 8000."
            ) from None
        except OSError:
            raise StartError(
                f"Port {port} is taken: stop what uses it (lsof -i :{port} names it), or choose another"
                f" (make run PORT={port + 1}, or manage.py up --port {port + 1})."
            ) from None


def answers(port: int) -> bool:
    """Whether a page comes back; which one does not matter."""
    asking = http.client.HTTPConnection(HOST, port, timeout=ANSWER_TIMEOUT_S)
    with contextlib.closing(asking), contextlib.suppress(OSError, http.client.HTTPException):
        asking.request("GET", "/", headers={"Host": f"localhost:{port}"})
        with asking.getresponse() as answer:
            answer.read()
        return True
    return False
