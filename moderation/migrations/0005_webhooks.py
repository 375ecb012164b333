"""Webhooks: where they go, and the outbox of what is sent there."""

import common.clock
import common.database
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0004_statement_ended"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=common.database.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("message.hidden", "a message was hidden"),
                                ("case.opened", "a case was opened, or opened again"),
                                ("case.decided", "a case was decided"),
                                ("webhook.test", "a test"),
                            ],
                            max_length=32,
                        ),
                        size=None,
                    ),
                ),
                ("salt", models.CharField(editable=False, max_length=64)),
                ("created_at", models.DateTimeField(default=common.clock.now)),
                ("is_on", models.BooleanField(default=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("rests_until", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="webhooks_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.CharField(
                        default=common.database.new_public_id, editable=False, max_length=22, unique=True
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("message.hidden", "a message was hidden"),
                            ("case.opened", "a case was opened, or opened again"),
                            ("case.decided", "a case was decided"),
                            ("webhook.test", "a test"),
                        ],
                        max_length=32,
                    ),
                ),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "waiting"), ("delivered", "delivered"), ("failed", "given up")],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=common.clock.now)),
                ("due_at", models.DateTimeField(default=common.clock.now)),
                ("gives_up_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(null=True)),
                ("status_code", models.PositiveSmallIntegerField(null=True)),
                ("error", models.CharField(blank=True, max_length=200)),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="moderation.webhookendpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["endpoint", "due_at"],
                        name="webhookdelivery_pending",
                    ),
                    models.Index(fields=["endpoint", "-created_at"], name="webhookdelivery_log"),
                ],
            },
        ),
    ]
