"""Blocking: two-way in effect, undone only by whoever made it; the blocked person is never told."""

from django.db import transaction

from accounts.models import Block, Person
from accounts.signals import blocked as blocked_signal
from accounts.signals import blocks_changed
from common.errors import Code, Refused


@transaction.atomic
def block_person(*, blocker: Person, blocked: Person) -> Block:
    """Keep two people apart, at the wish of the first; a second time changes nothing.

    Moderators may be blocked: it does not stop their moderation.
    Refuses: NOT_ONESELF. Begins or joins a transaction; no lock (a constraint keeps the pair single).
    """
    if blocker.pk == blocked.pk:
        raise Refused(Code.NOT_ONESELF)
    block, is_new = Block.objects.get_or_create(blocker=blocker, blocked=blocked)
    if is_new:
        blocks_changed.send(Block, person_ids=(blocker.pk, blocked.pk))
        blocked_signal.send(Block, blocker=blocker, blocked=blocked)
    return block


@transaction.atomic
def unblock_person(*, blocker: Person, blocked: Person) -> None:
    """Take back one's own block; without one, nothing changes. A block the other way stays.

    Begins or joins a transaction.
    """
    deleted, _ = Block.objects.filter(blocker=blocker, blocked=blocked).delete()
    if deleted:
        blocks_changed.send(Block, person_ids=(blocker.pk, blocked.pk))
