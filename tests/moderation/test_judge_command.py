"""`manage.py judge` as a program: lines in, JSON lines out, with or without a database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from moderation.models import Rule

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def judge(lines: bytes, *options: str, database: str = NOWHERE) -> subprocess.CompletedProcess[bytes]:
    """Run the command; the suite's own settings, another database."""
    without = ("WARDROOM_SECRET_KEY", "DATABASE_OWNER_URL")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [sys.executable, "manage.py", "judge", *options],
        input=lines,
        capture_output=True,
        check=False,
        cwd=Path(settings.BASE_DIR),
        env={**environment, "DATABASE_URL": database},
        timeout=100,
    )


def objects(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert run.returncode == 0, run.stderr.decode()
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def test_each_line_is_judged_by_rules_and_classifier_without_a_database_or_a_secret() -> None:
    run = judge(
        "good morning\nyou are an idiot\n\nk1ll y0urself\nbytes \xff here\n".encode("latin-1"), "--json"
    )

    fine, insult, empty, urging, bytes_ = objects(run)
    assert (fine["verdict"], fine["rules"], fine["classifier"]) == ("allow", "allow", "none")
    assert insult["verdict"] == "hide"
    assert insult["scores"]["toxicity"] > 0.9
    assert empty["verdict"] == "allow"
    assert urging["rules"] == "hold"
    assert urging["findings"][0]["span"] == [0, 13]
    assert bytes_["text"] == "bytes \ufffd here"
    assert fine["model"]["name"] == "wardroom-en"
    assert fine["policy_version"] == 0
    assert b"No database answers" in run.stderr


def test_the_sites_own_rules_judge_where_its_database_answers(
    transactional_db: None, django_db_serialized_rollback: None
) -> None:
    Rule.objects.create(kind="word", pattern="heron", outcome="block", severity=2)
    parts = connection.settings_dict
    database = (
        f"postgresql://{parts['USER']}@/{parts['NAME']}?host={parts['HOST']}&port={parts['PORT'] or 5432}"
    )

    run = judge(b"a heron\n", "--rules-only", database=database)

    assert objects(run)[0]["verdict"] == "block"
    assert b"No database" not in run.stderr


def test_plain_lines_are_for_reading_and_adults_may_swear() -> None:
    run = judge(b"oh shit\n", "--plain", "--adults", "--rules-only")

    assert run.stdout.decode() == f"{'allow':<9}{'-':<23}oh shit\n"


@pytest.mark.parametrize(
    ("options", "variables", "said"),
    [
        (("--batch", "0"), {}, "--batch must be at least 1"),
        ((), {"WARDROOM_MODEL_PATH": "no-such-model"}, "--rules-only judges without it"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    options: tuple[str, ...], variables: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    run = judge(b"hello\n", *options)

    assert run.returncode == 1
    assert said in run.stderr.decode()
    assert b"Traceback" not in run.stderr


def test_a_line_in_a_language_that_the_bundled_model_does_not_know_is_not_judged() -> None:
    (german,) = objects(judge("Wann fährt morgen früh eigentlich die nächste Fähre?".encode()))

    assert (german["verdict"], german["language"]) == ("hold", "de")
    assert german["findings"][-1]["label"] == "unknown_language"


def test_the_words_that_drove_a_finding_are_said_where_asked_for() -> None:
    (insult,) = objects(judge(b"go away you idiot\n", "--explain"))

    assert insult["because"]["toxicity"] == [[12, 17]]


def test_the_help_says_what_comes_out() -> None:
    printed = judge(b"", "--help").stdout.decode()

    assert "one JSON object a line" in " ".join(printed.split())
