"""The database itself refuses to change or remove what the audit log holds, whoever asks.

Triggers per row and per statement: an UPDATE that meets no row is refused as well. The owner of the table
could drop them; so the application runs as another role (config/embedded/databases.py grants its rights).
"""

from django.db import migrations

ARM = """
CREATE FUNCTION accounts_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER auditentry_refuse_statement BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditentry_refuse();
CREATE TRIGGER auditentry_refuse_row BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_auditentry_refuse();
"""
DISARM = """
DROP TRIGGER auditentry_refuse_row ON accounts_auditentry;
DROP TRIGGER auditentry_refuse_statement ON accounts_auditentry;
DROP FUNCTION accounts_auditentry_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(ARM, DISARM)]
