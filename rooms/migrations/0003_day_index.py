"""The way to a day in a room. Built beside the running release, which goes on writing; reversible."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds nothing concurrently inside a transaction

    dependencies = [("rooms", "0002_reactions")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["room", "sent_at"], name="message_room_day"),
        ),
    ]
