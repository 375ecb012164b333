"""How the site did, minute by minute, as the operations page draws it. No person, no room, no text."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sample(models.Model):
    """One minute of the whole site. Written by services/samples.py, which also forgets old ones.

    Attributes:
        seen_p50_ms: from storing a message to showing it to others; None where none was shown.
        classifier_ms: what the classifier took for one text, on average; None where it judged none.
        sockets: open sockets by process ("web 1a2b").
        errors: pages that failed with a 5xx, frames and batches that failed.
    """

    at = models.DateTimeField(_("minute"), unique=True)
    messages = models.PositiveIntegerField(default=0)
    seen_p50_ms = models.FloatField(null=True)
    seen_p95_ms = models.FloatField(null=True)
    ack_p95_ms = models.FloatField(null=True)
    pending = models.PositiveIntegerField(default=0)
    oldest_pending_s = models.FloatField(default=0)
    judged = models.PositiveIntegerField(default=0)
    classifier_ms = models.FloatField(null=True)
    open_cases = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    sockets = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")

    def __str__(self) -> str:
        return self.at.isoformat()
