"""The bands that a site starts with, and the head of the empty audit chain."""

from django.db import migrations

# From age, name, minors, screening forced. 13: the age from which the US Children's Online Privacy
# Protection Act (16 CFR part 312) asks for no parent's consent; 16: the highest that article 8 of the
# EU's General Data Protection Regulation lets a country choose; 18: the age of majority.
BANDS = [(13, "13 to 15", True, True), (16, "16 and 17", True, True), (18, "18 and over", False, False)]


def furnish(apps, schema_editor):
    """Only where there is nothing yet: an administrator's bands are left alone."""
    band, head = apps.get_model("accounts", "AgeBand"), apps.get_model("accounts", "AuditHead")
    head.objects.get_or_create(id=1)
    if band.objects.exists():
        return
    for minimum_age, name, is_minor, screening_forced in BANDS:
        band.objects.create(
            minimum_age=minimum_age, name=name, is_minor=is_minor, screening_forced=screening_forced
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_minors_screened_before")]

    operations = [migrations.RunPython(furnish, migrations.RunPython.noop)]
