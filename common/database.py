"""How asynchronous code reaches PostgreSQL, and how ids that people see are made.

`database_sync_to_async` runs everything of a process on one thread; `in_database` has a bounded
pool of its own, as large as the connection pool, so that one slow query does not stop a process.
"""

import asyncio
import contextvars
import functools
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


async def in_database(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` on a database thread and give its connection back to the pool afterwards.

    Raises whatever `work` raises. Begins no transaction: the service inside does.
    """
    context = contextvars.copy_context()
    call = functools.partial(context.run, _and_release, functools.partial(work, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_threads(), call)


def _and_release(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connections.close_all()


def new_public_id() -> str:
    """96 random bits as 16 URL-safe characters: what people see instead of a serial number."""
    return secrets.token_urlsafe(12)
