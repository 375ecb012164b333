"""A batch of sendings with all that is known about them, and the answers that follow by permissions.py.

Loaded by loading.py under the rooms' locks; stores nothing: messages.py does.
"""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from accounts.models import AgeBand, Person
from accounts.permissions import age_of
from accounts.services.sessions import Credentials
from common.errors import Code, Refused
from rooms import permissions
from rooms.markdown import names_called, render
from rooms.models import Membership, Message, Room, Visibility
from rooms.permissions import Sight, Viewer, refusal_to_enter, refusal_to_post, sight
from rooms.seams import Draft, RecentMessage, Verdict
from rooms.services.revisions import next_position, next_revision

# How many of an author's own messages the gate looks at.
RECENT_MAX = 10


@dataclass(frozen=True, slots=True)
class Sending:
    """Something a person wants to say, as it came in.

    Attributes:
        client_key: chosen by the client, unique per author: a repeated sending is the same message.
        reply_to: public id of the message it answers.
        nudged: the person has seen a nudge about this text.
        credentials: what the socket was opened with; None where the request was authenticated just now.
    """

    person_id: int
    room_public_id: str
    client_key: uuid.UUID
    body: str
    reply_to: str | None = None
    nudged: bool = False
    credentials: Credentials | None = None

    @property
    def key(self) -> tuple[int, uuid.UUID]:
        """What names a message before it has an id."""
        return self.person_id, self.client_key

    @property
    def digest(self) -> str:
        """What must be equal for two sendings to be the same."""
        parts = "\n".join((self.room_public_id, self.reply_to or "", self.body))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as it was committed. `state` is its visibility."""

    message_public_id: str
    room_public_id: str
    client_key: uuid.UUID
    position: int
    revision: int
    state: str

    @classmethod
    def of(cls, message: Message) -> "Posted":
        """The message as it stands."""
        return cls(
            message_public_id=message.public_id,
            room_public_id=message.room.public_id,
            client_key=message.client_key,
            position=message.position,
            revision=message.revision,
            state=str(message.visibility),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """A message to be stored, whom it mentions, and what the gate said."""

    message: Message
    mentioned: tuple[int, ...]
    verdict: Verdict


@dataclass
class Batch:
    """What is known, and what follows from it. Later sendings see what earlier ones did.

    Attributes:
        rooms: by public id, locked.
        ended: why credentials hold no longer.
        memberships: by room and person, as are `last_sent` (where slow mode asks) and `called` (by name).
        earlier: stored messages with the same author and key.
        parents: messages that are answered, by room and public id.
        recent: the authors' last messages anywhere, newest last.
    """

    at: dt.datetime
    rooms: Mapping[str, Room]
    bands: list[AgeBand]
    people: Mapping[int, Person]
    ended: Mapping[Credentials, Refused]
    memberships: Mapping[tuple[int, int], Membership]
    apart: Mapping[int, frozenset[int]]
    earlier: Mapping[tuple[int, uuid.UUID], Message]
    parents: Mapping[tuple[int, str], Message]
    called: Mapping[tuple[int, str], Membership]
    last_sent: dict[tuple[int, int], dt.datetime]
    recent: defaultdict[int, list[RecentMessage]]
    accepted: dict[tuple[int, uuid.UUID], Accepted] = field(default_factory=dict)

    def refusal_of_sender(self, sending: Sending) -> Refused | None:
        """Why this person may do nothing here at all, or None: standing, credentials, whether the room is."""
        if sending.credentials is not None and sending.credentials in self.ended:
            return self.ended[sending.credentials]
        if sending.person_id not in self.people:
            return Refused(Code.NOT_SIGNED_IN)
        return None if sending.room_public_id in self.rooms else Refused(Code.NOT_FOUND)

    def answer_before(self, sending: Sending) -> Accepted | Posted | Refused | None:
        """What the same key was answered, in this batch or ever."""
        accepted, earlier = self.accepted.get(sending.key), self.earlier.get(sending.key)
        message = accepted.message if accepted else earlier
        if message is None:
            return None
        if message.sent_digest != sending.digest:
            return Refused(Code.KEY_REUSED)
        return accepted or Posted.of(message)

    def refusal_to_send(self, sending: Sending) -> Refused | None:
        """Why it may not be said, or None."""
        room = self.rooms[sending.room_public_id]
        person, membership = self.who(sending)
        last = self.last_sent.get((room.pk, sending.person_id))
        return (
            refusal_to_post(person, room, membership, self.at, last_sent_at=last)
            or refusal_by_shape(sending.body)
            or self._refusal_to_answer(sending)
        )

    def refusal_to_edit(self, sending: Sending, message: Message) -> Refused | None:
        """Why this message of theirs may not get another text, or None. Slow mode does not count here."""
        if message.visibility == Visibility.DELETED:
            return Refused(Code.GONE)
        if message.visibility in {Visibility.HELD, Visibility.HIDDEN}:
            return Refused(Code.NOT_ALLOWED)
        room = self.rooms[sending.room_public_id]
        person, membership = self.who(sending)
        return refusal_to_post(person, room, membership, self.at) or refusal_by_shape(sending.body)

    def refusal_to_be_here(self, sending: Sending) -> Refused | None:
        """Why they may not be in the room, or None: for taking a message back."""
        person, membership = self.who(sending)
        return refusal_to_enter(person, self.rooms[sending.room_public_id], membership, self.at)

    def screens_before(self, sending: Sending) -> bool:
        """Whether the message waits for its clearance."""
        return permissions.screens_before(self.rooms[sending.room_public_id], self.bands)

    def draft(self, sending: Sending, *, is_edit: bool = False) -> Draft:
        """The sending as the gate looks at it."""
        person = self.people[sending.person_id]
        return Draft(
            room_id=self.rooms[sending.room_public_id].pk,
            author_id=person.pk,
            body=sending.body,
            sent_at=self.at,
            author_age=age_of(person),
            author_is_new=permissions.is_on_probation(person, self.at),
            author_is_exempt=person.is_moderator,
            screens_before=self.screens_before(sending),
            minors_may_read=permissions.minors_may_enter(self.rooms[sending.room_public_id], self.bands),
            nudged=sending.nudged,
            recent=tuple(self.recent[person.pk][-RECENT_MAX:]),
            is_edit=is_edit,
        )

    def accept(self, sending: Sending, verdict: Verdict, visibility: Visibility) -> Accepted:
        """Make the message, with the room's next position and revision."""
        room, mentions = self.rooms[sending.room_public_id], self.mentions(sending)
        revision = next_revision(room)
        parent = self.parents.get((room.pk, sending.reply_to or ""))
        message = Message(
            room=room,
            author=self.people[sending.person_id],
            client_key=sending.client_key,
            sent_digest=sending.digest,
            body=sending.body,
            body_html=self.html(sending),
            visibility=visibility,
            was_visible=visibility == Visibility.VISIBLE,
            reply_to=parent,
            thread_root=(parent.thread_root or parent) if parent else None,
            position=next_position(room),
            revision=revision,
            shown_revision=revision if visibility == Visibility.VISIBLE else None,
            sent_at=self.at,
        )
        accepted = Accepted(message, tuple(person.pk for person in mentions.values()), verdict)
        self._remember(sending, accepted)
        return accepted

    def html(self, sending: Sending) -> str:
        """The text as others see it."""
        mentions = self.mentions(sending)
        return render(sending.body, {name: person.public_id for name, person in mentions.items()})

    def mentions(self, sending: Sending) -> dict[str, Person]:
        """Whom the text calls, by lower-case name: people in the room who may read it, not oneself."""
        room = self.rooms[sending.room_public_id]
        found = {name: self.called.get((room.pk, name)) for name in names_called(sending.body)}
        return {name: m.person for name, m in found.items() if m and self._is_reachable(sending, room, m)}

    def who(self, sending: Sending) -> tuple[Person, Membership | None]:
        """The sender, and their place in the room, as both stand while this runs."""
        room = self.rooms[sending.room_public_id]
        return self.people[sending.person_id], self.memberships.get((room.pk, sending.person_id))

    def _refusal_to_answer(self, sending: Sending) -> Refused | None:
        """What is answered must be in this room, and readable by whoever answers."""
        if sending.reply_to is None:
            return None
        room = self.rooms[sending.room_public_id]
        parent = self.parents.get((room.pk, sending.reply_to))
        if parent is None:
            return Refused(Code.NOT_FOUND)
        seen = sight(
            Viewer(sending.person_id, apart_from=self.apart.get(sending.person_id, frozenset())),
            author_id=parent.author_id,
            visibility=parent.visibility,
            was_visible=parent.was_visible,
        )
        return None if seen in {Sight.TEXT, Sight.OWN} else Refused(Code.NOT_FOUND)

    def _is_reachable(self, sending: Sending, room: Room, called: Membership) -> bool:
        is_apart = called.person_id in self.apart.get(sending.person_id, frozenset())
        if is_apart or called.person_id == sending.person_id:
            return False
        return refusal_to_enter(called.person, room, called, self.at) is None

    def _remember(self, sending: Sending, accepted: Accepted) -> None:
        message = accepted.message
        self.accepted[sending.key] = accepted
        self.last_sent[message.room_id, message.author_id] = self.at
        recent = self.recent[message.author_id]
        recent.append(RecentMessage(message.body, self.at, message.room_id))


def refusal_by_shape(body: str) -> Refused | None:
    """Why this cannot be a message's text, or None: nothing to see in it, too long, not storable."""
    if not any(letter.isprintable() and not letter.isspace() for letter in body):
        return Refused(Code.EMPTY)
    if len(body) > settings.MESSAGE_MAX_LENGTH:
        return Refused(Code.TOO_LONG, limit=settings.MESSAGE_MAX_LENGTH)
    is_storable = "\0" not in body and not any("\ud800" <= letter <= "\udfff" for letter in body)
    return None if is_storable else Refused(Code.MALFORMED)
