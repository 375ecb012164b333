"""py3langid behind one function: how much a text looks like each of the languages that people chat in.

Its model is read on the first call (1.5 s) or by `warm`, and trimmed to LANGUAGES. Called by detect.py.
"""

import mmap
import tempfile
from array import array
from collections.abc import Sequence
from functools import cache
from typing import Protocol

# Those that many people write chat in. More only means more that a line of names can be taken for.
LANGUAGES = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ro", "sv", "da", "no", "fi", "cs", "sk", "sl", "hr"),
    *("hu", "tr", "id", "vi", "tl", "sq", "lt", "lv", "et", "ca", "sw", "az"),
    *("ru", "uk", "be", "bg", "sr", "mk", "kk", "ar", "fa", "ur", "ps", "hi", "mr", "ne"),
)


class _Identifier(Protocol):
    tk_nextmove: Sequence[int]

    def set_languages(self, langs: tuple[str, ...]) -> None: ...

    def rank(self, instance: str) -> list[tuple[str, float]]: ...


def guess(text: str) -> dict[str, float]:
    """How likely the text is in each of LANGUAGES, in [0, 1]; together 1."""
    return dict(_identifier().rank(text.encode(errors="replace").decode()))


def warm() -> None:
    """Read the model now rather than at the first text that needs it."""
    _identifier()


@cache
def _identifier() -> _Identifier:
    # Late: no web process needs it, and it takes a while.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    made: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages(LANGUAGES)
    made._full_model = ()  # type: ignore[attr-defined] # noqa: SLF001 - 28 MB of languages that nobody asks for
    if isinstance(made.tk_nextmove, array) and made.tk_nextmove.typecode == "I":
        made.tk_nextmove = _on_disk(made.tk_nextmove)
    return made


def _on_disk(numbers: "array[int]") -> Sequence[int]:
    """The same in a file that ends with the process: of 42 MB, what is never looked at takes no memory."""
    try:
        with tempfile.TemporaryFile() as file:
            numbers.tofile(file)
            file.flush()
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            return mapped.cast("I")
    except OSError:  # no room, or nowhere to write
        return numbers
