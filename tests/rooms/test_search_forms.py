"""Searching finds other forms of a word, names as they are, and the best first where that is wanted."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from accounts.models import Person
from common.clock import now
from config.doctor import site
from rooms.models import Message, Room
from rooms.searching import Order, Part, read
from rooms.selectors import search as searching
from rooms.selectors.matching import matching
from rooms.selectors.search import PAGE, search
from rooms.selectors.stems import stemmer_in_use
from rooms.selectors.viewers import viewer_of
from rooms.stemming import changed_to, dictionary_for
from tests.bots import bot_of
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.rooms.visiting import as_person, words_of


@pytest.fixture(autouse=True)
def _as_often_as_one_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "RATE", "100000/minute")


def said(room: Room, author: Person, body: str, *, days_ago: int = 0) -> Message:
    sent_at = now() - dt.timedelta(days=days_ago)
    return MessageFactory.create(room=room, author=author, body=body, sent_at=sent_at)


def found(person: Person, text: str, order: Order = Order.NEWEST) -> list[str]:
    """What the hits say, in their order."""
    hits = search(person, read(text), order=order).hits
    return ["".join(part.text for part in hit.parts) for hit in hits]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("runs", "She was running late"),
        ("running", "He runs"),
        ("ferries", "the ferry"),
        ("boat", "boatyard"),
        ("Kat", "Katrin has the key"),
        ("who", "Who has it?"),
        ("4711", "room 4711"),
        ("go", "We are going"),
        ("boat", "put <script> before the boat"),
        ("script", "put <script> before the boat"),
        ("<script>", "put <script> before the boat"),
    ],
)
def test_other_forms_beginnings_and_words_as_they_stand_are_found(cast: Cast, typed: str, says: str) -> None:
    said(cast.harbour, cast.rex, says)

    assert found(cast.mara, typed) == [says]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ('"runs"', "She was running late"),
        ('"boat"', "boatyard"),
        ('"run late"', "running late"),
        ("boat -runs", "the boat runs"),
        ("universe", "harbour"),
    ],
)
def test_in_quotation_marks_a_word_is_meant_in_just_this_form(cast: Cast, typed: str, says: str) -> None:
    said(cast.harbour, cast.rex, says)

    assert found(cast.mara, typed) == []


def test_what_is_left_out_is_left_out_as_it_is_written(cast: Cast) -> None:
    """Leaving out more than was said would hide what somebody looks for."""
    said(cast.harbour, cast.rex, "the boat is running")

    assert found(cast.mara, "boat -runs") == ["the boat is running"]


def test_a_phrase_does_not_go_round_from_the_end_to_the_beginning(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "boat comes first")

    assert found(cast.mara, '"first boat"') == []


def test_a_form_that_was_found_by_its_stem_is_marked(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "He was running, and ran <b>")

    [hit] = search(cast.mara, read("runs")).hits

    assert [part for part in hit.parts if part.is_match] == [Part("running", is_match=True)]


def test_signs_that_look_like_our_marks_mark_a_word_and_nothing_else(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "the \x02<script>\x03 boat \x02 runs")

    page = as_person(cast.mara).get("/search/", {"q": "running boat"}).content.decode()

    assert "<script>\x03" not in page
    assert "<mark>boat</mark>" in page


def test_newest_first_unless_the_best_are_asked_for(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "the old boat leaves, the boat")
    said(cast.harbour, cast.rex, "boatyards and what is far from leaving")

    assert found(cast.mara, "boat leave")[0].startswith("boatyards")
    assert found(cast.mara, "boat leave", Order.BEST)[0].startswith("the old boat")


def test_the_best_is_near_short_and_recent(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "ferry late", days_ago=400)
    said(cast.harbour, cast.rex, "the ferry was not, as far as anybody here knows, ever late")
    said(cast.harbour, cast.rex, "ferry late")

    best = found(cast.mara, "ferry late", Order.BEST)

    assert best[0] == "ferry late"
    assert best.index("the ferry was not, as far as anybody here knows, ever late") == 1


def test_pages_of_the_best_follow_one_another_while_others_talk(cast: Cast) -> None:
    for number in range(2 * PAGE + 1):
        said(cast.harbour, cast.rex, f"boat {number}" + " and more" * (number % 5))

    seen, older = [], ""
    for _ in range(3):
        page = search(cast.mara, read("boat"), order=Order.BEST, older=older)
        seen += [hit.message_id for hit in page.hits]
        older = page.older
        said(cast.harbour, cast.finn, "boat")

    assert len(seen) == len(set(seen)) == 2 * PAGE + 1
    assert older == ""


@pytest.mark.parametrize("state", ["hidden", "held", "checking"])
def test_what_is_not_visible_is_not_among_the_best_either(cast: Cast, state: str) -> None:
    MessageFactory.create(room=cast.harbour, author=cast.rex, body="unspeakable", **{state: True})
    said(cast.attic, cast.mara, "unspeakable in the attic")

    for person in (cast.rex, cast.finn, cast.nora):
        assert found(person, "unspeakable", Order.BEST) == []


def test_without_words_the_best_are_the_newest(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "first")
    said(cast.harbour, cast.rex, "second")

    assert found(cast.mara, "from:rex", Order.BEST) == ["second", "first"]


def test_the_page_and_the_interface_offer_both_orders(cast: Cast) -> None:
    said(cast.harbour, cast.rex, "the boat leaves, the boat")
    said(cast.harbour, cast.rex, "boatyards are far from leaving")

    page = as_person(cast.mara).get("/search/", {"q": "boat leaves", "sort": "best"})
    answer = bot_of(cast.mara).gets("/search?q=boat+leaves&sort=best")
    unknown = bot_of(cast.mara).code_of("get", "/search?q=boat&sort=odd")

    assert words_of(page).index("the boat leaves") < words_of(page).index("boatyards")
    assert "".join(part["text"] for part in answer["hits"][0]["parts"]).startswith("the boat leaves")
    assert unknown == "malformed"
    assert "Best match first" not in words_of(as_person(cast.mara).get("/search/", {"q": "from:rex"}))


# --- the index, and its language ---


def plan_of(person: Person, typed: str) -> str:
    """How PostgreSQL goes about it where it may not read the whole table."""
    rows = matching(Message.objects.filter(visibility="visible"), viewer_of(person), read(typed))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        return rows.explain()


@pytest.mark.parametrize("typed", ["boat", "boat runs", '"first boat"', "boat -sail", "who"])
def test_every_kind_of_word_is_looked_for_in_the_index(cast: Cast, typed: str) -> None:
    assert "Bitmap Index Scan on message_terms" in plan_of(cast.mara, typed)


@pytest.mark.parametrize(
    ("language", "dictionary"),
    [("en", "english_stem"), ("de", "german_stem"), ("de-at", "german_stem"), ("eo", "simple")],
)
def test_a_language_has_its_dictionary(language: str, dictionary: str) -> None:
    assert dictionary_for(language) == dictionary


def test_a_german_site_finds_german_forms(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(changed_to("de"))
    said(cast.harbour, cast.rex, "Die Häuser am Hafen")

    assert found(cast.mara, "Haus") == ["Die Häuser am Hafen"]
    assert found(cast.mara, "running") == []


def test_the_language_is_changed_and_the_index_built_anew_by_a_command(
    committed_cast: Cast, settings: Settings
) -> None:
    try:
        settings.LANGUAGE_CODE = "de"
        [before] = site.search()
        call_command("search_language", stdout=io.StringIO())
        [after] = site.search()
        twice = io.StringIO()
        call_command("search_language", stdout=twice)
    finally:
        settings.LANGUAGE_CODE = "en"
        call_command("search_language", stdout=io.StringIO())

    assert "search_language" in before.do
    assert not after.do
    assert "already" in twice.getvalue()
    assert stemmer_in_use() == "english_stem"
