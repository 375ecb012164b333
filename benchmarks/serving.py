"""What does it cost to score a text, and how much memory does serving take?

    python benchmarks/serving.py [--chat LOG]

On one processor thread: `Detoxify.predict`, one text a call, on a network of BERT-base's shape with random
weights (what they say does not matter to speed); the same network as it is served, in eight bits and batched;
the bundled model as it is served, 32 texts a call (the same text twice in a call is read once). And the
memory of a fresh process that serves it.

Rates are by this process' processor time, so that other work on the machine counts less; each is the best of
the rounds, which take turns. Raw: results/serving.json.
"""

import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from benchmarks.harness.machine import keep, question  # noqa: E402 - the path comes first
from moderation.classifiers.base import Classifier, checked  # noqa: E402 - the path comes first
from moderation.classifiers.detoxify.card import TOKENIZER  # noqa: E402 - the path comes first
from moderation.classifiers.registry import load  # noqa: E402 - the path comes first
from moderation.classifiers.shelf import BUNDLED  # noqa: E402 - the path comes first

CHAT = ROOT.parent / "shared/data/chat/ubuntu_irc.jsonl.gz"
MODEL = BUNDLED / "wardroom-en"
LABELS = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "sexual_explicit")
SHORT_WORDS = 4
ROUNDS, ALONE, SERVED, BUNDLED_LINES, A_CALL = 3, 16, 128, 2048, 32
WORDS = "the boat leaves at eight and we should bring water bread maps for two days or more".split()  # noqa: SIM905 - a list of words reads as words
_MEMORY = """
import sys, psutil
from moderation.classifiers.registry import load
from moderation.classifiers.base import checked
model = load("onnx", sys.argv[1])
checked(model, ["a line of chat"] * 32 + ["long words " * 700] * 4)
print(psutil.Process().memory_info().rss // 1024, "torch" in sys.modules)
"""


def main() -> None:
    """Measure, print, keep."""
    parser = question(__doc__)
    parser.add_argument("--chat", type=Path, default=CHAT, help="a log of chat (.jsonl.gz with `text`)")
    mixed, short = _lines(parser.parse_args().chat)
    with tempfile.TemporaryDirectory() as scratch:
        predict, large = _bert_base(Path(scratch))
    bundled = load("onnx", str(MODEL))
    works: dict[str, tuple[int, Callable[[], object]]] = {
        "one_by_one_mixed": (ALONE, lambda: [predict(text) for text in mixed[:ALONE]]),
        "served_mixed": (SERVED, lambda: checked(large, mixed[:SERVED])),
        "one_by_one_short": (ALONE, lambda: [predict(text) for text in short[:ALONE]]),
        "served_short": (SERVED, lambda: checked(large, short[:SERVED])),
        "bundled": (BUNDLED_LINES, lambda: _by_calls(bundled, mixed)),
        "bundled_short": (BUNDLED_LINES, lambda: _by_calls(bundled, short)),
    }
    rates = {name: [] for name in works}  # type: dict[str, list[float]]
    for _ in range(ROUNDS):
        for name, (count, work) in works.items():
            rates[name].append(count / _processor_s(work))
    best = {name: round(max(found), 1) for name, found in rates.items()}
    memory_kib, has_torch = _memory()
    figures = {
        "lines": {"mean_characters": round(statistics.fmean(map(len, mixed)), 1),
                  "short_mean_characters": round(statistics.fmean(map(len, short)), 1)},
        "texts_per_processor_s": best,
        "every_round": {name: [round(rate, 1) for rate in found] for name, found in rates.items()},
        "times": {
            "bert_base_mixed": round(best["served_mixed"] / best["one_by_one_mixed"], 1),
            "bert_base_short": round(best["served_short"] / best["one_by_one_short"], 1),
            "bundled": round(best["bundled"] / best["one_by_one_mixed"]),
        },
        "process_mib": round(memory_kib / 1024, 1),
        "torch_in_process": has_torch,
        "load_average": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    keep("serving", figures)


def _lines(log: Path) -> tuple[list[str], list[str]]:
    """Chat lines as they come, and the short ones among them; made up where there is no log."""
    rng = random.Random(1)
    if log.exists():
        with gzip.open(log, "rt", encoding="utf-8") as content:
            texts = [text for line in content if (text := json.loads(line)["text"]).strip()]
    else:
        print(f"No chat log at {log}: made-up lines are used (name one with --chat).")
        texts = [" ".join(rng.choices(WORDS, k=rng.randrange(1, 20))) for _ in range(50_000)]
    rng.shuffle(texts)
    short = [text for text in texts if len(text.split()) <= SHORT_WORDS]
    return texts[:BUNDLED_LINES], short[:BUNDLED_LINES]


def _bert_base(folder: Path) -> tuple[Callable[[str], object], Classifier]:
    """BERT-base with random weights: as Detoxify's `predict`, and as it is served."""
    import torch
    from detoxify import detoxify
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    from moderation.classifiers.onnx.export import write_fp32, write_int8
    from moderation.classifiers.onnx.model import OnnxClassifier, session
    from moderation.classifiers.onnx.pieces import Pieces

    torch.manual_seed(1)
    torch.set_num_threads(1)
    made = detoxify.Detoxify.__new__(detoxify.Detoxify)
    made.model = BertForSequenceClassification(_shape(BertConfig()))
    made.tokenizer = PreTrainedTokenizerFast.from_pretrained(str(MODEL))
    made.class_names, made.device = list(LABELS), "cpu"
    write_fp32(made.model, folder / "fp32.onnx")
    write_int8(folder / "fp32.onnx", folder / "int8.onnx")
    served = OnnxClassifier(
        session(folder / "int8.onnx", threads=1),
        Pieces(MODEL / TOKENIZER, longest=512),
        name="bert-base",
        version="random",
        labels=LABELS,
    )
    return made.predict, served


def _shape(config: Any) -> Any:
    """BERT-base's, with as many outputs as the labels."""
    config.num_labels = len(LABELS)
    return config


def _by_calls(classifier: Classifier, texts: Sequence[str]) -> None:
    for start in range(0, len(texts), A_CALL):
        checked(classifier, texts[start : start + A_CALL])


def _processor_s(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _memory() -> tuple[int, bool]:
    """Resident KiB of a process that serves the bundled model, and whether torch is in it."""
    asked: Any = subprocess.run(
        [sys.executable, "-c", _MEMORY, str(MODEL)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    kib, has_torch = asked.stdout.split()
    return int(kib), has_torch == "True"


if __name__ == "__main__":
    main()
