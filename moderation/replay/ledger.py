"""What was sent, acked and seen, by whom and when. Times are seconds of one monotonic clock."""

import uuid
from dataclasses import dataclass, field


@dataclass(slots=True)
class Sent:
    """One line on its way."""

    room: str
    sent_at: float
    acked_at: float | None = None
    message: str = ""
    refusal: str = ""


@dataclass(slots=True)
class Sighting:
    """What one reader has had of one message. `shown_last` is when its text came the last time."""

    shown_at: float | None = None
    shown_last: float | None = None
    gone_at: float | None = None


@dataclass(slots=True)
class Reader:
    """One reader's view of a room, across reconnections.

    Attributes:
        loaded_revision: up to which the page was loaded, where the socket said that it must be.
    """

    room: str
    sightings: dict[str, Sighting] = field(default_factory=dict)
    newest_revision: int = 0
    loaded_revision: int = 0
    duplicated: int = 0
    out_of_order: int = 0

    def note(self, kind: str, message: str, revision: int, at: float) -> None:
        """A frame about a message: "message" shows it, "tombstone" takes it away."""
        if revision == self.newest_revision:
            self.duplicated += 1
        elif revision < self.newest_revision:
            self.out_of_order += 1
        self.newest_revision = max(self.newest_revision, revision)
        sighting = self.sightings.setdefault(message, Sighting())
        if kind == "message":
            sighting.shown_at, sighting.shown_last = sighting.shown_at or at, at
        elif kind == "tombstone":
            sighting.gone_at = at


@dataclass(slots=True)
class Ledger:
    """One run's records.

    Attributes:
        returns_s: from each cut until the room was entered again.
        repeated: refusals after which a line was sent again.
    """

    sent: dict[uuid.UUID, Sent] = field(default_factory=dict)
    readers: list[Reader] = field(default_factory=list)
    reconnections: int = 0
    returns_s: list[float] = field(default_factory=list)
    repeated: int = 0

    @property
    def unanswered(self) -> int:
        """How many lines have neither an ack nor a refusal yet."""
        return sum(1 for sent in self.sent.values() if sent.acked_at is None and not sent.refusal)
