"""`manage.py load_members`: what a load test asks for, and where it is refused."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts.services.sessions import credentials_from_token
from rooms.models import Membership, Room
from tests.cast import Cast


def _load(*rooms: str, count: int = 3, screening: str = "before") -> list[dict[str, object]]:
    out = io.StringIO()
    named = [word for room in rooms for word in ("--room", room)]
    call_command("load_members", "--count", str(count), "--screening", screening, *named, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_members_of_a_room_are_made_and_their_tokens_printed(cast: Cast) -> None:
    members = _load(cast.harbour.slug)

    assert len(members) == 3
    for member in members:
        assert credentials_from_token(str(member["token"])).person_id == member["person"]
        assert member["room"] == cast.harbour.public_id
        assert Membership.objects.filter(room=cast.harbour, person=member["person"], left_at=None).exists()


@pytest.mark.django_db
def test_a_room_that_is_missing_is_made_with_the_screening_asked_for() -> None:
    members = _load("load-1", "load-2", count=4, screening="after")

    made = Room.objects.filter(slug__startswith="load-").order_by("slug")
    assert [room.screening_mode for room in made] == ["after", "after"]
    assert sorted(str(member["room"]) for member in members) == sorted(
        [room.public_id for room in made for _ in range(2)]
    )


@pytest.mark.django_db
def test_the_second_time_the_same_people_get_fresh_tokens(cast: Cast) -> None:
    first, second = _load(cast.harbour.slug), _load(cast.harbour.slug)

    assert [member["person"] for member in first] == [member["person"] for member in second]
    assert not {member["token"] for member in first} & {member["token"] for member in second}


@pytest.mark.django_db
def test_on_production_settings_it_says_why_not(cast: Cast, settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="does not run on production settings"):
        _load(cast.harbour.slug)
