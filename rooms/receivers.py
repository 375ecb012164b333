"""What accounts tells rooms: sent inside its transaction, passed on to the open sockets after commit."""

from typing import Any

from django.dispatch import receiver

from accounts import signals
from rooms import fanout


@receiver(signals.access_ended)
def on_access_ended(*, person_id: int, **_: Any) -> None:
    """A session, a token or everything of a person ended."""
    fanout.revoke_on_commit(person_id)


@receiver(signals.blocks_changed)
def on_blocks_changed(*, person_ids: tuple[int, int], **_: Any) -> None:
    """Two people see each other no longer, or again."""
    fanout.viewers_changed_on_commit(person_ids)


@receiver(signals.age_changed)
def on_age_changed(*, person_id: int, **_: Any) -> None:
    """A person may be too young for rooms now, or old enough."""
    fanout.viewers_changed_on_commit([person_id])


@receiver(signals.presence_changed)
def on_presence_changed(*, person_id: int, **_: Any) -> None:
    """A person is shown from now on, or no longer."""
    fanout.viewers_changed_on_commit([person_id])


@receiver(signals.bands_changed)
def on_bands_changed(**_: Any) -> None:
    """Screening may be forced in other rooms than before."""
    fanout.room_changed_on_commit(None)
