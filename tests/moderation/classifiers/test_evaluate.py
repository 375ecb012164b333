"""`manage.py model evaluate`: what is measured, of the bundled model on a handful of lines."""

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from moderation.classifiers.evaluate.groups import members
from moderation.classifiers.evaluate.report import report, worst_errors
from moderation.classifiers.rows import Rows, read_rows, set_apart

TOXIC = ["you are an idiot", "shut up you stupid moron", "what a pathetic loser", "go away, you dumb idiot"]
KIND = ["good morning, everybody", "the ferry leaves at eight", "thanks for the help", "see you on the pier"]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Lines with one label known everywhere and one hardly."""
    file = tmp_path / "lines.csv"
    with file.open("w", encoding="utf-8", newline="") as content:
        writer = csv.writer(content)
        writer.writerow(["source", "text", "weight", "toxicity", "insult"])
        writer.writerows(["pier", text, "1", "1.0", "1.0" if "idiot" in text else ""] for text in TOXIC)
        writer.writerows(["pier", text, "0.5", "0.0", ""] for text in KIND)
    return file


def test_an_empty_label_is_unknown_and_not_harmless(labelled: Path) -> None:
    rows = read_rows(labelled)

    assert rows.labels == ("toxicity", "insult")
    assert np.isnan(rows.truth[:, 1]).tolist() == [False, True, True, False, True, True, True, True]
    assert rows.weights.tolist() == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]


def test_the_command_measures_and_writes_figures_picture_and_errors(
    labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    call_command("model", "evaluate", "wardroom-en", data=[labelled], out=out, rounds=20, disguised=2)

    found = json.loads((out / "report.json").read_text())
    value, low, high = found["labels"]["toxicity"]["auc"]
    assert value == low == high == 1.0
    assert found["labels"]["insult"]["rows"] == 2
    assert found["disguises"]["as written"]["found"] == 1.0
    assert "zero-width spaces" in found["disguises"]
    assert "AUC 1.000" in capsys.readouterr().out
    assert ET.fromstring((out / "report.svg").read_text()).tag.endswith("svg")
    assert (out / "errors.md").read_text().startswith("# Worst errors")


def test_labels_that_the_model_does_not_have_are_named(labelled: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(labelled.read_text().replace("insult", "rudeness"))

    with pytest.raises(CommandError, match="no label rudeness"):
        call_command("model", "evaluate", "wardroom-en", data=[other], out=tmp_path)


def rows_of(texts: list[str], truth: list[float], groups: tuple[frozenset[str], ...] = ()) -> Rows:
    """Rows of one label."""
    column = np.array(truth, np.float32)[:, None]
    ones = np.ones(len(texts), np.float32)
    return Rows(("pier",) * len(texts), tuple(texts), ones, ("toxicity",), column, groups)


def test_groups_are_those_of_the_file_or_those_named_in_the_text() -> None:
    texts = ["my muslim neighbours", "a deaf sailor"]

    by_text = members(rows_of(texts, [0, 0]))
    by_file = members(rows_of(texts, [0, 0], (frozenset({"x"}), frozenset())))

    assert by_text["muslim"].tolist() == [True, False]
    assert by_text["disabled"].tolist() == [False, True]
    assert {name: member.tolist() for name, member in by_file.items()} == {"x": [True, False]}


def test_the_worst_errors_come_first_and_right_answers_not_at_all() -> None:
    rows = rows_of(["fine", "quite fine", "bad", "very bad"], [0, 0, 1, 1])

    errors = worst_errors(rows, np.array([[0.6], [0.9], [0.8], [0.1]]), 5)

    assert [error.text for error in errors] == ["quite fine", "fine", "very bad"]


def test_reliability_says_for_each_tenth_what_became_of_it() -> None:
    rows = rows_of(["a", "b", "c", "d"], [0, 1, 1, 1])

    found = report(rows, np.array([[0.05], [0.05], [0.95], [1.0]]), rounds=2)

    assert found["reliability"]["toxicity"] == [(0.05, 0.5, 2), (0.975, 1.0, 2)]


def test_equal_lines_fall_on_the_same_side_of_the_chat() -> None:
    lines = [f"line {number}" for number in range(500)]

    learned, measured = set_apart([*lines, *(line.upper() for line in lines)])

    assert {line.lower() for line in learned}.isdisjoint(line.lower() for line in measured)
    assert 0.1 < len(measured) / 1000 < 0.3
