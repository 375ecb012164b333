"""How often one socket may send a frame: a bucket in memory, for what is too cheap to ask Redis about."""

import time

# What a person's client never reaches, and a hundred frames at once after a reconnect.
FRAMES_PER_S = 20
BURST = 100
# So many frames over the limit, and the socket is closed.
PATIENCE = 100


class Frequency:
    """A bucket that fills with time; each frame takes one out."""

    __slots__ = ("_at", "_left", "_over")

    def __init__(self) -> None:
        self._left = float(BURST)
        self._at = time.monotonic()
        self._over = 0

    def allows(self) -> bool:
        """Count a frame, and say whether it is within the limit."""
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * FRAMES_PER_S)
        self._at = now
        if self._left < 1:
            self._over += 1
            return False
        self._left -= 1
        return True

    @property
    def is_abused(self) -> bool:
        """Whether telling them has not helped."""
        return self._over > PATIENCE
