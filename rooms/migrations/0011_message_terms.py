"""The index of words and stems, in the place of that of words alone. Built beside the running release, which goes
on writing and, until 0012, searching in the other one; reversible."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from rooms.models.words import Words


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds nothing concurrently inside a transaction

    dependencies = [
        ("rooms", "0010_search_stems"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=GinIndex(
                Words("body"), name="message_terms", condition=models.Q(visibility="visible")
            ),
        ),
    ]
