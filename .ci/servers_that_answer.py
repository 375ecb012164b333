"""Prints DATABASE_URL=… REDIS_URL=… of servers at this machine's usual addresses; exits with 1 without both.

.ci/run asks, to run the suite a second time on servers of other versions than the embedded ones. Only a
PostgreSQL that lets us in without a password, as a superuser, is of use.
"""

import sys

import psycopg
import redis

POSTGRES = (
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql:///postgres?host=/var/run/postgresql",
    "postgresql://postgres@/postgres?host=/var/run/postgresql",
)
REDIS = ("redis://127.0.0.1:6379/1",)
OLDEST_POSTGRES = 150000
TIMEOUT_S = 2
IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


def postgres() -> tuple[str, str] | None:
    """The first of use, and its version."""
    for url in POSTGRES:
        try:
            with psycopg.connect(url, connect_timeout=TIMEOUT_S) as server:
                row = server.execute(IS_SUPERUSER).fetchone()
                version = server.info.server_version
        except psycopg.Error:
            continue
        if row == (True,) and version >= OLDEST_POSTGRES:
            return url, f"{version // 10_000}"
    return None


def redis_server() -> tuple[str, str] | None:
    """The first that answers, and its version."""
    for url in REDIS:
        try:
            server = redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
            return url, str(server.info("server")["redis_version"])
        except redis.RedisError:
            continue
    return None


def main() -> int:
    database, hints = postgres(), redis_server()
    if database is None or hints is None:
        sys.stderr.write("No PostgreSQL with Redis answers here at the usual addresses: one pass only.\n")
        return 1
    sys.stderr.write(f"Once more on PostgreSQL {database[1]} and Redis {hints[1]} that run here ...\n")
    sys.stdout.write(f"DATABASE_URL={database[0]}\nREDIS_URL={hints[0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
