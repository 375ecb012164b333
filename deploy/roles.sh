#!/bin/sh
# Run once by the PostgreSQL image, on an empty database: the role that the site runs as. It owns nothing, so it
# cannot rewrite the audit log (docs/operating.md, Roles).
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$WARDROOM_APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE wardroom_app LOGIN PASSWORD :'password';
SQL
