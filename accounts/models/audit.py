"""The audit log: append-only, chained by hash. Written by services/audit.py alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now


class AuditEntry(models.Model):
    """One thing that was done, by whom, to what. The database refuses UPDATE and DELETE of these rows."""

    sequence = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(default=now)
    # A plain number, not a foreign key: an entry outlives the person it names.
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=64, db_index=True)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-sequence"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="auditentry_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject_type}:{self.subject_id}"


class AuditHead(models.Model):
    """The end of the chain: one row, locked by whoever appends. Always the last lock a transaction takes."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audithead_single")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"
