"""Who is in a room at the moment, and who is writing: told to its sockets, stored nowhere.

Owned by hub.py; on the hub's loop only. Each process tells the others whom it has, whenever that changes and
every few seconds; what is not told again is forgotten, so a process that died heals by itself. Whoever does
not wish to be shown is in none of it, and nothing crosses a block, moderators' blocks included.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rooms.hints import Hint, PresentHint, TypingHint
from rooms.listening import PROCESS
from rooms.protocol import Author, Frame, Presence, Typing, encode
from rooms.sockets import Socket
from rooms.stream import Stream
from rooms.wire import Parcel

TICK_S = 1
# Told again so often; forgotten after so long.
TELL_EVERY_S = 15
FORGET_S = 40
TYPING_S = 5
# More people than this are a number, without names: what is sent stays in proportion to who receives it.
NAMED_MAX = 100
TYPISTS_MAX = 3
# The number is told so often at most.
NUMBER_EVERY_S = 5

# Person id to public id.
People = dict[int, str]


@dataclass(slots=True, eq=False)
class _Company:
    """What is known of one room."""

    elsewhere: dict[str, tuple[People, float]] = field(default_factory=dict)
    here: People = field(default_factory=dict)
    all: People = field(default_factory=dict)
    typing: dict[int, tuple[Author, float]] = field(default_factory=dict)
    typists: frozenset[int] = frozenset()
    announced_at: float = -FORGET_S
    numbered_at: float = -FORGET_S
    number: int = 0
    is_number: bool = False
    told: set[Socket] = field(default_factory=set)


class Company:
    """The rooms of this process and who is in them."""

    def __init__(self, streams: Mapping[int, Stream], say: Callable[[Hint], None]) -> None:
        self._streams = streams
        self._say = say
        self._rooms: dict[int, _Company] = {}

    def take(self, hint: PresentHint | TypingHint) -> None:
        """What another process says of a room that is received here."""
        if hint.room_id not in self._streams:
            return
        room = self._room(hint.room_id)
        if isinstance(hint, TypingHint):
            room.typing[hint.person_id] = (hint.author, time.monotonic() + TYPING_S)
            return
        if hint.process not in room.elsewhere:
            room.announced_at = -FORGET_S  # it is new, and knows nothing of us
        room.elsewhere[hint.process] = (dict(hint.people), time.monotonic() + FORGET_S)

    def types(self, room_id: int, person_id: int, author: Author) -> None:
        """Somebody at a socket of this process writes."""
        hint = TypingHint(room_id, person_id, author)
        self.take(hint)
        self._say(hint)

    def sees_others(self, socket: Socket) -> None:
        """A block was made or lifted: what this socket was told holds no longer."""
        for room_id in socket.rooms:
            room = self._room(room_id)
            room.told.discard(socket)
            room.typists = frozenset({0})  # nobody's id: told again to all

    def said(self, room_id: int, person_ids: Iterable[int]) -> None:
        """What they were writing is sent."""
        if room_id not in self._rooms:
            return
        room = self._rooms[room_id]
        for person_id in person_ids:
            room.typing.pop(person_id, None)

    async def tick(self) -> None:
        """Tell everybody what changed since the last time."""
        for room_id in self._rooms.keys() - self._streams.keys():
            del self._rooms[room_id]
        for room_id, stream in list(self._streams.items()):
            room = self._room(room_id)
            self._announce(room_id, room, stream)
            _tell_presence(room, stream)
            _tell_typing(room, stream)

    def _room(self, room_id: int) -> _Company:
        return self._rooms.setdefault(room_id, _Company())

    def _announce(self, room_id: int, room: _Company, stream: Stream) -> None:
        now = time.monotonic()
        here = {socket.person_id: socket.public_id for socket in stream.sockets if socket.is_shown}
        is_due = now - room.announced_at > TELL_EVERY_S and (here or room.here)
        if here != room.here or is_due:
            room.here, room.announced_at = here, now
            self._say(PresentHint(room_id, PROCESS, list(here.items())))


def _tell_presence(room: _Company, stream: Stream) -> None:
    before, room.all = room.all, _everybody(room)
    was_number, room.is_number = room.is_number, len(room.all) > NAMED_MAX
    if was_number != room.is_number:
        room.told.clear()
    sockets = stream.settled
    room.told &= sockets
    fresh = sockets - room.told
    if room.is_number:
        _tell_number(room, stream, fresh)
        return
    came = {person: one for person, one in room.all.items() if person not in before}
    went = {person: one for person, one in before.items() if person not in room.all}
    if came or went:
        _send(room.told, lambda socket: _difference(room, stream.room, came, went, socket))
    _send(fresh, lambda socket: _all_of(room, stream.room, socket))
    room.told |= fresh


def _tell_number(room: _Company, stream: Stream, fresh: set[Socket]) -> None:
    now = time.monotonic()
    is_due = len(room.all) != room.number and now - room.numbered_at > NUMBER_EVERY_S
    if is_due:
        room.number, room.numbered_at = len(room.all), now
    to = stream.settled if is_due else fresh
    _send(to, lambda socket: Presence(room=stream.room, count=len(_seen_by(socket, room.all))))
    room.told |= to


def _tell_typing(room: _Company, stream: Stream) -> None:
    now = time.monotonic()
    room.typing = {person: one for person, one in room.typing.items() if one[1] > now}
    typists = frozenset(room.typing)
    if typists != room.typists:
        room.typists = typists
        _send(stream.settled, lambda socket: _typing(room, stream.room, socket), apart=typists)


def _everybody(room: _Company) -> People:
    now = time.monotonic()
    room.elsewhere = {process: one for process, one in room.elsewhere.items() if one[1] > now}
    found: People = {}
    for people, _until in room.elsewhere.values():
        found.update(people)
    return found | room.here


def _all_of(room: _Company, public_id: str, socket: Socket) -> Frame:
    seen = _seen_by(socket, room.all)
    return Presence(room=public_id, count=len(seen), here=list(seen.values()))


def _difference(room: _Company, public_id: str, came: People, went: People, socket: Socket) -> Frame:
    return Presence(
        room=public_id,
        count=len(_seen_by(socket, room.all)),
        came=list(_seen_by(socket, came).values()),
        went=list(_seen_by(socket, went).values()),
    )


def _typing(room: _Company, public_id: str, socket: Socket) -> Frame:
    hidden = {socket.person_id, *socket.viewer.apart_from}
    authors = [author for person, (author, _until) in room.typing.items() if person not in hidden]
    is_several = len(authors) > TYPISTS_MAX or (bool(authors) and len(room.all) > NAMED_MAX)
    return Typing(room=public_id, people=[] if is_several else authors, several=is_several)


def _seen_by(socket: Socket, people: People) -> People:
    apart = socket.viewer.apart_from
    return {person: one for person, one in people.items() if person not in apart} if apart else people


def _send(
    sockets: Iterable[Socket], frame: Callable[[Socket], Frame], *, apart: frozenset[int] = frozenset()
) -> None:
    """To all of them, encoded once for those who see everybody. `apart`: whose own frame differs."""
    common: Parcel | None = None
    for socket in list(sockets):
        if socket.viewer.apart_from or socket.person_id in apart:
            socket.tell(frame(socket))
            continue
        if common is None:
            common = Parcel([encode(frame(socket))])
        socket.write(common)
