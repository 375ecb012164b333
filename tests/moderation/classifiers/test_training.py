"""Training: its parts against what they promise, and a small run that is left and resumed."""

import csv
import gzip
import json
import random
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from moderation.classifiers.base import checked
from moderation.classifiers.detoxify.card import CARD, CHECKPOINT, LINEAR
from moderation.classifiers.evaluate.metrics import auc, calibration_error
from moderation.classifiers.onnx.export import export
from moderation.classifiers.registry import load
from moderation.classifiers.train.batches import masked, thinned
from moderation.classifiers.train.calibrate import fold_into, temperatures
from moderation.classifiers.train.config import (
    Beside,
    Config,
    Extra,
    Loss,
    Network,
    Pretraining,
    Teacher,
    read_config,
)
from moderation.classifiers.train.evasions import WAYS, disguised
from moderation.classifiers.train.linear import out_of_fold, train_linear
from moderation.classifiers.train.losses import distilled, masked_loss
from moderation.classifiers.train.material import gather
from moderation.classifiers.train.network import (
    bert_config,
    for_masked_pieces,
    loss_of_masked,
    new_classifier,
)
from moderation.classifiers.train.ngrams import bags_of
from moderation.classifiers.train.run import run

UNKNOWN = float("nan")
LABELS = ("toxicity", "insult")
RECIPES = Path("moderation/classifiers/train")


def test_an_unknown_label_moves_nothing() -> None:
    loss = masked_loss(Loss(), LABELS)
    logits = torch.tensor([[2.0, 5.0]], requires_grad=True)

    loss(logits, torch.tensor([[0.0, UNKNOWN]]), torch.ones(1)).backward()  # type: ignore[no-untyped-call]

    assert logits.grad is not None
    assert logits.grad[0, 0] > 0
    assert logits.grad[0, 1] == 0


def test_a_row_of_half_weight_counts_half() -> None:
    loss = masked_loss(Loss(), LABELS)
    logits, truth = torch.tensor([[1.0, 0.0], [3.0, 0.0]]), torch.tensor([[0.0, UNKNOWN], [0.0, UNKNOWN]])
    first, second = (loss(logits[row : row + 1], truth[row : row + 1], torch.ones(1)) for row in (0, 1))

    together = loss(logits, truth, torch.tensor([1.0, 0.5]))

    assert together == pytest.approx(float((first + second / 2) / 1.5))


def test_an_easy_negative_counts_less_in_an_asymmetric_loss() -> None:
    plain, asymmetric = masked_loss(Loss(), LABELS), masked_loss(Loss(negative_gamma=2), LABELS)
    easy, truth = torch.tensor([[-3.0, 3.0]]), torch.tensor([[0.0, 1.0]])

    assert asymmetric(easy, truth, torch.ones(1)) < plain(easy, truth, torch.ones(1))
    assert asymmetric(easy, truth[:, [1, 1]], torch.ones(1)) == plain(easy, truth[:, [1, 1]], torch.ones(1))


def test_a_student_that_agrees_with_its_teacher_has_no_slope() -> None:
    taught = torch.tensor([[0.3, -2.0]])
    logits = taught.clone().requires_grad_()

    distilled(logits, taught, torch.ones(1)).backward()  # type: ignore[no-untyped-call]

    assert logits.grad is not None
    assert torch.allclose(logits.grad, torch.zeros(1, 2), atol=1e-6)


def test_calibrated_scores_mean_what_they_say_and_keep_their_order() -> None:
    rng = np.random.default_rng(3)
    honest = rng.normal(size=(4_000, 1)).astype(np.float32)
    truth = (rng.random((4_000, 1)) < 1 / (1 + np.exp(-honest))).astype(np.float32)
    boasting = honest * 4 + 1
    layer = torch.nn.Linear(1, 1)
    torch.nn.init.ones_(layer.weight)
    torch.nn.init.zeros_(layer.bias)

    fold_into(layer, *temperatures(boasting, truth))

    with torch.no_grad():
        scores = torch.sigmoid(layer(torch.from_numpy(boasting))).numpy()[:, 0].astype(np.float64)
    assert calibration_error(truth[:, 0], scores) < 0.05
    assert auc(truth[:, 0], scores) == pytest.approx(auc(truth[:, 0], honest[:, 0].astype(np.float64)))


def test_a_label_with_hardly_any_positives_is_left_as_it_is() -> None:
    truth = np.array([[1.0, UNKNOWN]] * 5 + [[0.0, UNKNOWN]] * 95, np.float32)

    slopes, offsets = temperatures(np.zeros((100, 2), np.float32), truth)

    assert slopes.tolist() == [1, 1]
    assert offsets.tolist() == [0, 0]


def test_lines_that_are_told_apart_entirely_do_not_blow_the_scores_up() -> None:
    truth = np.array([[1.0]] * 50 + [[0.0]] * 50, np.float32)

    slopes, _ = temperatures(truth * 2 - 1, truth)

    assert slopes[0] < 100


def lines() -> tuple[list[str], np.ndarray]:
    """Lines that a word gives away, and what they are."""
    rng = random.Random(5)
    kind = ["harbour", "ferry", "morning", "thanks", "weather", "boat", "friend", "pier"]
    bad = ["idiot", "moron", "stupid", "loser"]
    texts = [" ".join(rng.choices(kind, k=5) + rng.choices(bad, k=row % 2)) for row in range(240)]
    return texts, np.array([[float(row % 2)] for row in range(240)], np.float32)


def test_the_linear_teacher_scores_each_line_without_having_seen_it() -> None:
    texts, truth = lines()
    bags, weights = bags_of(texts, 14), np.ones(len(texts), np.float32)

    logits = out_of_fold(bags, truth, weights, folds=2, buckets_log2=14, epochs=25, rate=0.1, seed=1)

    assert auc(truth[:, 0].astype(np.float64), logits[:, 0].astype(np.float64)) > 0.95


def test_the_linear_model_is_the_same_for_one_seed() -> None:
    texts, truth = lines()
    bags, weights = bags_of(texts, 12), np.ones(len(texts), np.float32)

    one, other = (
        train_linear(bags, truth, weights, buckets_log2=12, epochs=1, rate=0.1, seed=4).logits(bags)
        for _ in range(2)
    )

    assert np.array_equal(one, other)


def test_a_text_too_short_for_an_n_gram_has_a_bag_all_the_same() -> None:
    assert len(bags_of(["", "a", "é\ud800"], 10)) == 3


def test_every_way_changes_a_word_and_none_fails_on_a_short_one() -> None:
    rng = random.Random(1)

    assert all(any(way("harbour", rng) != "harbour" for _ in range(9)) for way in WAYS)
    assert all(way("abc", rng) for way in WAYS)
    assert disguised("", rng) == ""


def test_special_pieces_are_never_hidden() -> None:
    pieces = torch.tensor([[2, 50, 60, 70, 3, 0]] * 200)

    shown, asked = masked(pieces, 0.5, mask=4, vocabulary=100)

    special = pieces <= 4
    assert torch.equal(shown[special], pieces[special])
    assert (asked[special] == -100).all()
    assert torch.equal(asked[asked != -100], pieces[asked != -100])


def test_a_text_is_thinned_but_for_its_special_pieces() -> None:
    pieces = torch.tensor([[2, 50, 60, 70, 3, 0]] * 200)

    shown = thinned(pieces, 0.5, mask=4)

    assert torch.equal(shown[:, [0, 4, 5]], pieces[:, [0, 4, 5]])
    assert 0.4 < float((shown[:, 1:4] == 4).float().mean()) < 0.6
    assert torch.equal(thinned(pieces, 0.0, mask=4), pieces)


def test_a_masked_piece_is_told_from_others_without_guessing_among_all() -> None:
    torch.manual_seed(2)
    network = Network(layers=1, width=16, inner=16, heads=1, positions=8, dropout=0.0)
    lines = for_masked_pieces(new_classifier(bert_config(network, LABELS, vocabulary=50)))
    shown, asked = torch.tensor([[2, 4, 9, 3], [2, 7, 4, 3]]), torch.full((2, 4), -100)
    asked[0, 1], asked[1, 2] = 8, 30
    optimiser = torch.optim.Adam(lines.parameters(), lr=0.02)

    for _ in range(60):
        optimiser.zero_grad()
        loss = loss_of_masked(lines, shown, asked)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()

    assert lines(shown).logits.argmax(-1)[[0, 1], [1, 2]].tolist() == [8, 30]


@pytest.mark.parametrize("recipe", ["bundled.toml"])
def test_the_recipes_that_come_with_it_are_valid(recipe: str) -> None:
    assert read_config(RECIPES / recipe).name


def test_a_field_that_no_recipe_has_is_named(tmp_path: Path) -> None:
    file = tmp_path / "typo.toml"
    file.write_text('name = "x"\nepoch = 3\n')

    with pytest.raises(msgspec.ValidationError, match="epoch"):
        read_config(file)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder as training reads it, and a chat log."""
    texts, truth = lines()
    for name in ("train.csv.gz", "valid.csv.gz"):
        with gzip.open(tmp_path / name, "wt", encoding="utf-8", newline="") as content:
            writer = csv.writer(content)
            writer.writerow(["source", "text", "weight", *LABELS])
            writer.writerows(
                ["pier", text, "1", value, value if row % 3 else ""]
                for row, (text, value) in enumerate(zip(texts, truth[:, 0], strict=True))
            )
    with gzip.open(tmp_path / "chat.jsonl.gz", "wt", encoding="utf-8") as log:
        log.writelines(json.dumps({"text": f"the ferry {number} is late 😂"}) + "\n" for number in range(60))
    return tmp_path


SMALL = Config(
    name="detoxify-small",
    epochs=6,
    batch=16,
    longest=16,
    learning_rate=3e-3,
    half=False,
    network=Network(vocabulary=300, layers=1, width=32, inner=64, heads=2, positions=64, dropout=0.0),
    pretraining=Pretraining(epochs=0.5),
    teacher=Teacher(weight=0.3, epochs=2, buckets_log2=12),
    extra=Extra(hard_benign=5),
    sources={"pier": "ours"},
)


def test_a_run_makes_a_folder_that_the_worker_loads(data: Path, tmp_path: Path) -> None:
    folder = run(SMALL, data=data, chat_log=data / "chat.jsonl.gz", out=tmp_path / "out")

    model = load("detoxify", str(folder))
    card = json.loads((folder / "card.json").read_text())
    scores = checked(model, ["thanks friend ferry", "thanks friend idiot"])
    assert model.labels == LABELS
    assert scores[0, 0] < 0.5 < scores[1, 0]
    assert card["metrics"]["valid"]["toxicity"]["auc"][0] > 0.95
    assert card["sources"] == ["hard benign chat, 5 rows: no licence was given", "pier, 240 rows: ours"]


def test_a_recipe_may_say_what_a_sources_rows_weigh_and_its_harmless_ones(data: Path, tmp_path: Path) -> None:
    config = Config(name="weighed", extra=Extra(harmless_weight={"pier": 0.25}, times={"pier": 2}))

    rows = gather(config, data, None, tmp_path).train

    assert set(rows.weights[rows.truth[:, 0] == 0]) == {0.5}
    assert set(rows.weights[rows.truth[:, 0] == 1]) == {2}


def test_a_linear_part_is_served_beside_the_network_by_every_form(data: Path, tmp_path: Path) -> None:
    both = msgspec.structs.replace(
        SMALL, pretraining=Pretraining(), linear=Beside(epochs=8, buckets_log2=12), extra=Extra(cases=40)
    )

    folder = run(both, data=data, chat_log=None, out=tmp_path / "out")
    found = export(folder)

    alone = without_linear_part(folder, tmp_path / "alone")
    texts = ["thanks friend ferry", "thanks friend idiot", ""]
    assert found["parity"]["fp32"]["difference"] <= 1e-4
    assert not np.allclose(
        checked(load("detoxify", str(alone)), texts), checked(load("detoxify", str(folder)), texts)
    )
    assert load("onnx", str(folder)).version != load("onnx", str(alone)).version


def without_linear_part(folder: Path, copy: Path) -> Path:
    """The same model, the network alone."""
    shutil.copytree(folder, copy)
    card = json.loads((copy / CARD).read_text())
    del card["files"][LINEAR]
    (copy / CARD).write_text(json.dumps(card))
    return copy


def test_a_run_that_was_left_ends_as_if_it_had_not_been(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = msgspec.structs.replace(SMALL, epochs=2, pretraining=Pretraining(), checks_an_epoch=1)
    whole = run(plain, data=data, chat_log=None, out=tmp_path / "whole")
    # The order in which pieces are learned is not the same twice: they belong to the run.
    shutil.copytree(whole.parent / "run", tmp_path / "left/run", ignore=shutil.ignore_patterns("*.pt"))
    with monkeypatch.context() as left:
        left.setattr("moderation.classifiers.train.run.mean_auc", _stop_at_the_second())
        with pytest.raises(KeyboardInterrupt):
            run(plain, data=data, chat_log=None, out=tmp_path / "left")

    resumed = run(plain, data=data, chat_log=None, out=tmp_path / "left")

    assert weights_of(resumed).keys() == weights_of(whole).keys()
    for name, part in weights_of(whole).items():
        assert torch.allclose(weights_of(resumed)[name], part, atol=1e-5), name


def _stop_at_the_second() -> object:
    """A check that is interrupted the second time, as by Ctrl-C."""
    asked = []

    def check(*_: object) -> float:
        asked.append(1)
        if len(asked) > 1:
            raise KeyboardInterrupt
        return 0.5

    return check


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    """A model's weights."""
    state: dict[str, torch.Tensor] = torch.load(folder / CHECKPOINT, weights_only=True)["state_dict"]
    return state
