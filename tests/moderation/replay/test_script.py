"""What is played: lines from several kinds of files, mixed in an order that can be repeated."""

import gzip
import json
from pathlib import Path

import pytest

from moderation.replay.script import ScriptError, read_lines


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    file = tmp_path / "chat.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": f"chat {number}"}) + "\n" for number in range(10))
    return file


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "labelled.csv"
    file.write_text("source,text\n" + "".join(f'x,"labelled {number}, quoted"\n' for number in range(10)))
    return file


def test_files_are_mixed_evenly(chat: Path, labelled: Path) -> None:
    lines = read_lines([chat, labelled], limit=10, seed=1, max_length=100)

    assert sum(line.startswith("chat") for line in lines) == 5
    assert len(lines) == 10


def test_the_same_seed_plays_the_same_order(chat: Path, labelled: Path) -> None:
    first, second = (read_lines([chat, labelled], limit=10, seed=7, max_length=100) for _ in range(2))

    assert first == second


def test_lines_that_nobody_could_send_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "plain.txt"
    file.write_text("\n   \nfits\n" + "x" * 50 + "\n")

    assert read_lines([file], limit=10, seed=1, max_length=20) == ["fits"]


@pytest.mark.parametrize("content", ["", '{"words": "no text"}\n', "not json\n"])
def test_a_file_without_chat_in_it_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text(content)

    with pytest.raises(ScriptError, match=r"odd\.jsonl"):
        read_lines([file], limit=10, seed=1, max_length=20)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"gone\.csv"):
        read_lines([tmp_path / "gone.csv"], limit=10, seed=1, max_length=20)
