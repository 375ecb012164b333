"""Whatever is typed into the search field: it is read, and its marks lie in the text."""

from hypothesis import given
from hypothesis import strategies as st

from rooms.searching import Search, parts_around, read

PIECES = [*"ab \"'-:\\|&!<>()*“”\0@#船é", "from:", "in:", "before:", "after:2026-11-0", "has:link ", "word"]
TYPED = st.text(max_size=220) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def terms(search: Search) -> tuple[str, ...]:
    return (*search.words, *search.phrases, *search.without_words, *search.without_phrases)


@given(TYPED)
def test_reading_never_fails_and_either_looks_for_something_or_says_what_is_wrong(text: str) -> None:
    search = read(text)

    if search.problems:
        assert search == Search(problems=search.problems)
    else:
        assert terms(search) or search != Search()
    assert all("\0" not in term for term in terms(search))


@given(TYPED, st.text(max_size=600))
def test_what_is_marked_is_cut_from_the_text_and_nothing_is_added(typed: str, text: str) -> None:
    parts = parts_around(text, read(typed))

    shown = "".join(part.text for part in parts)
    assert shown.removeprefix("…").removesuffix("…") in text or shown in text
