"""Scopes for joining rooms and for answering objections. Only names: nothing changes in the database."""

import django.contrib.postgres.fields
from django.db import migrations, models

_SCOPES = [
    ("rooms:read", "read rooms"),
    ("rooms:write", "write in rooms"),
    ("rooms:join", "join and leave rooms"),
    ("account:read", "read your notices and whom you have blocked"),
    ("account:write", "report, block, and object to decisions"),
    ("moderation:queue", "work the moderators' queue"),
    ("moderation:appeals", "answer objections"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_erasures")]

    operations = [
        migrations.AlterField(
            model_name="personalaccesstoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=_SCOPES, max_length=32), size=None
            ),
        ),
    ]
