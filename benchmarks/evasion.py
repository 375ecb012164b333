"""How much disguised abuse the rules still read, and how many honest lines they stop.

    python benchmarks/evasion.py [--chat FILE] [--words N] [--lines N] [--examples FILE]

Recall for each way of disguising a listed word (benchmarks/disguises.py), for each pair of ways, and over
several messages; false positives on real chat. Raw results: benchmarks/results/evasion.json.
"""

import argparse
import datetime as dt
import gzip
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.disguises import FLAGGED, LAST_ONLY, PAIRED, READABLE, Way  # noqa: E402
from moderation.rules.defaults import default_rules  # noqa: E402
from moderation.rules.engine import evaluate  # noqa: E402
from rooms.seams import Draft, Finding, Outcome, RecentMessage, Verdict  # noqa: E402

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CHAT = ROOT.parent / "shared/data/chat/ubuntu_irc.jsonl.gz"
RESULTS = ROOT / "benchmarks/results/evasion.json"
CARRIER = "you are such a {} ok"
SHORTEST, LONGEST = 4, 12
SEED = 7


def verdict_on(body: str, recent: tuple[str, ...] = (), *, minors: bool = True, seconds: int = 30) -> Verdict:
    """What the default rules say in a room that is screened before."""
    sent_at = NOW - dt.timedelta(seconds=seconds)
    earlier = tuple(RecentMessage(text, sent_at, 1) for text in recent)
    draft = Draft(1, 1, body, NOW, None, False, False, True, recent=earlier, minors_may_read=minors)
    return evaluate(draft, default_rules())


def is_caught(body: str, recent: tuple[str, ...] = ()) -> bool:
    """Whether a word rule stops it: pace is not meant."""
    verdict = verdict_on(body, recent)
    return verdict.outcome is not Outcome.ALLOW and any(f.label == "word" for f in verdict.findings)


def listed_words(count: int, rng: random.Random) -> list[str]:
    """Some listed single words, the same for one seed."""
    terms = default_rules().everywhere.terms
    words = {
        term.letters for term in terms if not term.excuses and not term.breaks and term.letters.isascii()
    }
    plain = sorted(word for word in words if word.isalpha() and SHORTEST <= len(word) <= LONGEST)
    return rng.sample(plain, min(count, len(plain)))


def recall(way: Way, words: list[str], rng: random.Random) -> tuple[float, list[str]]:
    """The share caught, and what was not. Words that a way leaves as they are do not count."""
    disguised = [(word, way(word, rng)) for word in words]
    changed = [text for word, text in disguised if text != word] or [text for _, text in disguised]
    missed = [text for text in changed if not is_caught(CARRIER.format(text))]
    return 1 - len(missed) / len(changed), missed


def recall_over_messages(words: list[str], rng: random.Random) -> dict[str, float]:
    """A word cut in two messages, and one letter a message."""
    cuts = [(word, rng.randrange(1, len(word))) for word in words]
    halves = sum(is_caught(word[at:], (word[:at],)) for word, at in cuts)
    letters = sum(is_caught(word[-1], tuple(word[:-1])[-10:]) for word in words)
    return {"in two messages": halves / len(words), "a letter a message": letters / len(words)}


def recall_of_pairs(words: list[str], rng: random.Random) -> dict[str, float]:
    """Two ways, one on top of the other."""
    found = {}
    for first in PAIRED:
        for then in PAIRED:
            if first != then and first not in LAST_ONLY:
                found[f"{first}, then {then}"] = recall(_composed(first, then), words, rng)[0]
    return found


def _composed(first: str, then: str) -> Way:
    return lambda word, rng: READABLE[then](READABLE[first](word, rng), rng)


def chat_lines(path: Path) -> Iterator[tuple[str, str, str]]:
    """Minute, speaker and text of each line of a log."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            yield f"{said['day']} {said['time']}", said["nick"], said["text"]


@dataclass
class Stopped:
    """What was stopped in a chat log, and why."""

    lines: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    examples: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, company: str, verdict: Verdict, text: str) -> None:
        """One line in one company."""
        self.outcomes[f"{company}: {verdict.outcome}"] += 1
        for finding in verdict.findings:
            self.findings[f"{company}: {_how(finding)}"] += 1
            self.examples[_how(finding)].append(f"{finding.detail} :: {text}")


def _how(finding: Finding) -> str:
    if finding.label != "word":
        return finding.label
    return finding.detail.partition("”, ")[2] or "as listed"


def stopped_in(path: Path, most: int) -> Stopped:
    """The lines of a moderated channel, each with what its speaker said in the same minute before."""
    stopped = Stopped()
    said: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for minute, nick, text in chat_lines(path):
        if stopped.lines == most:
            break
        stopped.lines += 1
        recent = tuple(body for when, body in said[nick] if when == minute)[-10:]
        said[nick] = [*said[nick][-10:], (minute, text)]
        for company, minors in (("minors", True), ("adults", False)):
            stopped.add(company, verdict_on(text, recent, minors=minors), text)
    return stopped


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chat", type=Path, default=CHAT, help="a log of honest chat (.jsonl.gz)")
    parser.add_argument("--words", type=int, default=200, help="listed words to disguise")
    parser.add_argument("--lines", type=int, default=60_000, help="lines of chat to judge")
    parser.add_argument("--examples", type=Path, help="write what was missed and stopped there, for reading")
    return parser.parse_args()


def main() -> None:
    """Measure, print, keep."""
    args = options()
    rng = random.Random(SEED)
    words = listed_words(args.words, rng)
    single = {name: recall(way, words, rng) for name, way in {**READABLE, **FLAGGED}.items()}
    for name, (share, _) in single.items():
        print(f"{share:7.1%}  {name}")
    pairs = recall_of_pairs(words[: len(words) // 4], rng)
    results: dict[str, object] = {
        "words": len(words),
        "recall": {name: round(share, 4) for name, (share, _) in single.items()},
        "over_messages": recall_over_messages(words, rng),
        "pairs": {name: round(share, 4) for name, share in pairs.items()},
        "pairs_mean": round(sum(pairs.values()) / len(pairs), 4),
    }
    print(f"{results['pairs_mean']:7.1%}  pairs, mean of {len(pairs)}; the worst {min(pairs.values()):.1%}")
    print(f"         over messages: {results['over_messages']}")
    examples = {name: missed for name, (_, missed) in single.items() if missed}
    if args.chat.exists():
        stopped = stopped_in(args.chat, args.lines)
        results["chat"] = {
            "lines": stopped.lines,
            "outcomes": dict(stopped.outcomes),
            "findings": dict(stopped.findings.most_common()),
        }
        examples |= stopped.examples
        print(json.dumps(results["chat"], indent=1))
    else:
        print(f"No chat log at {args.chat}: false positives are not measured (name one with --chat).")
    if args.examples:
        args.examples.write_text(json.dumps(examples, indent=1, ensure_ascii=False), "utf-8")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
