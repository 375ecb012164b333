"""All operations over rooms. Each parses, calls one service or selector, and shapes."""

from ninja import Router

from rooms.api import conversation, memberships, pins, threads

router = Router(tags=["rooms"])
for part in (conversation, memberships, threads, pins):
    router.add_router("", part.router)
