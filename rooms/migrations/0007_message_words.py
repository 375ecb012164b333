"""The indexes that search reads. Built beside the running release, which goes on writing; reversible."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds nothing concurrently inside a transaction

    dependencies = [
        ("rooms", "0006_earlier_answers_in_threads"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=GinIndex(
                SearchVector("body", config="simple"),
                condition=models.Q(visibility="visible"),
                name="message_words",
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                fields=["id"],
                name="message_links",
                condition=models.Q(visibility="visible", body_html__contains="<a href="),
            ),
        ),
    ]
