"""What was answered before there were threads belongs to the thread of what it answers."""

from django.db import migrations

_FILL = """
WITH RECURSIVE answer(id, root_id) AS (
    SELECT first.id, root.id
      FROM rooms_message AS first
      JOIN rooms_message AS root ON root.id = first.reply_to_id
     WHERE root.reply_to_id IS NULL
     UNION ALL
    SELECT next.id, answer.root_id
      FROM rooms_message AS next
      JOIN answer ON answer.id = next.reply_to_id
)
UPDATE rooms_message AS message
   SET thread_root_id = answer.root_id
  FROM answer
 WHERE message.id = answer.id AND message.thread_root_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("rooms", "0005_thread_root")]

    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
