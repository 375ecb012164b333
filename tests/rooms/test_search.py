"""Searching what was said: found is what one may see, and nothing else, by any way of asking."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries

from accounts.models import Person
from accounts.services.blocks import block_person
from common.clock import now
from common.errors import Code, Refused
from rooms.models import Membership, Message, Room
from rooms.searching import read
from rooms.selectors.search import PAGE, search
from rooms.services.messages import delete_message
from tests.cast import Cast
from tests.factories import MembershipFactory, MessageFactory, born_years_ago
from tests.properties.test_searching import TYPED
from tests.rooms.visiting import as_person, words_of

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _as_often_as_one_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask quicker than people; the rate has a test of its own."""
    monkeypatch.setattr("rooms.selectors.search.RATE", "100000/minute")


def said(room: Room, author: Person, body: str, **facts: object) -> Message:
    return MessageFactory.create(room=room, author=author, body=body, **facts)


def found(person: Person, text: str) -> list[str]:
    """What the hits say, newest first."""
    return ["".join(part.text for part in hit.parts) for hit in search(person, read(text)).hits]


def test_words_phrases_and_what_is_left_out(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "The first boat leaves at seven")
    said(cast.harbour, cast.finn, "Boats at first light, no sail")

    assert found(cast.mara, "boat") == ["Boats at first light, no sail", "The first boat leaves at seven"]
    assert found(cast.mara, '"first boat"') == ["The first boat leaves at seven"]
    assert found(cast.mara, "boat -sail") == ["The first boat leaves at seven"]
    assert found(cast.mara, 'boat -"first boat"') == ["Boats at first light, no sail"]
    assert found(cast.mara, "BOAT seven") == ["The first boat leaves at seven"]


def test_whom_where_when_and_with_a_link(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "old boat", sent_at=now() - dt.timedelta(days=3))
    said(cast.lounge, cast.mara, "new boat", body_html='<p>new boat <a href="https://x.example">x</a></p>')
    yesterday = (now() - dt.timedelta(days=1)).date().isoformat()

    assert found(cast.mara, "boat from:REX") == ["old boat"]
    assert found(cast.mara, "from:me") == ["new boat"]
    assert found(cast.mara, "boat in:Harbour") == ["old boat"]
    assert found(cast.mara, "from:rex from:mara in:lounge in:harbour") == ["new boat", "old boat"]
    assert found(cast.mara, f"boat before:{yesterday}") == ["old boat"]
    assert found(cast.mara, f"boat after:{yesterday}") == ["new boat"]
    assert found(cast.mara, "has:link") == ["new boat"]
    assert found(cast.mara, "from:nobody") == []


def test_what_is_written_as_a_link_is_none(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "<a href=x>", body_html="<p>&lt;a href=x&gt;</p>")

    assert found(cast.mara, "has:link") == []


@pytest.mark.parametrize("state", ["hidden", "held", "checking"])
def test_what_is_not_visible_is_found_by_nobody_not_even_who_wrote_or_moderates(
    cast: Cast, state: str
) -> None:
    said(cast.harbour, cast.rex, "unspeakable", **{state: True})

    for person in (cast.rex, cast.finn, cast.mara, cast.nora):
        assert found(person, "unspeakable") == found(person, "from:rex") == []


def test_what_its_author_deleted_is_not_found(cast: Cast) -> None:
    message = said(cast.harbour, cast.rex, "regrettable")

    delete_message(
        person=cast.rex, room_public_id=cast.harbour.public_id, message_public_id=message.public_id
    )

    assert found(cast.mara, "regrettable") == found(cast.rex, "regrettable") == []


def test_hidden_while_the_page_of_hits_is_turned_it_is_gone_from_the_next(cast: Cast) -> None:
    oldest = said(cast.harbour, cast.rex, "boat of old")
    for _ in range(PAGE):
        said(cast.harbour, cast.finn, "boat")
    first = search(cast.mara, read("boat"))

    Message.objects.filter(pk=oldest.pk).update(visibility="hidden")

    assert first.older
    assert search(cast.mara, read("boat"), older=first.older).hits == ()


@pytest.mark.parametrize(
    ("facts", "of"),
    [
        ({"left_at": -HOUR}, "membership"),
        ({"left_at": -HOUR, "removed_until": HOUR}, "membership"),
        ({"removed_until": HOUR}, "membership"),
        ({"closed_at": -HOUR}, "room"),
        ({"minimum_age": 15}, "room"),
        ({"birth_date": born_years_ago(12)}, "person"),
        ({"suspended_until": HOUR}, "person"),
    ],
)
def test_nothing_is_found_in_a_room_one_may_not_enter_any_more(
    cast: Cast, facts: dict[str, object], of: str
) -> None:
    said(cast.harbour, cast.rex, "boat")
    Room.objects.filter(pk=cast.harbour.pk).update(minimum_age=13)
    assert found(cast.finn, "boat") == ["boat"]
    rows = {
        "membership": Membership.objects.filter(room=cast.harbour, person=cast.finn),
        "room": Room.objects.filter(pk=cast.harbour.pk),
        "person": Person.objects.filter(pk=cast.finn.pk),
    }

    rows[of].update(
        **{name: now() + value if isinstance(value, dt.timedelta) else value for name, value in facts.items()}
    )

    finn = Person.objects.get(pk=cast.finn.pk)
    assert found(finn, "boat") == found(finn, "from:rex") == found(finn, "in:harbour boat") == []


def test_a_room_one_is_not_in_looks_as_if_it_were_not_there(cast: Cast) -> None:
    said(cast.attic, cast.mara, "secret boat")

    assert (
        found(cast.sam, "in:attic boat")
        == found(cast.sam, "boat")
        == found(cast.sam, "in:nowhere boat")
        == []
    )
    there = words_of(as_person(cast.sam).get("/search/?q=in:attic boat"))
    nowhere = words_of(as_person(cast.sam).get("/search/?q=in:attix boat"))
    assert there.replace("attic", "attix") == nowhere


def test_nothing_is_found_across_a_block_by_either_but_moderators_find_it(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "boat by Rex")
    said(cast.harbour, cast.finn, "boat by Finn")
    block_person(blocker=cast.finn, blocked=cast.rex)
    block_person(blocker=cast.nora, blocked=cast.rex)

    assert found(cast.finn, "boat") == ["boat by Finn"]
    assert found(cast.finn, "from:rex") == []
    assert found(cast.rex, "boat") == ["boat by Rex"]
    assert found(cast.nora, "boat") == ["boat by Finn", "boat by Rex"]


def test_pages_follow_one_another_without_gap_or_repetition(cast: Cast) -> None:
    for number in range(2 * PAGE + 1):
        said(cast.harbour, cast.rex, f"boat {number}")

    seen, older = [], ""
    for _ in range(3):
        page = search(cast.mara, read("boat"), older=older)
        seen += [hit.message_id for hit in page.hits]
        older = page.older

    assert len(seen) == len(set(seen)) == 2 * PAGE + 1
    assert older == ""


@pytest.mark.parametrize("older", ["1", "1:x", "∅"])
def test_an_address_of_a_page_that_is_not_ours_is_refused(cast: Cast, older: str) -> None:
    with pytest.raises(Refused) as refused:
        search(cast.mara, read("boat"), older=older)

    assert refused.value.code is Code.MALFORMED


def test_however_much_is_found_it_costs_as_many_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    asked = read("boat from:rex")
    said(cast.harbour, cast.rex, "boat")
    with django_assert_num_queries(10):  # three of them for the time limit
        assert len(search(cast.mara, asked).hits) == 1
    for room in (cast.harbour, cast.lounge):
        said(room, cast.rex, "boat")

    with django_assert_num_queries(10):
        assert len(search(cast.mara, asked).hits) == 3


def test_searching_has_a_rate(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooms.selectors.search.RATE", "1/hour")
    search(cast.mara, read("boat"))

    with pytest.raises(Refused) as refused:
        search(cast.mara, read("boat"))

    assert refused.value.code is Code.TOO_FAST


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED)
def test_nothing_that_is_typed_makes_the_database_fail(cast: Cast, typed: str) -> None:
    assert len(search(cast.mara, read(typed)).hits) <= PAGE


def test_the_page_marks_the_words_and_runs_nothing_of_the_message(cast: Cast) -> None:
    message = said(cast.harbour, cast.rex, "a boat <script>alert(1)</script> <mark>b</mark>")

    page = as_person(cast.mara).get("/search/", {"q": "boat"}).content.decode()

    assert "<mark>boat</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;mark&gt;b" in page
    assert f'href="/rooms/harbour/messages/{message.public_id}/"' in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Search messages"),
        ("nothing-like-this", "Nothing was found"),
        ("a", "One letter finds too much"),
        ("before:soon", "is not a date"),
        ("size:big", "is not understood"),
        ("-boat", "only what to leave out"),
        ("<script>alert(1)</script> x:y", "is not understood"),
    ],
)
def test_the_page_says_in_plain_words_what_came_of_it(cast: Cast, typed: str, words: str) -> None:
    answer = as_person(cast.mara).get("/search/", {"q": typed})

    assert words in words_of(answer)
    assert b"<script>alert" not in answer.content


def test_who_is_not_signed_in_searches_nothing(cast: Cast) -> None:
    assert as_person(None).get("/search/?q=boat").status_code == 302


def test_who_comes_back_finds_again_what_is_said_there(cast: Cast) -> None:
    said(cast.attic, cast.mara, "boat")
    MembershipFactory.create(room=cast.attic, person=cast.sam)

    assert found(cast.sam, "boat") == ["boat"]
