"""Rooms by themselves: the open gate judges nothing, so a test decides what becomes visible when."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Person
from common.database import in_database
from rooms import gates
from rooms.gates import OPEN_GATE
from rooms.models import Message, Visibility
from rooms.services.messages import VisibilityChange, show_or_hide
from tests.cast import Cast
from tests.clients import Voice
from tests.rooms.judges import HandHeldGate
from tests.rooms.loopback import opened, with_cookie


@pytest.fixture(autouse=True)
def _open_gate(settings: Settings) -> None:
    settings.ROOMS_GATE = OPEN_GATE


Judge = Callable[[str, Visibility], None]


@pytest.fixture
def judge() -> Judge:
    """Decide what others see of a message, by its public id."""

    def decide(public_id: str, visibility: Visibility) -> None:
        message = Message.objects.get(public_id=public_id)
        show_or_hide(changes=[VisibilityChange(message.pk, visibility)])

    return decide


Join = Callable[[Person], Awaitable[Voice]]


@pytest.fixture
async def join(committed_cast: Cast) -> AsyncIterator[Join]:
    """A socket in this process for each person it is called with, read from until the end."""
    async with AsyncExitStack() as exits:

        async def as_person(person: Person) -> Voice:
            key = await in_database(sign_in, person)
            socket = await exits.enter_async_context(opened(with_cookie(key)))
            voice = Voice(person, socket)  # type: ignore[arg-type]
            reading = asyncio.create_task(voice._read())
            exits.callback(reading.cancel)
            return voice

        yield as_person


def sign_in(person: Person) -> str:
    """A session of this person's: its key."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def gate(settings: Settings) -> HandHeldGate:
    """The gate in force, in the test's hand."""
    settings.ROOMS_GATE = "tests.rooms.judges.HandHeldGate"
    gates._made.cache_clear()
    made = gates.gate()
    assert isinstance(made, HandHeldGate)
    return made
