"""Who has blocked whom. The effect is two-way; the blocked person is not told."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.person import Person
from common.clock import now


class Block(models.Model):
    """One person's wish not to meet another."""

    blocker = models.ForeignKey(Person, models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(Person, models.CASCADE, related_name="blocks_received")
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(
                condition=~models.Q(blocker=models.F("blocked")), name="block_not_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"
