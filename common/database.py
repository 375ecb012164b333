"""How asynchronous code reaches PostgreSQL, how many rows are stored at once, how public ids are made.

`database_sync_to_async` runs everything of a process on one thread; `in_database` has a bounded
pool of its own, as large as the connection pool, so that one slow query does not stop a process.
"""

import asyncio
import contextvars
import functools
import operator
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import msgspec
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, connections, models
from django.db.models.expressions import DatabaseDefault

from common import lookups as lookups  # noqa: PLC0414 - registers `among`

# Fields whose values say the same in JSON, and come back from there as they were. A JSON field's None would
# be NULL instead of JSON's null: none of ours is ever None.
_IN_JSON = (
    ArrayField,
    models.AutoField,
    models.BooleanField,
    models.CharField,
    models.DateTimeField,
    models.ForeignKey,
    models.FloatField,
    models.IntegerField,
    models.JSONField,
    models.TextField,
    models.UUIDField,
)

P = ParamSpec("P")
T = TypeVar("T")
Values = Callable[[Sequence[models.Model]], str]


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


def insert_each(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model, and give each its id. One statement, as long for one row as for a hundred.

    For what is inserted with every message: bulk_create prepares each value by itself. Nothing is filled in
    that saving a single row would (auto_now), no signal is sent; a column that the database fills itself
    (db_default) is left to it where the first row leaves it so. Joins the caller's transaction.
    """
    if not rows:
        return
    statement, values = _insertion(type(rows[0]), _left_to_database(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(statement, [values(rows)])
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as bulk_create does


def update_each(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store these fields of rows of one model. One statement, as long for one row as for a hundred.

    Django's bulk_update writes a CASE for each field with a branch for each row, which costs more to build
    than to carry out. Joins the caller's transaction, who has locked the rows.
    """
    if not rows:
        return
    statement, values = _update(type(rows[0]), tuple(names))
    with connection.cursor() as cursor:
        cursor.execute(statement, [values(rows)])


def _left_to_database(row: models.Model) -> frozenset[str]:
    """Its columns that have no value yet but the one that the database gives them."""
    return frozenset(name for name, value in vars(row).items() if isinstance(value, DatabaseDefault))


@functools.cache
def _insertion(model: type[models.Model], left_out: frozenset[str]) -> "tuple[str, Values]":
    meta = model._meta  # noqa: SLF001 - Django's own name for it
    fields = [field for field in meta.concrete_fields if not (field.primary_key or field.attname in left_out)]
    columns = ", ".join(map(_column, fields))
    statement = (
        f"INSERT INTO {_quoted(meta.db_table)} ({columns})"  # noqa: S608 - names of ours; values are passed apart
        f" SELECT {columns} FROM {_recordset(fields)} RETURNING {_quoted(str(meta.pk.column))}"
    )
    return statement, _values_of(fields)


@functools.cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> "tuple[str, Values]":
    meta = model._meta  # noqa: SLF001 - Django's own name for it
    fields = [field for field in meta.concrete_fields if field.name in names]
    key = _quoted(str(meta.pk.column))
    statement = (
        f"UPDATE {_quoted(meta.db_table)} AS old"  # noqa: S608 - names of ours; values are passed apart
        f" SET {', '.join(f'{column} = new.{column}' for column in map(_column, fields))}"
        f" FROM {_recordset([meta.pk, *fields])} WHERE old.{key} = new.{key}"
    )
    return statement, _values_of([meta.pk, *fields])


def _recordset(fields: "Sequence[models.Field[Any, Any]]") -> str:
    """One parameter, an array of JSON objects, as rows of these columns."""
    columns = ", ".join(f"{_column(field)} {field.rel_db_type(connection)}" for field in fields)
    return f"json_to_recordset(%s::json) AS new({columns})"


def _values_of(fields: "Sequence[models.Field[Any, Any]]") -> "Values":
    """How rows become that parameter: one string, which is quoted once, where arrays are value by value."""
    odd = [field.name for field in fields if not isinstance(field, _IN_JSON)]
    if odd:
        raise TypeError(f"not known how to store as JSON: {', '.join(odd)}")
    names = [str(field.column) for field in fields]
    read = operator.attrgetter(*(field.attname for field in fields))

    def values(rows: Sequence[models.Model]) -> str:
        return msgspec.json.encode([dict(zip(names, read(row), strict=True)) for row in rows]).decode()

    return values


def _column(field: "models.Field[Any, Any]") -> str:
    return _quoted(str(field.column))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def new_public_id() -> str:
    """96 random bits as 16 URL-safe characters: what people see instead of a serial number."""
    return secrets.token_urlsafe(12)
