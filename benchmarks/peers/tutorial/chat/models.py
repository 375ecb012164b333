"""A message as a first version stores it."""

from django.db import models


class Message(models.Model):
    """What somebody said."""

    room = models.CharField(max_length=80, db_index=True)
    author = models.CharField(max_length=80)
    text = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.pk} in {self.room}"
