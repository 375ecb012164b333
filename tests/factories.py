"""Rows for tests, with traits that name meaningful states. The people with names are in cast.py."""

import datetime as dt
import functools
import uuid

import factory
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from accounts.models import Person, SiteRole
from common.clock import today
from rooms.models import Access, Membership, Message, Room, RoomRole, ScreeningMode, Visibility

PASSWORD = "seven-lanterns-over-the-harbour"


@functools.cache
def _hashed() -> str:
    """Once, and quickly: hashing is slow on purpose. As tests/accounts hashes, so that nothing is renewed."""
    hasher = PBKDF2PasswordHasher()
    return hasher.encode(PASSWORD, hasher.salt(), iterations=1_000)


def born_years_ago(years: int) -> dt.date:
    """A birth date that makes somebody `years` old today, with a month to spare."""
    day = today() - dt.timedelta(days=31)
    return day.replace(year=day.year - years, day=min(day.day, 28))


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    """An adult member with a verified address."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    class Params:
        age = 30
        minor = factory.Trait(age=14)
        moderator = factory.Trait(role=SiteRole.MODERATOR)
        administrator = factory.Trait(role=SiteRole.ADMINISTRATOR)

    name = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda person: f"{person.name.lower()}@example.org")
    birth_date = factory.LazyAttribute(lambda person: born_years_ago(person.age))
    password = factory.LazyFunction(_hashed)
    # Not on probation: a week here.
    joined_at = factory.LazyFunction(lambda: dt.datetime.now(dt.UTC) - dt.timedelta(days=30))

    @factory.post_generation
    def verified(self: Person, create: bool, extracted: bool | None) -> None:
        """Unless verified=False: the address is confirmed, as allauth keeps it."""
        if create and extracted is not False:
            from allauth.account.models import EmailAddress  # noqa: PLC0415

            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class RoomFactory(factory.django.DjangoModelFactory[Room]):
    """A public room for everybody, screened before messages are shown."""

    class Meta:
        model = Room

    class Params:
        adults_only = factory.Trait(minimum_age=18)
        screened_after = factory.Trait(minimum_age=18, screening_mode=ScreeningMode.AFTER)
        invite_only = factory.Trait(access=Access.INVITE_ONLY)

    slug = factory.Sequence(lambda n: f"room-{n}")
    name = factory.Sequence(lambda n: f"Room {n}")


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A person in a room."""

    class Meta:
        model = Membership

    class Params:
        host = factory.Trait(role=RoomRole.HOST)
        owner = factory.Trait(role=RoomRole.OWNER)

    room = factory.SubFactory(RoomFactory)
    person = factory.SubFactory(PersonFactory)


class MessageFactory(factory.django.DjangoModelFactory[Message]):
    """A visible message at the end of its room, written past the services: for reading and page tests."""

    class Meta:
        model = Message

    class Params:
        held = factory.Trait(visibility=Visibility.HELD, was_visible=False)
        hidden = factory.Trait(visibility=Visibility.HIDDEN)
        checking = factory.Trait(visibility=Visibility.CHECKING, was_visible=False)

    room = factory.SubFactory(RoomFactory)
    author = factory.SubFactory(PersonFactory)
    client_key = factory.LazyFunction(uuid.uuid4)
    sent_digest = "0" * 64
    body = factory.Sequence(lambda n: f"message number {n}")
    body_html = factory.LazyAttribute(lambda message: f"<p>{message.body}</p>")
    visibility = Visibility.VISIBLE
    was_visible = True
    position = factory.LazyAttribute(lambda message: _next(message.room, "last_position"))
    revision = factory.LazyAttribute(lambda message: _next(message.room, "revision"))


def _next(room: Room, counter: str) -> int:
    number: int = getattr(room, counter) + 1
    setattr(room, counter, number)
    Room.objects.filter(pk=room.pk).update(**{counter: number})
    return number
