"""The Django admin's view of rooms: to look at, and without what people wrote."""

import pytest

from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.visiting import as_person, words_of

LISTS = ["room", "membership", "invitation", "message"]


@pytest.mark.parametrize("name", LISTS)
def test_an_administrator_looks_and_cannot_change(cast: Cast, name: str) -> None:
    ada = as_person(cast.ada)

    assert ada.get(f"/administration/rooms/{name}/").status_code == 200
    assert ada.get(f"/administration/rooms/{name}/add/").status_code == 403


@pytest.mark.parametrize("name", LISTS)
def test_nobody_else_comes_in(cast: Cast, name: str) -> None:
    assert as_person(cast.nora).get(f"/administration/rooms/{name}/").status_code in {302, 403, 404}


def test_no_page_of_the_admin_shows_what_somebody_wrote(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex, body="unspeakable", hidden=True)
    ada = as_person(cast.ada)

    pages = [
        ada.get("/administration/rooms/message/"),
        ada.get(f"/administration/rooms/message/{message.pk}/change/"),
    ]

    assert message.public_id in words_of(pages[0])
    assert all("unspeakable" not in page.content.decode() for page in pages)
