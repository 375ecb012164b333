"""As it was until now for adults: their access tokens work. Minors' no longer do."""

from django.db import migrations


def allow(apps, schema_editor):
    """Bands that are not minors'."""
    apps.get_model("accounts", "AgeBand").objects.filter(is_minor=False).update(may_use_tokens=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_tokens_by_age_band")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
