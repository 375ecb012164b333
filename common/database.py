"""How asynchronous code reaches PostgreSQL, how many rows are stored at once, how public ids are made.

`database_sync_to_async` runs everything of a process on one thread; `in_database` has a bounded
pool of its own, as large as the connection pool, so that one slow query does not stop a process.
"""

import asyncio
import contextvars
import functools
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection, connections, models

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


def update_each(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store these fields of rows of one model. One statement, of the same length for one row and a hundred.

    Django's bulk_update writes a CASE for each field with a branch for each row, which costs more to build
    than to carry out. Joins the caller's transaction, who has locked the rows.
    """
    if not rows:
        return
    meta = rows[0]._meta  # noqa: SLF001 - Django's own name for it
    fields = [field for field in meta.concrete_fields if field.primary_key or field.name in names]
    fields.sort(key=lambda field: not field.primary_key)
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in fields]
    arrays = ", ".join(f"%s::{field.rel_db_type(connection)}[]" for field in fields)
    statement = (
        f"UPDATE {quote(meta.db_table)} AS old"  # noqa: S608 - names of ours; what is stored is passed apart
        f" SET {', '.join(f'{column} = new.{column}' for column in columns[1:])}"
        f" FROM unnest({arrays}) AS new({', '.join(columns)})"
        f" WHERE old.{columns[0]} = new.{columns[0]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [_stored(field, rows) for field in fields])


def new_public_id() -> str:
    """96 random bits as 16 URL-safe characters: what people see instead of a serial number."""
    return secrets.token_urlsafe(12)


def _stored(field: "models.Field[Any, Any]", rows: Sequence[models.Model]) -> list[Any]:
    return [field.get_db_prep_save(field.value_from_object(row), connection) for row in rows]
