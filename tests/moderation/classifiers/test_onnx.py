"""The bundled model by ONNX Runtime: as torch has it, whoever shares the batch, whatever the text."""

import hashlib
import json
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import onnx
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from onnx import numpy_helper

from moderation.classifiers.base import Classifier, ModelUnavailableError, checked
from moderation.classifiers.detoxify.card import CARD, read_card
from moderation.classifiers.onnx.export import FP32, INT8, export
from moderation.classifiers.onnx.lines import LINES
from moderation.classifiers.onnx.model import from_folder
from moderation.classifiers.onnx.parity import INT8_LEAST, compare, rank_correlation
from moderation.classifiers.onnx.pieces import BATCH_TEXTS, BATCH_TOKENS, batches
from moderation.classifiers.registry import load

MODEL = Path(settings.CLASSIFIER_MODEL)
# By how much a text's company may move an int8 score: it rounds by the largest number of the batch.
ROUNDING = 0.04


@pytest.fixture(scope="module")
def bundled() -> Classifier:
    """The bundled model, as the worker serves it."""
    return load("onnx", str(MODEL))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model's folder with both forms, exported afresh by torch."""
    folder = Path(shutil.copytree(MODEL, tmp_path_factory.mktemp("exported") / "model"))
    export(folder)
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The model's folder, to be spoilt."""
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def test_the_bundled_model_tells_an_insult_from_a_greeting(bundled: Classifier) -> None:
    scores = checked(bundled, ["you are an idiot", "good morning, everybody"])
    toxicity = scores[:, bundled.labels.index("toxicity")]

    assert toxicity[0] > 0.8
    assert toxicity[1] < 0.2


def test_what_is_served_ranks_the_fixed_lines_as_the_reference_does(bundled: Classifier) -> None:
    reference = load("detoxify", str(MODEL))

    found = compare(reference, bundled, LINES, {})

    assert found.lowest_correlation >= INT8_LEAST
    assert found.difference < ROUNDING


def test_an_export_is_what_torch_computes_and_its_card_says_how_it_was_compared(exported: Path) -> None:
    reference, fp32 = load("detoxify", str(exported)), from_folder(exported, form="fp32")

    assert compare(reference, fp32, LINES, {}).difference <= 1e-4
    card = json.loads((exported / CARD).read_text())
    assert card["serves"] == "int8"
    assert card["parity"]["fp32"]["flips"] == []
    assert set(card["processor_milliseconds_a_line"]) == {"torch", "fp32", "int8"}
    assert {INT8} <= set(card["files"])
    assert set(card["derived"]) == {FP32}


def test_the_version_names_the_form_that_scores(exported: Path) -> None:
    card = read_card(exported)

    versions = {from_folder(exported, form=form).version for form in ("int8", "fp32")} | {card.version}

    assert len(versions) == 3
    assert from_folder(exported).version == card.version_of(INT8, *card.beside)


_TEXTS = st.lists(
    st.one_of(st.text(max_size=80), st.sampled_from(LINES), st.text(st.characters(codec=None), max_size=20)),
    min_size=1,
    max_size=40,
)


@given(_TEXTS, st.randoms(use_true_random=False))
@hypothesis(deadline=None, max_examples=30)
def test_the_order_of_a_batch_changes_no_score(bundled: Classifier, texts: list[str], random: object) -> None:
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]

    straight, mixed = checked(bundled, texts), checked(bundled, [texts[row] for row in order])

    assert np.array_equal(mixed, straight[order])


@given(_TEXTS)
@hypothesis(deadline=None, max_examples=20)
def test_company_and_its_padding_change_no_score(exported: Path, texts: list[str]) -> None:
    for form, most in (("fp32", 1e-4), ("int8", ROUNDING)):
        classifier = _kept(exported, form)
        alone = np.concatenate([checked(classifier, [text]) for text in texts])
        assert np.abs(checked(classifier, texts) - alone).max() <= most


_LOADED: dict[str, Classifier] = {}


def _kept(folder: Path, form: str) -> Classifier:
    return _LOADED.setdefault(f"{folder}/{form}", from_folder(folder, form=form))


def _blocks() -> list[str]:
    """Every range of 128 characters in which something is assigned, as texts of all of it."""
    texts = []
    for start in range(0, sys.maxunicode + 1, 128):
        block = [chr(code) for code in range(start, start + 128)]
        if any(unicodedata.category(character) not in {"Cn", "Co"} for character in block):
            texts.append("".join(block))
    return texts


@pytest.mark.timeout(300)
def test_every_block_of_unicode_has_a_score(bundled: Classifier) -> None:
    assert np.isfinite(checked(bundled, _blocks())).all()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "".join(map(chr, range(32))),
        "\ud800",
        "a\udfff" * 200,
        "a" * 100_000,
        "nice words " * 9_100,
        "\U0001f9d1\u200d" * 400,
        "\u202e" * 50,
    ],
    ids=[
        "empty",
        "blank",
        "control",
        "lone surrogate",
        "surrogates",
        "100 kB",
        "100 kB of words",
        "emoji",
        "bidi",
    ],
)
def test_no_text_makes_it_fail(bundled: Classifier, text: str) -> None:
    scores = checked(bundled, [text, "hello"])

    assert np.isfinite(scores).all()


def test_an_insult_at_the_end_of_a_long_text_is_found(bundled: Classifier) -> None:
    kind = "The ferry leaves at eight and the harbour is quiet in the morning. " * 60

    toxicity = checked(bundled, [kind, kind + "you are a stupid idiot"])[:, bundled.labels.index("toxicity")]

    assert toxicity[0] < 0.5 < toxicity[1]


@given(st.lists(st.integers(1, 256), max_size=120))
def test_batches_hold_each_window_once_and_stay_small(lengths: list[int]) -> None:
    windows = [(place, [1] * length) for place, length in enumerate(lengths)]

    made = list(batches(windows))

    assert sorted(place for batch in made for place, _ in batch) == list(range(len(lengths)))
    for batch in made:
        padded = len(batch) * max(len(ids) for _, ids in batch)
        assert len(batch) <= BATCH_TEXTS
        assert padded <= BATCH_TOKENS or len(batch) == 1


def test_a_changed_network_is_never_loaded(copy: Path) -> None:
    with (copy / INT8).open("r+b") as network:
        network.seek(1000)
        network.write(b"poison")

    with pytest.raises(ModelUnavailableError, match="was not loaded"):
        load("onnx", str(copy))


def test_a_file_that_is_no_network_is_refused_though_its_digest_fits(copy: Path) -> None:
    _replace(copy, INT8, b"not a network")

    with pytest.raises(ModelUnavailableError, match="cannot be loaded"):
        load("onnx", str(copy))


def test_a_network_whose_weights_are_not_numbers_is_not_taken_into_service(copy: Path) -> None:
    network = onnx.load(copy / INT8)
    for weights in network.graph.initializer:
        if "bias" in weights.name and weights.data_type == onnx.TensorProto.FLOAT:
            spoilt = np.full_like(numpy_helper.to_array(weights), np.nan)
            weights.CopyFrom(numpy_helper.from_array(spoilt, weights.name))
    _replace(copy, INT8, network.SerializeToString())

    with pytest.raises(ModelUnavailableError, match="not finite"):
        load("onnx", str(copy))


def test_a_folder_without_onnx_files_says_how_to_make_them(copy: Path) -> None:
    card = json.loads((copy / CARD).read_text())
    del card["serves"]
    (copy / CARD).write_text(json.dumps(card))

    with pytest.raises(ModelUnavailableError, match="model install"):
        load("onnx", str(copy))


def test_it_is_served_without_torch() -> None:
    look = (
        "import sys; from moderation.classifiers.registry import load;"
        "from moderation.classifiers.base import checked;"
        f"checked(load('onnx', {str(MODEL)!r}), ['hello']);"
        "print(*(n for n in ('torch', 'transformers', 'detoxify', 'onnx', 'sympy') if n in sys.modules))"
    )
    looked = subprocess.run(
        [sys.executable, "-c", look], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert looked.stdout.split() == []


def test_rank_correlation_is_of_the_order_alone() -> None:
    values = np.array([0.1, 0.2, 0.2, 0.9], np.float32)

    assert rank_correlation(values, values**3) == pytest.approx(1)
    assert rank_correlation(values, -values) == pytest.approx(-1)


def _replace(folder: Path, name: str, content: bytes) -> None:
    """Another file, with a card that vouches for it."""
    (folder / name).write_bytes(content)
    card = json.loads((folder / CARD).read_text())
    card["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / CARD).write_text(json.dumps(card))
