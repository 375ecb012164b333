"""A name is one person's: not another's in other letters, not an official's, not unreadable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.names import normalised, problem_with, skeleton
from accounts.services.joining import free_name
from common.errors import Code, Refused
from tests.cast import Cast
from tests.factories import PersonFactory


@pytest.mark.parametrize(
    "other",
    [
        "mara",
        "MARA",
        "\u041cara",  # Cyrillic M
        "\uff2d\uff41\uff52\uff41",  # full width
        "\U0001d40c\U0001d41a\U0001d42b\U0001d41a",  # mathematical bold
        "Ma\u200bra",  # a space of no width
        "Rnara",
        "Mar\u03b1",  # Greek alpha
    ],
)
def test_names_that_look_alike_have_one_skeleton(other: str) -> None:
    assert skeleton(other) == skeleton("Mara")


@pytest.mark.parametrize(
    ("one", "other"), [("Paul", "PauI"), ("Paul", "Pau1"), ("bob", "b0b"), ("modern", "modem")]
)
def test_digits_and_capitals_that_pass_for_letters_are_seen_through(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), [("Mara", "Maria"), ("Zoe", "Zoë"), ("Anna", "Hanna")])
def test_names_that_a_reader_tells_apart_stay_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(max_size=40))
def test_any_text_has_a_skeleton_and_looks_like_itself(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)


@pytest.mark.parametrize(
    "name",
    [
        "Mara",
        "a.b-c_d",
        "x1",
        "Zoë",
        "Соня",
        "Ελένη",
        "田中さん",
        "コーヒー",
        "김철수",
        "मीरा",
        "ม้ง",
        "יעל",
        "محمد",
        "n" * 32,
    ],
)
def test_names_of_every_script_are_welcome(name: str) -> None:
    assert problem_with(normalised(name)) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "n" * 33,
        "12",
        "-mara",
        "mara.",
        "ma__ra",
        "two words",
        "mara@home",
        "h\u0435llo",  # one Cyrillic letter among Latin ones
        "z\u0336a\u0336l",  # struck through
        "ma\u200bra",
        "ma\u202era",  # right to left from here
        "\u0301mara",
        "\U0001f600\U0001f600",
        "m\u0645a",  # Latin and Arabic
    ],
)
def test_names_that_could_be_misread_are_refused(name: str) -> None:
    assert problem_with(normalised(name)) == Code.NAME_UNCLEAR


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "Admin1",
        "adm1n",
        "a.d.m.i.n",
        "Admin-Mara",
        "supp0rt",
        "everyone",
        "m0derator",
        "Wardroom_Team",
    ],
)
def test_names_of_office_are_reserved_in_any_dress(name: str) -> None:
    assert problem_with(normalised(name)) == Code.NAME_RESERVED


@pytest.mark.parametrize("name", ["Staffordshire", "robot", "Hostess", "Merle"])
def test_a_reserved_word_inside_another_word_is_no_matter(name: str) -> None:
    assert problem_with(name) is None


@pytest.mark.parametrize("name", ["Mara", "mARA", "Rnara"])
def test_a_name_that_is_taken_or_looks_taken_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        free_name(name)

    assert refusal.value.code is Code.NAME_TAKEN


def test_a_name_is_kept_in_one_way_of_writing_and_shown_as_it_was_chosen(cast: Cast) -> None:
    assert free_name("  Zoe\u0308 ") == "Zo\u00eb"


@pytest.mark.django_db
def test_the_skeleton_follows_the_name_however_it_is_saved() -> None:
    person = PersonFactory.create(name="Elodie")

    person.name = "Juliette"
    person.save(update_fields=["name"])

    person.refresh_from_db()
    assert person.name_skeleton == skeleton("Juliette")
