"""What must be in a PostgreSQL server before Wardroom can use it: roles, database, privileges.

stack.py and the test suite's servers call these; each opens a connection of its own as the owner.
psycopg is imported inside: it takes longer than starting the servers that it talks to.
"""

from config.embedded.postgres import APPLICATION, DATABASE

# What the application may not do: change or remove what the audit trail holds, or remove its head.
WITHHELD = {"accounts_auditentry": "UPDATE, DELETE, TRUNCATE", "accounts_audithead": "DELETE, TRUNCATE"}


def create_role_and_database(owner_url: str, *, database: str = DATABASE) -> None:
    """Make the application's role and an empty database, each unless it is there."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(owner_url, autocommit=True) as server:
        if not server.execute("SELECT FROM pg_roles WHERE rolname = %s", [APPLICATION]).rowcount:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(APPLICATION)))
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", [database]).rowcount:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))


def grant_application_role(owner_url: str, *, role: str = APPLICATION) -> None:
    """Let the application's role read and write every table, except that the audit only grows.

    One transaction, so that no moment has the audit open. Run after each migration.
    """
    import psycopg
    from psycopg import sql

    name = sql.Identifier(role)
    with psycopg.connect(owner_url) as server:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            server.execute(sql.SQL(statement).format(name))
        for table, rights in WITHHELD.items():
            if server.execute("SELECT WHERE to_regclass(%s) IS NOT NULL", [table]).rowcount:
                revoke = sql.SQL("REVOKE {} ON {} FROM {}")
                server.execute(revoke.format(sql.SQL(rights), sql.Identifier(table), name))


def role_of(url: str) -> str:
    """The role that a URL connects as."""
    from psycopg.conninfo import conninfo_to_dict

    return str(conninfo_to_dict(url).get("user", ""))
