"""What does screening a message cost?

    python benchmarks/rules.py [--chat FILE] [--lines N]

The default rules (word lists, 22,000 domains, pace) on real chat lines, each with its author's two lines
before, against the naive filter that they replace: one regular expression of the same words over the
lower-case text.
Processor time of this process, so that other work on the machine counts little. Raw: results/rules.json.
"""

import argparse
import json
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.evasion import CHAT, chat_lines, verdict_on  # noqa: E402
from moderation.rules.compile import compile_rules  # noqa: E402
from moderation.rules.defaults import default_rules, default_specs  # noqa: E402

RESULTS = ROOT / "benchmarks/results/rules.json"
BESIDE = ("so what do you think", "nice one, see you there")
# Without a chat log: lines of the lengths that chat has.
WORDS = "the boat leaves at eight and we should bring water bread maps for two days or more".split()  # noqa: SIM905
ADVERSE = {
    "4,000 letters a": "a" * 4000,
    "4,000 characters of look-alikes": "μςαρ " * 800,
    "4,000 spelled-out letters": "b a d w " * 500,
    "4,000 characters of entities": "&amp;#97;" * 444,
    "4,000 near misses": "asshoel " * 500,
}


def made_up(count: int) -> list[str]:
    """Lines of ordinary words."""
    rng = random.Random(1)
    return [" ".join(rng.choices(WORDS, k=rng.randrange(2, 20))) for _ in range(count)]


def cost_us(judge: Callable[[str], object], lines: Sequence[str]) -> list[float]:
    """Processor time for each line, the best of three."""
    costs = []
    for line in lines:
        best = min(_once(judge, line) for _ in range(3))
        costs.append(best / 1000)
    return costs


def _once(judge: Callable[[str], object], line: str) -> int:
    started = time.process_time_ns()
    judge(line)
    return time.process_time_ns() - started


def naive() -> Callable[[str], object]:
    """The filter that is commonly written."""
    terms = sorted(
        {t.listed for t in default_rules().everywhere.terms if not t.excuses}, key=len, reverse=True
    )
    expression = re.compile(r"\b(?:" + "|".join(map(re.escape, terms)) + r")\b")
    return lambda line: expression.search(line.lower())


def summary(costs: Sequence[float]) -> dict[str, float]:
    """Microseconds a message."""
    ranked = sorted(costs)
    return {
        "mean": round(statistics.fmean(ranked), 1),
        "p50": round(ranked[len(ranked) // 2], 1),
        "p99": round(ranked[len(ranked) * 99 // 100], 1),
    }


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chat", type=Path, default=CHAT, help="a log of chat (.jsonl.gz)")
    parser.add_argument("--lines", type=int, default=3000)
    args = parser.parse_args()
    if args.chat.exists():
        lines = [text for _, _, text in chat_lines(args.chat)][: args.lines * 20 : 20]
    else:
        print(f"No chat log at {args.chat}: made-up lines are used (name one with --chat).")
        lines = made_up(args.lines)
    started = time.process_time()
    compile_rules(default_specs(), version=1)
    compiling_ms = (time.process_time() - started) * 1000
    ours = summary(cost_us(lambda line: verdict_on(line, BESIDE), lines))
    alone = summary(cost_us(verdict_on, lines))
    theirs = summary(cost_us(naive(), lines))
    results = {
        "lines": len(lines),
        "mean_length": round(statistics.fmean(map(len, lines)), 1),
        "rules_us": ours,
        "rules_us_first_message": alone,
        "naive_filter_us": theirs,
        "ratio_to_naive_filter": round(ours["mean"] / theirs["mean"], 2),
        "messages_a_second_and_core": round(1_000_000 / ours["mean"]),
        "compiling_ms": round(compiling_ms, 1),
        "adverse_ms": {name: round(_once(verdict_on, text) / 1e6, 1) for name, text in ADVERSE.items()},
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
