"""No band of minors without screening before showing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_append_only")]

    operations = [
        migrations.AddConstraint(
            model_name="ageband",
            constraint=models.CheckConstraint(
                condition=models.Q(is_minor=False) | models.Q(screening_forced=True),
                name="ageband_minors_screened",
            ),
        ),
    ]
