"""Whether people of an age band may use access tokens; more that a token may be for."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_first_rows")]

    operations = [
        migrations.AddField(
            model_name="ageband",
            name="may_use_tokens",
            field=models.BooleanField(db_default=False, default=False, verbose_name="access tokens"),
        ),
        migrations.AlterField(
            model_name="personalaccesstoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("rooms:read", "read rooms"),
                        ("rooms:write", "write in rooms"),
                        ("account:read", "read your notices and whom you have blocked"),
                        ("account:write", "report and block people"),
                        ("moderation:queue", "work the moderators' queue"),
                    ],
                    max_length=32,
                ),
                size=None,
            ),
        ),
    ]
