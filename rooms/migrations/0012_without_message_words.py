"""The index of words alone is gone: two would be written for each message."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL drops nothing concurrently inside a transaction

    dependencies = [
        ("rooms", "0011_message_terms"),
    ]

    operations = [
        RemoveIndexConcurrently(model_name="message", name="message_words"),
    ]
