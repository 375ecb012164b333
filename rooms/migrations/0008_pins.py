"""When a message was pinned. The index is built beside the running release, which goes on writing; reversible."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds nothing concurrently inside a transaction

    dependencies = [("rooms", "0007_message_words")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="pinned_at",
            field=models.DateTimeField(null=True),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["room", "pinned_at"],
                name="message_room_pinned",
                condition=models.Q(pinned_at__isnull=False),
            ),
        ),
    ]
