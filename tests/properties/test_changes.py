"""What one had, and what changed since, is what one would read afresh: for every viewer, at every moment."""

import contextlib
import uuid
from dataclasses import dataclass, field
from typing import Literal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Person
from common.errors import Refused
from rooms.gates import OPEN_GATE
from rooms.models import Message, Reaction, Room, Visibility
from rooms.permissions import Viewer
from rooms.protocol import MessageFrame, Tombstone
from rooms.selectors.changes import changes_since
from rooms.selectors.frames import frame_for
from rooms.selectors.history import page_of
from rooms.selectors.viewers import viewer_of
from rooms.services.messages import VisibilityChange, delete_message, edit_message, show_or_hide
from rooms.services.pins import pin_message, unpin_message
from rooms.services.reactions import react, take_reaction_back
from tests.factories import MembershipFactory, PersonFactory, RoomFactory
from tests.properties import LONG
from tests.rooms.saying import say

Seen = MessageFrame | Tombstone
Deed = tuple[Literal["say", "answer", "edit", "delete", "decide", "react", "pin", "look"], int, Visibility]

deeds = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "say", "answer", "edit", "delete", "decide", "decide", "react", "pin", "look"]
        ),
        st.integers(0, 7),
        st.sampled_from([Visibility.VISIBLE, Visibility.HELD, Visibility.HIDDEN]),
    ),
    max_size=14,
)


@dataclass
class Page:
    """What a client has: as protocol.md says, a tombstone takes the quotes of its message along."""

    viewer: Viewer
    revision: int = 0
    seen: dict[str, Seen] = field(default_factory=dict)

    def catch_up(self, room: Room) -> None:
        """As after `enter` with the last revision."""
        changed = changes_since(room.pk, self.revision)
        self.revision = changed.revision
        for change in changed.changes:
            frame = frame_for(change, self.viewer)
            if frame is not None:
                self.seen[frame.id] = frame
            if isinstance(frame, Tombstone):
                self._forget_quotes_of(frame.id)

    def _forget_quotes_of(self, gone: str) -> None:
        for public_id, frame in self.seen.items():
            if isinstance(frame, MessageFrame) and frame.quote and frame.quote.id == gone:
                self.seen[public_id] = msgspec.structs.replace(frame, quote=None)


@dataclass
class Talk:
    """A room, three people, and what they do."""

    room: Room
    people: list[Person]
    said: list[str] = field(default_factory=list)

    def do(self, deed: Deed) -> None:
        """One deed; what cannot be done is left."""
        what, number, visibility = deed
        person = self.people[number % 2]
        if what in {"say", "answer"} or not self.said:
            parent = self._visible(number) if what == "answer" else None
            self.said.append(
                say(
                    person, self.room, f"text {number}, @{self.people[1].name}", reply_to=parent
                ).message_public_id
            )
            return
        message = Message.objects.select_related("author").get(public_id=self.said[number % len(self.said)])
        if what == "decide":
            show_or_hide(changes=[VisibilityChange(message.pk, visibility)])
        elif what == "delete":
            delete_message(
                person=message.author,
                room_public_id=self.room.public_id,
                message_public_id=message.public_id,
            )
        elif what == "edit" and message.visibility in {Visibility.VISIBLE, Visibility.CHECKING}:
            edit_message(
                person=message.author,
                room_public_id=self.room.public_id,
                message_public_id=message.public_id,
                body=f"edited {number} {uuid.uuid4()}",
                client_key=uuid.uuid4(),
            )

        elif what == "react":
            self._react(person, message)
        elif what == "pin":
            self._pin(message)

    def _react(self, person: Person, message: Message) -> None:
        """Give or take back, where the message is to be seen."""
        mine = Reaction.objects.filter(message=message, person=person)
        change = take_reaction_back if mine.exists() else react
        with contextlib.suppress(Refused):
            change(
                person=person,
                room_public_id=self.room.public_id,
                message_public_id=message.public_id,
                emoji="👍",
            )

    def _pin(self, message: Message) -> None:
        """By the moderator."""
        change = pin_message if message.pinned_at is None else unpin_message
        with contextlib.suppress(Refused):
            change(
                person=self.people[2],
                room_public_id=self.room.public_id,
                message_public_id=message.public_id,
            )

    def _visible(self, number: int) -> str | None:
        rows = Message.objects.filter(room=self.room, visibility=Visibility.VISIBLE).order_by("position")
        found = list(rows.values_list("public_id", flat=True))
        return found[number % len(found)] if found else None


@pytest.mark.django_db
@given(deeds, st.booleans())
@settings(
    max_examples=500 if LONG else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_old_state_and_changes_are_the_fresh_state(
    settings_of_django: None, deeds: list[Deed], adults_only: bool
) -> None:
    room = RoomFactory.create(screened_after=adults_only)
    people = [PersonFactory.create(), PersonFactory.create(), PersonFactory.create(moderator=True)]
    for person in people:
        MembershipFactory.create(room=room, person=person)
    pages, talk = [Page(viewer_of(person)) for person in people], Talk(room, people)

    for deed in deeds:
        if deed[0] == "look":
            pages[deed[1] % 3].catch_up(room)
        else:
            talk.do(deed)
    for page in pages:
        page.catch_up(room)

        fresh = {frame.id: frame for frame in page_of(room, page.viewer, limit=100).messages}
        assert page.seen.keys() == fresh.keys()
        for public_id, frame in fresh.items():
            assert_same(page.seen[public_id], frame)


@pytest.fixture
def settings_of_django(settings: object) -> None:
    """The gate lets everything through."""
    settings.ROOMS_GATE = OPEN_GATE  # type: ignore[attr-defined]


def assert_same(kept: Seen, fresh: Seen) -> None:
    """Equal, but that a quote may be missing until the page is loaded again; never one too many."""
    if isinstance(kept, MessageFrame) and isinstance(fresh, MessageFrame) and kept.quote is None:
        fresh = msgspec.structs.replace(fresh, quote=None)
    assert kept == fresh
