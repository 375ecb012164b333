"""Where the command palette leads: to what one may see, and to nothing else."""

from pytest_django import DjangoAssertNumQueries

from accounts.services.blocks import block_person
from tests.cast import Cast
from tests.factories import MembershipFactory, PersonFactory, RoomFactory
from tests.rooms.visiting import as_person

PALETTE = "/palette/"


def test_rooms_to_enter_and_to_join_are_offered_and_no_secret_one(cast: Cast) -> None:
    mara, finn = (as_person(person).get(PALETTE).content.decode() for person in (cast.mara, cast.finn))

    assert 'data-href="/rooms/attic/"' in mara
    assert "Attic" not in finn
    assert "Lounge" not in finn


def test_people_of_ones_rooms_are_offered_but_not_across_a_block(cast: Cast) -> None:
    PersonFactory.create(name="Elsewhere")
    block_person(blocker=cast.rex, blocked=cast.finn)

    page = as_person(cast.finn).get(PALETTE).content.decode()

    assert "Mara" in page
    assert "Rex" not in page
    assert "Elsewhere" not in page
    assert "Finn" not in page


def test_the_open_room_can_be_muted_and_another_not(cast: Cast) -> None:
    client = as_person(cast.finn)

    here = client.get(PALETTE, {"room": cast.harbour.public_id}).content.decode()
    secret = client.get(PALETTE, {"room": cast.attic.public_id}).content.decode()

    assert 'data-post="/rooms/harbour/loudness/"' in here
    assert 'data-href="/search/?q=in%3Aharbour+"' in here
    assert "loudness" not in secret
    assert "attic" not in secret


def test_the_queue_is_for_moderators_and_new_rooms_are_for_adults(cast: Cast) -> None:
    assert 'id="palette-queue"' in as_person(cast.nora).get(PALETTE).content.decode()
    assert 'id="palette-queue"' not in as_person(cast.mara).get(PALETTE).content.decode()
    assert 'id="palette-create"' in as_person(cast.mara).get(PALETTE).content.decode()
    assert 'id="palette-create"' not in as_person(cast.finn).get(PALETTE).content.decode()


def test_many_rooms_and_people_cost_no_more_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(cast.mara)
    for _ in range(5):
        MembershipFactory.create(room=MembershipFactory.create(person=cast.mara).room)
        RoomFactory.create()

    with django_assert_max_num_queries(18):
        client.get(PALETTE)
