"""Ways of disguising a word, written from the outside: they share no table with moderation/rules.

Each takes a word and a source of chance and gives the disguise. benchmarks/evasion.py measures with them.
"""

import base64
import codecs
import random
import unicodedata
from collections.abc import Callable
from string import ascii_lowercase

Way = Callable[[str, random.Random], str]


def alphabet(letters: str) -> Way:
    """Each letter as its counterpart in 26 others; a dot: none."""
    table = {a: b for a, b in zip(ascii_lowercase, letters, strict=True) if b != "."}
    return lambda word, _: "".join(table.get(c, c) for c in word)


def block(first: int) -> Way:
    """Each letter as one of 26 consecutive code points."""
    return lambda word, _: "".join(chr(first + ord(c) - 97) if c in ascii_lowercase else c for c in word)


def between(separator: str) -> Way:
    """The same between all letters."""
    return lambda word, _: separator.join(word)


def each(change: Callable[[str, random.Random], str]) -> Way:
    """Every letter changed by itself."""
    return lambda word, rng: "".join(change(c, rng) for c in word)


def around_one(before: str, after: str) -> Way:
    """One letter inside the word wrapped."""

    def way(word: str, rng: random.Random) -> str:
        at = rng.randrange(1, len(word) - 1)
        return f"{word[:at]}{before}{word[at]}{after}{word[at + 1 :]}"

    return way


def around_start(before: str, after: str) -> Way:
    """The beginning of the word wrapped."""

    def way(word: str, rng: random.Random) -> str:
        at = rng.randrange(1, len(word))
        return f"{before}{word[:at]}{after}{word[at:]}"

    return way


def swap(pairs: str, share: float = 1.0) -> Way:
    """A share of the letters replaced: "a4 e3 sz5" lets s be z or 5."""
    table = {pair[0]: pair[1:] for pair in pairs.split()}

    def way(word: str, rng: random.Random) -> str:
        places = [i for i, c in enumerate(word) if c in table]
        chosen = set(rng.sample(places, max(1, round(len(places) * share)))) if places else set()
        return "".join(rng.choice(table[c]) if i in chosen else c for i, c in enumerate(word))

    return way


def drawn(table: dict[str, str]) -> Way:
    """Letters replaced by several signs."""
    return each(lambda c, _: table.get(c, c))


def marks(low: int, high: int, count: int) -> Way:
    """So many combining marks on every letter."""
    pool = [chr(c) for c in range(low, high) if unicodedata.combining(chr(c))]
    return each(lambda c, rng: c + "".join(rng.choice(pool) for _ in range(count)))


def one(change: Callable[[str, int, random.Random], str]) -> Way:
    """One letter inside the word changed."""
    return lambda word, rng: change(word, rng.randrange(1, len(word) - 1), rng)


def encoded(write: Callable[[str], str]) -> Way:
    """One letter written as an escape."""

    def way(word: str, rng: random.Random) -> str:
        at = rng.randrange(len(word))
        return word[:at] + write(word[at]) + word[at + 1 :]

    return way


_TURNED = dict(zip(ascii_lowercase, "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz", strict=True))
_VOWELS = str.maketrans("", "", "aeiou")
_ACCENTS = "aáàâäãåāă eéèêëēĕ iíìîïī oóòôöõøō uúùûüū cçćč nñńň yýÿ sšśş zžźż dďđ gğĝ kķ lłĺľ rřŕ tťţ"
_CYRILLIC = "aа cс eе oо pр xх yу iі sѕ jј hһ kк mм tт bв nп uц wш rг dԁ gԍ lӏ fғ"
_GREEK = "aα bβ eε iι kκ nη oο pρ tτ uυ vν wω xχ yγ mμ sς cϲ hΗ"
_ARMENIAN = "uս nո oօ hհ gց qզ sՏ lԼ cϲ fք jյ iի"
_CHEROKEE = "aᎪ bᏴ cᏟ dᎠ eᎬ gᏀ hᎻ jᎫ kᏦ lᏞ mᎷ pᏢ rᎡ sᏚ tᎢ vᏙ wᏔ yᎩ zᏃ iᎥ"
_PUNCTUATION = ".-_*~/,"

# A reader reads these at once.
READABLE: dict[str, Way] = {
    "as listed": lambda word, _: word,
    "mixed case": each(lambda c, rng: rng.choice((c, c.upper()))),
    "fullwidth": block(0xFF41),
    "mathematical bold": block(0x1D41A),
    "mathematical script": block(0x1D4EA),
    "fraktur": block(0x1D586),
    "double-struck": block(0x1D552),
    "monospace": block(0x1D68A),
    "circled": block(0x24D0),
    "parenthesised": block(0x249C),
    "squared": block(0x1F130),
    "negative squared": block(0x1F170),
    "negative circled": block(0x1F150),
    "regional indicators": block(0x1F1E6),
    "regional indicators, spaced": lambda word, rng: " ".join(block(0x1F1E6)(word, rng)),
    "tag characters inside": each(lambda c, rng: c + chr(0xE0061 + rng.randrange(26))),
    "small capitals": alphabet("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ"),
    "superscript": alphabet("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ.ʳˢᵗᵘᵛʷˣʸᶻ"),
    "subscript": alphabet("ₐ...ₑ..ₕᵢⱼₖₗₘₙₒₚ.ᵣₛₜᵤᵥ.ₓ.."),
    "IPA and hooks": alphabet("ɑɓƈɗəƒɠɦɨʝƙɭɱɲɵƥʠɽʂʈʉʋɯχʏʐ"),
    "Cyrillic look-alikes": swap(_CYRILLIC),
    "Greek look-alikes": swap(_GREEK),
    "Armenian look-alikes": swap(_ARMENIAN),
    "Cherokee look-alikes": swap(_CHEROKEE),
    "Roman numerals": swap("iⅰ vⅴ xⅹ lⅼ cⅽ dⅾ mⅿ"),
    "Canadian syllabics": alphabet("ᗩᗷᑕᗪEᖴGᕼIᒍKᒪᗰᑎOᑭᑫᖇᔕTᑌᐯᗯ᙭Yᘔ"),
    "Han look-alikes": alphabet("卂乃匚ᗪ乇千Ꮆ卄丨ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙"),
    "Thai and Hebrew look-alikes": alphabet("ค๒ς๔єŦﻮђเןкɭ๓ภ๏קợгรՇยשฬאץչ"),
    "currency signs": alphabet("₳฿₵ĐɆ₣₲ⱧłJ₭Ⱡ₥₦Ø₱QⱤ₴₮ɄV₩ӾɎⱫ"),
    "accents": swap(_ACCENTS),
    "combining overlay": marks(0x334, 0x339, 1),
    "zalgo": marks(0x300, 0x363, 6),
    "enclosing keycaps": each(lambda c, _: c + "\ufe0f\u20e3"),
    "zero-width spaces": between("\u200b"),
    "zero-width joiners": around_start("", "\u200d"),
    "soft hyphens": between("\u00ad"),
    "word joiners and BOM": between("\u2060\ufeff"),
    "variation selectors": between("\ufe0e"),
    "supplementary variation selectors": each(lambda c, rng: c + chr(0xE0100 + rng.randrange(200))),
    "bidi controls": lambda word, _: "\u202d" + "\u2066".join(word) + "\u202c",
    "Hangul fillers": between("\u3164"),
    "Mongolian vowel separators": between("\u180e"),
    "invisible operators": between("\u2063"),
    "braille blanks": between("\u2800"),
    "no-break spaces": between("\u00a0"),
    "spaces": between(" "),
    "double spaces": between("  "),
    "line breaks": between("\n"),
    "spaces in chunks": around_one(" ", " "),
    "dots": between("."),
    "mixed punctuation": lambda word, rng: (
        "".join(c + rng.choice(_PUNCTUATION) for c in word[:-1]) + word[-1]
    ),
    "emoji between": between("🔥"),
    "dashes of Unicode": between("\u2014"),
    "middle dots": between("·"),
    "leet digits": swap("a4 e3 i1 o0 s5 t7", 0.6),
    "leet signs": swap("a@ s$ i! t+ c( l| e€", 0.6),
    "signs drawn together": drawn({"o": "()", "w": "\\/\\/", "h": "|-|", "n": "|\\|", "k": "|<", "u": "|_|"}),
    "letters drawn together": drawn({"w": "vv", "m": "rn", "d": "cl", "f": "ph"}),
    "repeated letters": each(lambda c, rng: c * rng.choice((1, 1, 3, 4))),
    "doubled letters": each(lambda c, _: c * 2),
    "bold in the middle": around_one("**", "**"),
    "italics and underscores": lambda word, rng: around_one("*__", "__")(f"*{word}", rng),
    "link text": around_start("[", "](https://example.org/a)"),
    "code": around_start("`", "`"),
    "spoiler": around_start("||", "||"),
    "HTML tags": around_start("", "<b></b>"),
    "HTML comment": around_start("", "<!-- x -->"),
    "decimal entities": each(lambda c, _: f"&#{ord(c)};"),
    "hexadecimal entity": encoded(lambda c: f"&#x{ord(c):x};"),
    "percent escapes": encoded(lambda c: f"%{ord(c):02x}"),
    "unicode escapes": encoded(lambda c: f"\\u{ord(c):04x}"),
    "emoji letters": swap("a🅰 b🅱 o🅾⭕ p🅿 mⓂ iℹ x❌✖ t✝ s💲"),
    "upside down": lambda word, _: "".join(_TURNED.get(c, c) for c in reversed(word)),
    "apostrophes": between("'"),
    "backslashes": between("\\"),
    "brackets": each(lambda c, _: f"[{c}]"),
    "hyphens": between("-"),
    "quoted letters": lambda word, _: " ".join(f'"{c}"' for c in word),
}
# Only a willing reader reads these.
FLAGGED: dict[str, Way] = {
    "backwards": lambda word, _: word[::-1],
    "rot13": lambda word, _: codecs.encode(word, "rot13"),
    "base64": lambda word, _: base64.b64encode(f"you {word}".encode()).decode(),
    "hexadecimal": lambda word, _: word.encode().hex(),
    "tag characters alone": each(lambda c, _: chr(0xE0000 + ord(c))),
    "letters exchanged": one(lambda word, i, _: word[:i] + word[i + 1] + word[i] + word[i + 2 :]),
    "letter dropped": one(lambda word, i, _: word[:i] + word[i + 1 :]),
    "letter added": one(lambda word, i, rng: word[:i] + rng.choice(ascii_lowercase) + word[i:]),
    "letter replaced": one(lambda word, i, rng: word[:i] + rng.choice(ascii_lowercase) + word[i + 1 :]),
    "vowels dropped": lambda word, _: word[0] + word[1:].translate(_VOWELS),
    "one letter masked": one(lambda word, i, _: word[:i] + "*" + word[i + 1 :]),
    "letter as an emoji": one(lambda word, i, _: word[:i] + "🔥" + word[i + 1 :]),
}
# Composed with each other, in either order; an encoding only comes last, for what follows would break it.
PAIRED = (
    *("mixed case", "fullwidth", "mathematical bold", "Cyrillic look-alikes", "accents", "zalgo"),
    *("zero-width spaces", "spaces", "dots", "mixed punctuation", "leet digits", "leet signs"),
    *("repeated letters", "bold in the middle", "small capitals", "regional indicators", "emoji between"),
    *("variation selectors", "decimal entities"),
)
LAST_ONLY = frozenset({"decimal entities"})
