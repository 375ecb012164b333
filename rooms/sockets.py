"""An open socket as the hub knows it: its way out, who is behind it, which rooms it receives."""

from dataclasses import dataclass, field

from accounts.services.sessions import Credentials
from common.errors import Code, Refused
from rooms.figures import figures
from rooms.permissions import Viewer
from rooms.protocol import Author, Frame, Resync, encode
from rooms.selectors.unread import Unread
from rooms.wire import Parcel, Wire

FELL_BEHIND = 4408

_RESYNC = Parcel([encode(Resync())])


@dataclass(slots=True, eq=False)
class Socket:
    """One socket of this process.

    Attributes:
        language: in which refusals are worded for whoever is behind it.
        rooms: room id to public id, of what it has entered.
        unanswered: how many of its frames still wait for an answer.
        is_leaving: its process stops, so nothing more is taken from it.
        public_id, is_shown: the person's, and whether others may see that they are here.
        typist: in which rooms they may be shown as writing, as it was asked: (as whom, until when).
        told: what it was told last of its person's other rooms, by room id.
        turn: in which of the hub's turns it is asked whether they may still be here.
        is_particular: this viewer may see something else than most, so frames are chosen for them alone.
    """

    wire: Wire
    credentials: Credentials
    viewer: Viewer
    language: str
    rooms: dict[int, str] = field(default_factory=dict)
    unanswered: int = 0
    is_leaving: bool = False
    public_id: str = ""
    is_shown: bool = False
    typist: dict[int, tuple[Author | None, float]] = field(default_factory=dict)
    told: dict[int, Unread] = field(default_factory=dict)
    turn: int = 0
    is_particular: bool = field(init=False)

    def __post_init__(self) -> None:
        self.see_as(self.viewer)

    @property
    def person_id(self) -> int:
        """Who is behind it."""
        return self.credentials.person_id

    def room_id(self, room: str) -> int:
        """The id of a room that this socket receives. Refuses: NOT_FOUND, whatever else the room is."""
        for room_id, public_id in self.rooms.items():
            if public_id == room:
                return room_id
        raise Refused(Code.NOT_FOUND)

    def see_as(self, viewer: Viewer) -> None:
        """From now on this is what its person sees as."""
        self.viewer = viewer
        self.is_particular = viewer.is_moderator or bool(viewer.apart_from)

    def write(self, parcel: Parcel) -> None:
        """Send, or cut the socket off where it does not read what was sent before."""
        if not self.wire.write(parcel):
            figures.cut_off += 1
            self.wire.close(FELL_BEHIND, last=_RESYNC)

    def tell(self, *frames: Frame) -> None:
        """Send frames that are for this socket alone."""
        self.write(Parcel([encode(frame) for frame in frames]))
