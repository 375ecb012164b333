"""Prints DATABASE_URL=… REDIS_URL=… of servers at this machine's usual addresses; exits with 1 without both.

.ci/run asks, to run the suite a second time on servers of other versions than the embedded ones. Only a
PostgreSQL that lets us in without a password, as a superuser, is of use. Each time another, empty database is
made there, so that two who do this at once do not meet; given its URL, it is removed again.
"""

import secrets
import sys

import psycopg
import redis
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

POSTGRES = (
    "postgresql://postgres@127.0.0.1:5432/{}",
    "postgresql:///{}?host=/var/run/postgresql",
    "postgresql://postgres@/{}?host=/var/run/postgresql",
)
REDIS = "redis://127.0.0.1:6379/{}"
REDIS_DATABASES = 15  # besides 0, by its default settings
OLDEST_POSTGRES = 150000
TIMEOUT_S = 2
IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


def postgres() -> tuple[str, str] | None:
    """An empty database on the first server of use, and its version."""
    database = f"wardroom_ci_{secrets.token_hex(4)}"
    for url in POSTGRES:
        try:
            with _connected(url.format("postgres")) as server:
                row = server.execute(IS_SUPERUSER).fetchone()
                version = server.info.server_version
                if row == (True,) and version >= OLDEST_POSTGRES:
                    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
                    return url.format(database), f"{version // 10_000}"
        except psycopg.Error:
            continue
    return None


def redis_server() -> tuple[str, str] | None:
    """One of the server's databases, if it answers, and its version."""
    url = REDIS.format(1 + secrets.randbelow(REDIS_DATABASES))
    try:
        server = redis.Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
        return url, str(server.info("server")["redis_version"])
    except redis.RedisError:
        return None


def remove(url: str) -> int:
    """Remove what was made."""
    database = str(conninfo_to_dict(url)["dbname"])
    with _connected(url.replace(database, "postgres")) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
    return 0


def main() -> int:
    if len(sys.argv) > 1:
        return remove(sys.argv[1])
    hints = redis_server()
    database = postgres() if hints else None
    if database is None or hints is None:
        sys.stderr.write("No PostgreSQL with Redis answers here at the usual addresses: one pass only.\n")
        return 1
    sys.stderr.write(f"Once more on PostgreSQL {database[1]} and Redis {hints[1]} that run here ...\n")
    sys.stdout.write(f"DATABASE_URL={database[0]}\nREDIS_URL={hints[0]}\n")
    return 0


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url, autocommit=True, connect_timeout=TIMEOUT_S)


if __name__ == "__main__":
    sys.exit(main())
