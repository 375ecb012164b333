"""`manage.py emoji_names FOLDER`: static/vendor/emoji/<language>.json for the picker, from emojibase-data.

The library's own file is seven times the size: it repeats every emoji in five skin tones, which the picker
makes itself, and holds emoji so new that many devices show a box in their place.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import regex
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

OUT = settings.BASE_DIR / "static" / "vendor" / "emoji"
# Emoji 15.1 is of September 2023: what devices in use can draw.
NEWEST = 15.1
GROUPS = [
    "smileys-emotion",
    "people-body",
    "component",  # skin tones and hair: nobody picks these by themselves
    "animals-nature",
    "food-drink",
    "travel-places",
    "activities",
    "objects",
    "symbols",
    "flags",
]
TONES = "🏻🏼🏽🏾🏿"

# The library writes "shown as a picture" behind all of them; it belongs only where that is not the default.
_SUPERFLUOUS = regex.compile(r"(\p{Emoji_Presentation})\uFE0F")
_TAKES_TONE = regex.compile(r"(\p{Emoji_Modifier_Base})\uFE0F?")


class Command(BaseCommand):
    """Run by hand when the library has a new version, or the site a new language."""

    help = "Write the names of emoji for the picker from an unpacked emojibase-data package."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The command's options."""
        parser.add_argument("folder", type=Path, help="where `npm pack emojibase-data` was unpacked")
        parser.add_argument("--language", default="en", help="one of the package's folders")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Write the file, and say how many."""
        folder, language = options["folder"], options["language"]
        rows = json.loads((folder / language / "data.json").read_text("utf-8"))
        codes = _codes(folder / "en" / "shortcodes")
        groups = [
            {"key": key, "emoji": [_entry(row, codes) for row in _of_group(rows, number)]}
            for number, key in enumerate(GROUPS)
            if key != "component"
        ]
        OUT.mkdir(exist_ok=True)
        text = json.dumps(groups, ensure_ascii=False, separators=(",", ":"))
        (OUT / f"{language}.json").write_text(f"{text}\n", encoding="utf-8")
        self.stdout.write(f"{sum(len(group['emoji']) for group in groups)} emoji")


def toned(emoji: str, tone: str) -> str:
    """The emoji with all its people in one skin tone."""
    return _TAKES_TONE.sub(rf"\1{tone}", emoji)


def _of_group(rows: Iterable[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    fitting = [row for row in rows if row.get("group") == number and row["version"] <= NEWEST]
    return sorted(fitting, key=lambda row: int(row["order"]))


def _entry(row: dict[str, Any], codes: dict[str, list[str]]) -> list[Any]:
    """[emoji, its name, its code, other words to find it by, whether it comes in skin tones]."""
    emoji, own_codes = _SUPERFLUOUS.sub(r"\1", row["emoji"]), codes.get(row["hexcode"], [])
    code = own_codes[0] if own_codes else _as_code(row["label"])
    known = set(re.split(r"\W+", row["label"].lower())) | set(code.split("_"))
    words = {word for other in own_codes for word in other.split("_")} | {*map(str, row.get("tags", []))}
    return [emoji, row["label"], code, " ".join(sorted(words - known)), int(_comes_in_tones(row))]


def _comes_in_tones(row: dict[str, Any]) -> bool:
    made = {toned(row["emoji"], tone) for tone in TONES}
    return made <= {skin["emoji"] for skin in row.get("skins", [])}


def _codes(folder: Path) -> dict[str, list[str]]:
    """By hexcode: the codes most people know first."""
    codes: dict[str, list[str]] = {}
    for source in ("github", "iamcal", "emojibase"):
        table = json.loads((folder / f"{source}.json").read_text("utf-8"))
        for hexcode, names in table.items():
            own = codes.setdefault(hexcode, [])
            own += [name for name in ([names] if isinstance(names, str) else names) if name not in own]
    return codes


def _as_code(label: str) -> str:
    return re.sub(r"\W+", "_", label.lower()).strip("_")
