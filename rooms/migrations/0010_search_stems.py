"""Which language's stems search finds: a configuration of our own, so that the index does not follow the settings.

One row or two in PostgreSQL's catalogue; no table is touched. Changed afterwards by `manage.py search_language`.
"""

from django.conf import settings
from django.db import migrations

from rooms.stemming import made_in


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0009_notifications_and_digests"),
    ]

    operations = [
        migrations.RunSQL(
            sql=made_in(settings.LANGUAGE_CODE),
            reverse_sql="DROP TEXT SEARCH CONFIGURATION wardroom_stems",
        ),
    ]
