"""Whatever people do in a room, in any order and at once: every open page shows what a fresh one would.

Real services, the real hub and sockets, PostgreSQL with real commits. The long run:
`HYPOTHESIS_PROFILE=long .venv/bin/python -m pytest tests/properties/test_life_of_a_room.py --timeout=3600`.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from pytest_django.fixtures import Settings

from accounts.models import Person
from accounts.selectors import people_apart
from accounts.services.age import correct_birth_date
from accounts.services.blocks import block_person, unblock_person
from common.clock import FOREVER
from common.errors import Refused
from moderation.models import Action
from moderation.services.enforcement import Order, enforce
from moderation.services.reports import report_message
from rooms import fanout
from rooms.gates import OPEN_GATE
from rooms.hints import ChangesHint, Hint
from rooms.models import Membership, Message, Room, Visibility
from rooms.selectors.entry import enter_by_public_id
from rooms.selectors.frames import Change
from rooms.services.memberships import join_room, leave_room, readmit_member, remove_member
from rooms.services.messages import VisibilityChange, delete_message, edit_message, show_or_hide
from tests.factories import MembershipFactory, PersonFactory, RoomFactory, born_years_ago
from tests.properties import LONG
from tests.properties.open_pages import Frame, Loop, OpenPage, fresh, loop_of_sockets
from tests.rooms.conftest import sign_in
from tests.rooms.saying import say, sending

PEOPLE = 4
SETTLED_S = 15
GROWN, YOUNG = 30, 14
DEEDS = ("say", "answer", "edit", "delete", "clear", "hold", "hide", "restore", "report")
COMINGS = ("join", "leave", "remove", "readmit", "grow_young", "grow_up")

numbers = st.integers(0, 7)
deeds = st.tuples(st.sampled_from(DEEDS), numbers, numbers)


class LifeOfARoom(RuleBasedStateMachine):
    """Four people in a room for those of 16 and above, a moderator and an administrator outside of it."""

    loop: ClassVar[Loop]
    published: ClassVar[list[Change]]

    @initialize(screened_after=st.booleans())
    def opens(self, screened_after: bool) -> None:
        """Everybody is in, and has the page open."""
        minimum = {"minimum_age": 18} if screened_after else {"minimum_age": 16}
        self.room = RoomFactory.create(screened_after=screened_after, **minimum)
        self.people = [PersonFactory.create() for _ in range(PEOPLE)]
        self.nora, self.ada = PersonFactory.create(moderator=True), PersonFactory.create(administrator=True)
        for person in self.people:
            MembershipFactory.create(room=self.room, person=person)
        self.pages = [OpenPage(self.loop, one, self.room, sign_in(one)) for one in self.people]
        self.apart: dict[int, frozenset[int]] = {}
        self.looked_at = [0] * PEOPLE
        self.published.clear()
        for who in range(2 * PEOPLE):
            self._do("say", who, who + 1)
        for which in range(PEOPLE):
            self._do("clear", 0, which)
        for page in self.pages:
            page.load()

    # --- what people do ---

    @rule(several=st.lists(deeds, min_size=1, max_size=5), look=st.booleans())
    def people_talk(self, several: list[tuple[str, int, int]], look: bool) -> None:
        """One thing after the other; then they may look."""
        for deed in several:
            self._do(*deed)
        if look:
            self.everybody_looks()

    @rule(several=st.lists(deeds, min_size=2, max_size=4), look=st.booleans())
    def several_talk_at_once(self, several: list[tuple[str, int, int]], look: bool) -> None:
        """Each on a connection of their own."""
        together([partial(self._do, *deed) for deed in several])
        if look:
            self.everybody_looks()

    @rule(what=st.sampled_from(COMINGS), who=numbers)
    def somebody_comes_or_goes(self, what: str, who: int) -> None:
        """By themselves, or because somebody else wants it."""
        self._come(what, self.people[who % PEOPLE])
        if what in {"join", "readmit", "grow_up"} and self._may_be_in(self.people[who % PEOPLE]):
            self.pages[who % PEOPLE].load()

    @rule(who=numbers, whom=numbers, at_once=st.booleans())
    def somebody_is_put_out_while_others_talk(self, who: int, whom: int, at_once: bool) -> None:
        """A removal and the removed one's own message, in whichever order they commit."""
        person = self.people[whom % PEOPLE]
        works = [partial(self._come, "remove", person), partial(self._do, "say", whom, who)]
        together(works) if at_once else [work() for work in works]

    @rule(who=numbers, whom=numbers, keeps_apart=st.booleans())
    def somebody_wants_distance(self, who: int, whom: int, keeps_apart: bool) -> None:
        """Or no longer; pages of both are loaded afresh then."""
        one, other = self.people[who % PEOPLE], self.people[whom % PEOPLE]
        if one != other:
            (block_person if keeps_apart else unblock_person)(blocker=one, blocked=other)
            self._settle()
            for page in self.pages:
                if page.person in {one, other} and self._may_be_in(page.person):
                    page.load()
                    self.looked_at[self.pages.index(page)] = len(page.frames)
            self.apart = people_apart(person.pk for person in self.people)

    @rule(who=numbers)
    def a_line_breaks(self, who: int) -> None:
        """Nothing comes until it is back."""
        self.pages[who % PEOPLE].disconnect()

    @rule(who=numbers)
    def a_line_is_back(self, who: int) -> None:
        """What changed comes as it is now."""
        if self._may_be_in(self.people[who % PEOPLE]):
            self.pages[who % PEOPLE].connect()

    def everybody_looks(self) -> None:
        """Every page that is open shows what a fresh one would; nothing came that may not."""
        self._settle()
        self._assert_numbering()
        for number, page in enumerate(self.pages):
            if page.is_in:
                self._assert_same(page)
            self._assert_nothing_leaked(page, page.frames[self.looked_at[number] :])
            self.looked_at[number] = len(page.frames)

    def teardown(self) -> None:
        """At the end everybody comes back and looks."""
        if hasattr(self, "pages"):
            for page in self.pages:
                if not page.is_in and self._may_be_in(page.person):
                    page.connect()
            self.everybody_looks()
            for page in self.pages:
                page.disconnect()

    # --- how ---

    def _do(self, what: str, who: int, which: int) -> None:
        person = self.people[who % PEOPLE]
        with suppress(Refused):
            if what == "say":
                say(person, self.room, f"text {who}{which}, @{self.people[which % PEOPLE].name}")
            elif message := self._some_message(which):
                getattr(self, f"_{what}")(person, message)

    def _some_message(self, which: int) -> Message | None:
        messages = list(
            Message.objects.filter(room=self.room).select_related("author").order_by("-position")[:8]
        )
        return messages[which % len(messages)] if messages else None

    def _answer(self, person: Person, message: Message) -> None:
        say(person, self.room, "an answer", reply_to=message.public_id)

    def _edit(self, _person: Person, message: Message) -> None:
        new = sending(message.author, self.room, f"{message.body} again")
        edit_message(
            person=message.author,
            room_public_id=self.room.public_id,
            message_public_id=message.public_id,
            body=new.body,
            client_key=new.client_key,
        )

    def _delete(self, _person: Person, message: Message) -> None:
        delete_message(
            person=message.author, room_public_id=self.room.public_id, message_public_id=message.public_id
        )

    def _clear(self, _person: Person, message: Message) -> None:
        show_or_hide(changes=[VisibilityChange(message.pk, Visibility.VISIBLE, message.text_version)])

    def _hold(self, _person: Person, message: Message) -> None:
        show_or_hide(changes=[VisibilityChange(message.pk, Visibility.HELD, message.text_version)])

    def _hide(self, _person: Person, message: Message) -> None:
        self._enforce(Action.HIDE, message)

    def _restore(self, _person: Person, message: Message) -> None:
        self._enforce(Action.RESTORE, message)

    def _enforce(self, action: Action, message: Message) -> None:
        enforce(
            [
                Order(
                    action=action,
                    person_id=message.author_id,
                    message_id=message.pk,
                    room_id=self.room.pk,
                    decided_by=self.nora,
                    reason="Because.",
                )
            ]
        )

    def _report(self, person: Person, message: Message) -> None:
        report_message(
            reporter=person,
            room_public_id=self.room.public_id,
            message_public_id=message.public_id,
            reason="other",
        )

    def _come(self, what: str, person: Person) -> None:
        person = Person.objects.get(pk=person.pk)
        with suppress(Refused):
            match what:
                case "join":
                    join_room(person=person, room=self.room)
                case "leave":
                    leave_room(person=person, room=self.room)
                case "remove":
                    remove_member(room=self.room, person=person, until=FOREVER, by=self.nora)
                case "readmit":
                    readmit_member(room=self.room, person=person, by=self.nora)
                    join_room(person=person, room=self.room)
                case _:
                    age = YOUNG if what == "grow_young" else GROWN
                    born = born_years_ago(age)
                    correct_birth_date(person=person, birth_date=born, by=self.ada, reason="Papers seen.")

    # --- what must hold ---

    def _may_be_in(self, person: Person) -> bool:
        try:
            enter_by_public_id(Person.objects.get(pk=person.pk), self.room.public_id)
        except Refused:
            return False
        return True

    def _settle(self) -> None:
        """Until every open page has what is committed, and whoever may not be in is out."""
        for page in self.pages:
            wait_until(lambda page=page: self._is_settled(page))  # type: ignore[misc]

    def _is_settled(self, page: OpenPage) -> bool:
        if not page.is_in:
            return True
        if not self._may_be_in(page.person):
            return False
        return page.is_up_to(Room.objects.values_list("revision", flat=True).get(pk=self.room.pk))

    def _assert_numbering(self) -> None:
        """Positions are 1, 2, 3 …; every revision up to the room's was published, once."""
        room = Room.objects.get(pk=self.room.pk)
        positions = list(
            Message.objects.filter(room=room).order_by("position").values_list("position", flat=True)
        )
        revisions = sorted(change.revision for change in self.published if change.room_id == room.pk)
        assert positions == list(range(1, room.last_position + 1))
        assert revisions == list(range(1, room.revision + 1))

    def _assert_same(self, page: OpenPage) -> None:
        """Equal, but that a quote may be missing until the page is loaded again; never one too many."""
        kept, now = page.seen, fresh(self.room, page.person)
        assert kept.keys() == now.keys()
        for public_id, frame in now.items():
            quoteless = {name: value for name, value in frame.items() if name != "quote"}
            assert kept[public_id] in (frame, quoteless)

    def _assert_nothing_leaked(self, page: OpenPage, frames: list[Frame]) -> None:
        """A text comes at a revision at which all might read it, or to its author; none across a block."""
        open_then = {
            (change.id, change.revision)
            for change in self.published
            if change.visibility == Visibility.VISIBLE
        }
        apart = self.apart.get(page.person.pk, frozenset())
        shut = {one.public_id for one in self.people if one.pk in apart}
        for frame in (inner for one in frames for inner in (one, *one.get("changes", ()))):
            if frame["type"] == "message" and frame["author"]["id"] != page.person.public_id:
                assert (frame["id"], frame["revision"]) in open_then
                assert frame["author"]["id"] not in shut


def together(works: Sequence[Callable[[], object]]) -> None:
    """All at the same time."""

    def on_its_own(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=on_its_own, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until it is so; fail when it is not in time."""
    deadline = time.monotonic() + SETTLED_S
    while not condition():
        assert time.monotonic() < deadline, "a page never settled"
        time.sleep(0.005)


@pytest.fixture
def _published(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keeps what was published after commit, and lets it pass."""
    LifeOfARoom.published, tell = [], fanout._tell

    def note(hint: Hint) -> None:
        if isinstance(hint, ChangesHint):
            LifeOfARoom.published.extend(hint.changes)
        tell(hint)

    monkeypatch.setattr(fanout, "_tell", note)
    with loop_of_sockets() as LifeOfARoom.loop:
        yield


EXTENT = settings(
    max_examples=500 if LONG else 8,
    stateful_step_count=40 if LONG else 15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.usefixtures("transactional_db", "django_db_serialized_rollback", "_published")
def test_every_open_page_shows_what_a_fresh_one_would(settings: Settings) -> None:
    settings.ROOMS_GATE = OPEN_GATE

    run_state_machine_as_test(LifeOfARoom, settings=EXTENT)

    assert Membership.objects.exists()
