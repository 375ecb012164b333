"""Makes the bundled lists: python -m moderation.rules.lists.derive WORDLISTS_DIR URLS_DIR SCOWL_FILE.

What is taken, what is left and why stands here, so that a newer source can be taken in by running it again.
Needs no network; SOURCES.md names the files. Offensive words throughout, of necessity.
"""

import csv
import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from moderation.rules.links import deny_key
from moderation.rules.normalise import canonical
from moderation.rules.ordinary import is_ordinary, ordinary_words

HERE = Path(__file__).parent


def _words(text: str, separator: str | None = None) -> frozenset[str]:
    return frozenset(text.split(separator))


# Ordinary words that are taken all the same: in a child's company the rude sense is the usual one.
RUDE_THOUGH_ORDINARY = _words(
    "ass asses anal anus bastard bastards bitch bitched bitches bitching boner cock cocks cumming fag"
    " fags faggot faggots fagot hoe hoes orgasm orgasms penis prick pricks pussy pussies retard slag"
    " slut sluts tits whore whores chink chinks retards retarded asshole assholes bitchy boobs"
    " bullshit cocksucker cocksuckers cunt cunts dicks douche fuck fucked fucker fuckers fucking"
    " fucks milf motherfucker motherfuckers motherfucking shit shits shittiest shitting shitty wanked"
    " wanking wanks clit cunnilingus fellatio nymphomaniac orgasmic threesome vibrator coon coons"
    " dyke fagging gook gooks mongoloid nigga niggas niggaz nigger niggers wetback wetbacks"
    " masturbate masturbation pornography porn erection vagina dildo bugger bollocks wank wanker"
)
# Taken for no audience: names, medical words, places, other languages, jargon, or mild beyond notice.
LEFT_OUT = _words(
    "abbie aboe bater bates bbc beastie bender bicon bizzach bj blacky blk buttermilk bwc caca cagone"
    " china cishet cholo choad coimetrophilia coot cooties crow crows dix dolt dong dothead enby feg"
    " flamer flamers fugly gaysian gimp girlieboy gowl greaser gyp heinie higg3r higg@ higga higger"
    " higgers hoar homo homos horny hustler jewish jigger jiggs klan kkk knob kum ladyboy ladyboys"
    " leso lez loose mong mongrel muff negroes nicker nickas nickka nickker nigers nuggets nuckas"
    " packy peter pissing poof puta queer queers redskin sambo sheet shiester sheister shota sissy"
    " slit snatch soab sod spanking spig spook spooks spix spunk swine tart tramp transvestite tush"
    " tushy twink wad wang weiner wiener willies willy wog wop xxx boston santorum skeet viagra"
    " cialis domination dipsea babeland bellesa frolicme jerkmate juggs thumbzilla nutten negro paki"
    " spastic swastika hell damn god christ jesus bloody forked finger ramrod sack suck crotch fook"
    " focker fucs scut nobs dipstick diddle sphincter vulva cooter crotchy scummy peen peener weenie"
    " pecker jigga nigre nikkas nikker slanty spik shat hooters groper molester throater diks doosh"
    " fick fux playboy topless octopussy birdlock frottage lovemaking scissoring tribadism punany"
    " quim clunge knobbing figging electroplay edgeplay vibe frotting throating fellator klitoris"
    " puzzies puzzy pussys cawk cawks alaskan canadian kentucky kennebunkport mississippi milwaukee"
    " nigerian ramen panamanian chocolate leningrad cleveland eskimo alabama mexican spicy harvest"
    " urethra prince shet nobhead f'er sob sobs dlck dlcks fugger gayness nonce shylock knobe knober"
    " whoar whoars booty bondage rectum semen sperm nip puss pusses bum butt coolie injun nigra negr0"
    " l3itch biches bishes bishop azz geebag hoebag cajones nards packing"
)
# Names of leanings that nobody writes to be rude, all but these.
_OBSCURE = re.compile(r"(?<!pedo)(?<!paedo)(?<!necro)(?<!zoo)(?<!copro)phil(?:e|ia)\b")
_WRITTEN_OUT = re.compile(r"[a-z]+(?:[ '-][a-z]+)*|[0-9]+")
# Phrases of ordinary words that mean nothing else.
PLAINLY_SEXUAL = _words(
    "blow job|hand job|foot job|golden shower|golden showers|camel toe|gang bang|deep throat|doggie style"
    "|doggy style|double penetration|rim job|jerk off|jack off|wet dream|strap on|ball gag|ball sack|dry hump"
    "|booty call|group sex|gay sex|big cock|huge cock|big tits|cum shot|cum shots|muff diver|muff diving"
    "|dirty sanchez|donkey punch|reverse cowgirl|blow your load|pearl necklace|nipple clamps",
    "|",
)
HONEST_HOSTS = frozenset({"clck.ru", "ct8.pl", "dyno.gg", "mee6.xyz", "mooo.com"})
STRONG = 3  # of dsojevic's severities, 1 to 4
SLUR_CATEGORIES = frozenset({"racial / ethnic slurs"})
# Slurs among the words about orientation, gender and disability, where most entries are only rude.
MORE_SLURS = _words(
    "dyke fag fags faget faggot faggots fagot faggo faggy fagging faggs phaggot phaggots phagot"
    " tranny trannies shemale shemales retard retards retarded retardo tard ragtard lezzie bulldyke"
    " gaytard fudgepacker carpetmuncher carpetmunchers chinavirus chink chinks"
)
# From neither list: what urges to self-harm, abuse of children, or murder. Written for this project.
GRAVE = (
    "kill yourself", "kill urself", "kill ur self", "kys", "neck yourself", "hang yourself",
    "slit your wrists", "cut your wrists", "end your life", "drink bleach", "jump off a bridge",
    "child porn", "kiddie porn",
    "preteen sex", "underage sex", "jailbait", "pedobear", "nambla", "lolicon", "rape you", "rape her",
    "gas the jews", "heil hitler", "sieg heil", "white power", "1488", "lynch them",
    "kid diddler", "trannies",
)  # fmt: skip
EXCEPTIONS = (
    "maine coon", "coon cat", "coon hound", "coon rapids", "van dyke", "spick and span", "spic and span",
    "chink in", "chinks in", "fire retarded", "anal fin", "cock and bull", "scunthorpe", "penistone",
)  # fmt: skip


def main(wordlists: Path, urls: Path, scowl: Path) -> None:
    """Write the lists beside this file."""
    _write_english(scowl)
    surge = list(csv.DictReader((wordlists / "surge_profanity_en.csv").open(encoding="utf-8")))
    dsojevic = json.loads((wordlists / "dsojevic_en.json").read_text("utf-8"))
    slurs = set(_slurs(surge, dsojevic)) - set(GRAVE)
    sexual = set(_sexual(dsojevic)) - slurs - set(GRAVE)
    profanity = set(_profanity(surge, dsojevic)) - slurs - sexual - set(GRAVE)
    _write("grave.txt", GRAVE)
    _write("slurs.txt", _needed(slurs))
    _write("sexual.txt", _needed(sexual))
    _write("profanity.txt", _needed(profanity))
    _write("exceptions.txt", EXCEPTIONS)
    _write("hosts.txt", _hosts(urls))


def _slurs(surge: list[dict[str, str]], dsojevic: list[dict[str, object]]) -> Iterator[str]:
    for row in surge:
        text = row["text"].lower()
        is_grave = row["category_1"] in SLUR_CATEGORIES and row["severity_description"] != "Mild"
        if is_grave or canonical(text).replace(" ", "") in MORE_SLURS:
            yield from _taken(text)
    for entry in dsojevic:
        if "racial" in _tags(entry) and _severity(entry) >= STRONG:
            yield from _forms(entry)


def _sexual(dsojevic: list[dict[str, object]]) -> Iterator[str]:
    for entry in dsojevic:
        if {"sexual", "shock"} & _tags(entry) and _severity(entry) >= STRONG:
            yield from _forms(entry)


def _profanity(surge: list[dict[str, str]], dsojevic: list[dict[str, object]]) -> Iterator[str]:
    for row in surge:
        if row["category_1"] != "religious offense":
            yield from _taken(row["text"].lower())
    for entry in dsojevic:
        if "general" in _tags(entry):
            yield from _forms(entry)


def _tags(entry: dict[str, object]) -> set[str]:
    tags = entry["tags"]
    return set(map(str, tags)) if isinstance(tags, list) else set()


def _severity(entry: dict[str, object]) -> int:
    return int(str(entry["severity"]))


def _forms(entry: dict[str, object]) -> Iterator[str]:
    """That list writes repeatable letters as `fu*ck`; the engine knows repeats by itself."""
    for form in str(entry["match"]).split("|"):
        yield from _taken(form.replace("*", ""))


def _taken(text: str) -> Iterator[str]:
    """The entry, when it belongs in a list: no single ordinary word, no phrase of nothing but those."""
    words = canonical(text).split()
    if not words or "".join(words) in LEFT_OUT or any(word in LEFT_OUT for word in words):
        return
    if len("".join(words)) < 3:  # noqa: PLR2004 - two letters are initials
        return
    said = " ".join(words)
    if _OBSCURE.search(said):
        return
    is_plain = said in PLAINLY_SEXUAL or (len(words) == 1 and said in RUDE_THOUGH_ORDINARY)
    if is_plain or not all(map(is_ordinary, words)):
        yield text


def _needed(entries: set[str]) -> Iterator[str]:
    """Entries that no other already finds: written with letters, and not the same but for spaces."""
    seen: set[str] = set()
    for entry in sorted(entries, key=lambda entry: ("ph" in entry, " " in entry, entry)):
        joined = canonical(entry).replace(" ", "").replace("1", "i").replace("ph", "f")
        if joined in LEFT_OUT:
            continue
        if joined not in seen and _WRITTEN_OUT.fullmatch(entry):
            seen.add(joined)
            yield entry


def _hosts(urls: Path) -> Iterator[str]:
    for name in ("discord_phishing_domains.txt", "discord_suspicious.txt"):
        for line in (urls / name).read_text("utf-8").split():
            try:
                deny_key(line)
            except ValueError:
                continue  # whole registries and fragments, a handful
            if "/" not in line and line not in HONEST_HOSTS:  # a page there says nothing of its host
                yield line


def _write_english(scowl: Path) -> None:
    """Words in small letters, with their contractions and possessives as chat writes them: thats, dont."""
    words = {word.lower().replace("'", "") for word in scowl.read_text("utf-8").split()}
    letters = (word for word in words if word.isascii() and word.isalpha())
    kept = sorted(word for word in letters if len(word) > 1 or word in "ai")
    (HERE / "english.txt.gz").write_bytes(gzip.compress("\n".join(kept).encode("ascii"), mtime=0))
    ordinary_words.cache_clear()


def _write(name: str, entries: Iterable[str]) -> None:
    (HERE / name).write_text("".join(f"{entry}\n" for entry in sorted(set(entries))), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
