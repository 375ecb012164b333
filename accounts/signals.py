"""What accounts tells the apps above it: sent inside the transaction, by accounts' services alone.

Receivers (rooms/receivers.py, moderation) publish on commit; a receiver that raises undoes the service.
"""

from typing import Literal

from django.dispatch import Signal

AccessEnd = Literal["logout", "password", "suspended", "deactivated", "session", "token", "role", "age"]

# person_id: int, reason: AccessEnd, session_key: str | None, token_id: int | None.
# Neither session nor token: everything that this person has open ends.
access_ended = Signal()

# person_ids: tuple[int, int]; a block between the two was made or lifted.
blocks_changed = Signal()

# blocker: Person, blocked: Person; a new block, for those who count them.
blocked = Signal()

# person_id: int; whether others see that this person is here.
presence_changed = Signal()

# person_id: int; the birth date was declared or corrected.
age_changed = Signal()

# No arguments; a band was added, changed or removed.
bands_changed = Signal()
