"""The Django admin shows rooms to administrators, and never what was said in them."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from rooms.models import Message
from rooms.services.memberships import invite
from tests.cast import Cast
from tests.factories import MessageFactory

SECRET = "the secret text"


def client_of(person: Person) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("model", ["room", "membership", "invitation", "message"])
def test_lists_show_where_things_stand_and_no_text(cast: Cast, model: str) -> None:
    MessageFactory.create(room=cast.lounge, author=cast.rex, body=SECRET)
    invite(room=cast.attic, by=cast.mara, uses=1, lasts=dt.timedelta(days=1))

    page = client_of(cast.ada).get(reverse(f"admin:rooms_{model}_changelist"))

    assert page.status_code == 200
    assert SECRET not in page.content.decode()


def test_a_message_is_shown_without_its_text(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, body=SECRET)

    page = client_of(cast.ada).get(reverse("admin:rooms_message_change", args=[message.pk]))

    assert message.public_id in page.content.decode()
    assert SECRET not in page.content.decode()


def test_nothing_is_changed_or_deleted_there(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.lounge, author=cast.rex, body=SECRET)
    ada = client_of(cast.ada)

    ada.post(reverse("admin:rooms_message_change", args=[message.pk]), {"visibility": "hidden"})
    ada.post(reverse("admin:rooms_message_delete", args=[message.pk]), {"post": "yes"})

    assert Message.objects.get(pk=message.pk).visibility == "visible"


def test_a_row_of_a_room_leads_to_its_settings(cast: Cast) -> None:
    page = client_of(cast.ada).get(reverse("admin:rooms_room_change", args=[cast.lounge.pk]))

    assert page["Location"] == reverse("rooms:settings", args=["lounge"])


def test_moderators_do_not_come_in(cast: Cast) -> None:
    page = client_of(cast.nora).get(reverse("admin:rooms_message_changelist"))

    assert page.status_code == 302
