"""Servers of the operator's own, read as config/settings.py reads them, and whether they answer.

`.env` and NAME_FILE count. Asked by stack.py before it starts servers itself.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ

from config.embedded.failure import StartError

DOTENV = Path(__file__).resolve().parents[2] / ".env"
ANSWER_TIMEOUT_S = 5


@dataclass(frozen=True)
class Given:
    """What the environment names; an empty string where it does not."""

    database_url: str
    owner_url: str
    redis_url: str
    broker_url: str
    secret_key: str


def read_dotenv() -> None:
    """Put `.env` into the environment, where the environment does not say otherwise."""
    environ.Env.read_env(DOTENV)


def given() -> Given:
    env = environ.FileAwareEnv()
    database_url = env.str("DATABASE_URL", default="")
    return Given(
        database_url=database_url,
        owner_url=(env.str("DATABASE_OWNER_URL", default="") or database_url) if database_url else "",
        redis_url=env.str("REDIS_URL", default=""),
        broker_url=env.str("CELERY_BROKER_URL", default=""),
        secret_key=env.str("WARDROOM_SECRET_KEY", default=""),
    )


def reach_postgres(variable: str, url: str) -> None:
    """Open a connection and close it.

    Raises:
        StartError: the server did not answer, or refused us.
    """
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=ANSWER_TIMEOUT_S).close()
    except psycopg.Error as reason:
        raise _unreachable(variable, url, "PostgreSQL", reason) from None


def reach_redis(variable: str, url: str) -> None:
    """Ask for a PONG.

    Raises:
        StartError: the server did not answer, or refused us.
    """
    import redis

    try:
        redis.Redis.from_url(
            url, socket_connect_timeout=ANSWER_TIMEOUT_S, socket_timeout=ANSWER_TIMEOUT_S
        ).ping()
    except (redis.RedisError, ValueError) as reason:
        raise _unreachable(variable, url, "Redis", reason) from None


def _unreachable(variable: str, url: str, server: str, reason: Exception) -> StartError:
    said = str(reason).strip().splitlines() or [type(reason).__name__]
    return StartError(
        f"{variable} names {_without_password(url)}, which cannot be reached ({said[0]}):"
        f" start that server, correct the variable, or unset it to use the embedded {server}."
    )


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
