"""The bundled model through the real detoxify package; and what is refused before it is loaded."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from moderation.classifiers.base import Classifier, ModelUnavailableError, checked
from moderation.classifiers.detoxify.card import CARD, CHECKPOINT, read_card
from moderation.classifiers.detoxify.normaliser import normalise
from moderation.classifiers.registry import load

MODEL = Path(settings.CLASSIFIER_MODEL)


@pytest.fixture(scope="session")
def bundled() -> Classifier:
    """The bundled model, loaded once: it takes seconds."""
    return load("detoxify", str(MODEL))


def test_the_bundled_model_tells_an_insult_from_a_greeting(bundled: Classifier) -> None:
    scores = checked(bundled, ["you are an idiot", "good morning, everybody"])
    toxicity = scores[:, bundled.labels.index("toxicity")]

    assert toxicity[0] > 0.8
    assert toxicity[1] < 0.2


def test_company_in_the_batch_changes_no_score(bundled: Classifier) -> None:
    texts = ["a kind word", "you are an idiot", "a longer line about boats, weather and everyday things " * 9]

    together = checked(bundled, texts)
    alone = np.concatenate([checked(bundled, [text]) for text in texts])

    assert np.abs(together - alone).max() < 1e-4


def test_an_insult_at_the_end_of_a_long_text_is_found(bundled: Classifier) -> None:
    kind = "The ferry leaves at eight and the harbour is quiet in the morning. " * 60

    scores = checked(bundled, [kind, kind + "you are a stupid idiot"])

    toxicity = scores[:, bundled.labels.index("toxicity")]
    assert toxicity[0] < 0.5 < toxicity[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800",
        "\U0001f9d1\u200d" * 400,
        "\u0627" * 3000,
        "\u202e" * 50,
        "a" * 100_000,
        "\U0010ffff" * 300,
    ],
    ids=["empty", "null", "lone surrogate", "emoji", "arabic", "bidi", "100 kB", "unassigned"],
)
def test_no_text_makes_it_fail(bundled: Classifier, text: str) -> None:
    assert np.isfinite(checked(bundled, [text])).all()


def test_the_version_is_that_of_all_weights_on_the_card(bundled: Classifier) -> None:
    assert bundled.version == read_card(MODEL).version


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The model's folder, to be spoilt."""
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def test_a_changed_checkpoint_is_never_loaded(copy: Path) -> None:
    with (copy / CHECKPOINT).open("r+b") as checkpoint:
        checkpoint.seek(1000)
        checkpoint.write(b"poison")

    with pytest.raises(ModelUnavailableError, match="was not loaded"):
        load("detoxify", str(copy))


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "tokenizer.json").unlink()

    with pytest.raises(ModelUnavailableError, match=r"tokenizer\.json"):
        load("detoxify", str(copy))


def test_a_card_that_leaves_the_checkpoint_out_is_refused(copy: Path) -> None:
    card = json.loads((copy / CARD).read_text())
    del card["files"][CHECKPOINT]
    (copy / CARD).write_text(json.dumps(card))

    with pytest.raises(ModelUnavailableError, match=r"lists no model\.ckpt"):
        load("detoxify", str(copy))


@pytest.mark.parametrize(("kind", "model"), [("detoxify", "no-such-model"), ("no.such.kind", "x")])
def test_an_unknown_model_is_said_so(kind: str, model: str) -> None:
    with pytest.raises(ModelUnavailableError):
        load(kind, model)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("such an i d i o t here", "such an idiot here"),
        ("I have 2 cats and 100 dogs!", "i have 2 cats and 100 dogs!"),
        ("gr8 m8 at 10pm", "gr8 m8 at 10pm"),
        ("see https://example.org @Mara", "see"),
        ("sooooooo", "soo"),
    ],
)
def test_the_models_own_reading_of_a_text(text: str, normal: str) -> None:
    assert normalise(text) == normal
