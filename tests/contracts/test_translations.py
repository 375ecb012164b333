"""The catalogues under locale/: whole, compiled, and of the strings that the code has now."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
SOURCES = ("accounts", "common", "config", "moderation", "operations", "rooms", "templates")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[ds%]|</?[a-z]+[^>]*>")


def texts_of(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each pair of original and translation of an entry."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid_plural, text) for number, text in sorted(entry.msgstr_plural.items()) if number]


def filled_in(text: str) -> list[str]:
    """What the code puts in, and the tags: both languages have the same."""
    return sorted(_PLACEHOLDER.findall(text))


def translations_of(catalogue: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], object]:
    current = [entry for entry in catalogue if not entry.obsolete]
    return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in current}


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {path.parts[-3] for path in CATALOGUES} == {code for code, _name in settings.LANGUAGES} - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_is_whole_and_keeps_what_is_filled_in(path: Path) -> None:
    catalogue = polib.pofile(str(path))

    assert [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()] == []
    for entry in catalogue:
        for original, translation in texts_of(entry):
            assert filled_in(translation) == filled_in(original), original


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    compiled = polib.mofile(str(path.with_suffix(".mo")))

    assert translations_of(compiled) == translations_of(polib.pofile(str(path)))


def test_the_catalogues_have_the_strings_that_the_code_has(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        advice = (
            "xgettext was not found: `apt-get install gettext` (Debian) or `brew install gettext` (macOS)."
        )
        pytest.fail(advice) if os.environ.get("CI") else pytest.skip(advice)
    for folder in SOURCES:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.ckpt", "lists"))
    (tmp_path / "locale").mkdir()

    extract = ["-m", "django", "makemessages", "-l", "de", "--no-location", "--no-wrap"]
    subprocess.run([sys.executable, *extract], cwd=tmp_path, check=True, capture_output=True)

    used = polib.pofile(str(tmp_path / "locale/de/LC_MESSAGES/django.po"))
    for path in CATALOGUES:
        kept = {key for key, _text in translations_of(polib.pofile(str(path))).items()}
        missing = [entry.msgid for entry in used if (entry.msgctxt, entry.msgid) not in kept]
        assert missing == [], f"{path.relative_to(ROOT)}: run `make messages` and translate these"
