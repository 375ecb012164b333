"""What moderators decided, exported for training: what it says, whose it does not say, what stays here."""

import csv
import datetime as dt
import gzip
import io
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from common.clock import now
from common.errors import Code, Refused
from moderation.classifiers.rows import read_rows
from moderation.models import Action
from moderation.services.cases import undo_decision
from moderation.services.feedback import LeftOut, read_feedback
from moderation.services.reports import report_message
from rooms.models import Message, Visibility
from tests.cast import Cast
from tests.moderation.deciding import decided, hidden_by_classifier, judged, objected

A_WEEK = dt.timedelta(days=7)


def exported(cast: Cast, file: Path) -> list[dict[str, str]]:
    says("--out", str(file))
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def says(*words: str, since: str = "7d", by: str = "Ada") -> str:
    out = io.StringIO()
    call_command("model", "feedback", "--since", since, "--by", by, *words, stdout=out)
    return out.getvalue()


def labels(row: dict[str, str]) -> dict[str, str]:
    """The cells of the labels that are known."""
    known = (
        "toxicity",
        "severe_toxicity",
        "obscene",
        "threat",
        "insult",
        "identity_attack",
        "sexual_explicit",
    )
    return {label: row[label] for label in known if row[label]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "feedback.csv.gz"


# --- what it says ------------------------------------------------------------------------------


def test_what_was_upheld_is_what_was_found_under_its_policy(cast: Cast, file: Path) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7, identity_attack=0.8), cast.nora, policy="harassment")

    (row,) = exported(cast, file)

    assert labels(row) == {"toxicity": "1", "insult": "1"}
    assert (row["source"], row["weight"]) == ("feedback, found", "1")


def test_what_was_shown_again_is_not_what_was_found(cast: Cast, file: Path) -> None:
    message = judged(cast.lounge, cast.rex, insult=0.7, toxicity=0.2)
    decided(message, cast.nora, Action.DISMISS)

    (row,) = exported(cast, file)

    assert labels(row) == {"insult": "0"}


def test_what_members_reported_is_known_too(cast: Cast, file: Path) -> None:
    message = judged(cast.lounge, cast.rex, toxicity=0.1)
    report_message(
        reporter=cast.mara,
        room_public_id=cast.lounge.public_id,
        message_public_id=message.public_id,
        reason="threat",
        note="",
    )
    decided(message, cast.nora, policy="threat")

    (row,) = exported(cast, file)

    assert labels(row) == {"toxicity": "1", "threat": "1"}
    assert row["source"] == "feedback, reported"


def test_an_objection_that_was_right_wins_over_the_decision(cast: Cast, file: Path) -> None:
    decision = decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)
    objected(decision, cast.otis, overturn=True)

    (row,) = exported(cast, file)

    assert labels(row) == {"insult": "0"}
    assert (row["source"], row["weight"]) == ("feedback, objected", "2")


def test_a_hide_of_the_classifiers_counts_once_somebody_has_answered_for_it(cast: Cast, file: Path) -> None:
    hides = [hidden_by_classifier(judged(cast.lounge, cast.rex, insult=0.95), "insult") for _ in range(3)]
    objected(hides[0], cast.otis, overturn=True)
    objected(hides[1], cast.otis, overturn=False)

    rows = exported(cast, file)

    assert sorted(row["insult"] for row in rows) == ["0", "1"]
    assert {row["weight"] for row in rows} == {"1"}


def test_what_was_taken_back_says_nothing(cast: Cast, file: Path) -> None:
    decision = decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)
    undo_decision(decision=decision, by=cast.nora)

    with pytest.raises(CommandError, match="no decided text"):
        exported(cast, file)
    assert not file.exists()


def test_only_what_was_decided_since_then_is_exported(cast: Cast, file: Path) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)

    with pytest.raises(CommandError, match="no decided text"):
        says("--out", str(file), "--until", "1d")


def test_a_row_says_which_model_gave_which_score_and_where(cast: Cast, file: Path) -> None:
    decided(judged(cast.harbour, cast.rex, insult=0.7), cast.nora)

    (row,) = exported(cast, file)

    assert (row["about_model"], row["about_version"]) == ("wardroom-en", "1")
    assert (row["about_insult_score"], row["about_screening"]) == ("0.7", "before")
    assert row["about_age_band"]


def test_training_and_evaluation_read_it(cast: Cast, file: Path) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)
    exported(cast, file)

    rows = read_rows(file)

    assert rows.labels[0] == "toxicity"
    assert len(rows.labels) == 7
    assert rows.truth[0, rows.labels.index("insult")] == 1
    assert rows.truth[0, rows.labels.index("threat")] != rows.truth[0, rows.labels.index("threat")]


# --- whose it does not say ---------------------------------------------------------------------


def test_no_person_room_or_moment_can_be_read_from_it(cast: Cast, file: Path) -> None:
    message = judged(cast.lounge, cast.rex, "@Mara and Finn are fools, ask rex@example.com", insult=0.7)
    decided(message, cast.nora)

    (row,) = exported(cast, file)
    content = gzip.decompress(file.read_bytes()).decode()

    assert row["text"] == "@someone and someone are fools, ask someone@example.org"
    for trace in ("Rex", "Mara", "Finn", "Nora", "lounge", "Lounge", message.public_id, cast.rex.public_id):
        assert trace not in content
    assert str(now().date()) not in content


def test_one_author_has_one_digest_in_one_export_and_another_in_the_next(cast: Cast, tmp_path: Path) -> None:
    for author in (cast.rex, cast.rex, cast.mara):
        decided(judged(cast.lounge, author, insult=0.7), cast.nora)

    first, second = (
        [row["about_author"] for row in exported(cast, tmp_path / name)] for name in ("a.csv.gz", "b.csv.gz")
    )

    assert len(set(first)) == len(set(second)) == 2
    assert not set(first) & set(second)


# --- what stays here ---------------------------------------------------------------------------


def left_out(cast: Cast) -> dict[LeftOut, int]:
    return dict(read_feedback(by=cast.ada, since=now() - A_WEEK, until=now() + A_WEEK).left_out)


def test_what_its_author_deleted_stays_here(cast: Cast) -> None:
    message = judged(cast.lounge, cast.rex, insult=0.7)
    decided(message, cast.nora, Action.DISMISS)
    Message.objects.filter(pk=message.pk).update(visibility=Visibility.DELETED)

    assert left_out(cast) == {LeftOut.DELETED: 1}


def test_what_is_deleted_while_it_is_read_stays_here_too(cast: Cast) -> None:
    message = judged(cast.lounge, cast.rex, insult=0.7)
    decided(message, cast.nora, Action.DISMISS)
    feedback = read_feedback(by=cast.ada, since=now() - A_WEEK, until=now() + A_WEEK)
    Message.objects.filter(pk=message.pk).update(visibility=Visibility.DELETED)

    assert list(feedback.examples) == []


def test_what_its_author_has_changed_since_stays_here(cast: Cast) -> None:
    message = judged(cast.lounge, cast.rex, insult=0.7)
    decided(message, cast.nora, Action.DISMISS)
    Message.objects.filter(pk=message.pk).update(text_version=2, body="how lovely")

    assert left_out(cast) == {LeftOut.CHANGED: 1}


def test_what_a_minor_said_stays_here(cast: Cast) -> None:
    decided(judged(cast.harbour, cast.finn, insult=0.7), cast.nora)

    assert left_out(cast) == {LeftOut.MINOR: 1}


def test_what_somebody_of_a_closed_account_said_stays_here(cast: Cast) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)
    cast.rex.is_active = False
    cast.rex.save(update_fields=["is_active"])

    assert left_out(cast) == {LeftOut.CLOSED: 1}


@pytest.mark.parametrize("policy", ["child_safety", "self_harm", "private_information"])
def test_what_is_about_a_danger_to_somebody_stays_here(cast: Cast, policy: str) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora, policy=policy)

    assert left_out(cast) == {LeftOut.KEPT_BACK: 1}


def test_a_decision_that_says_nothing_of_a_label_is_left_out(cast: Cast) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.1), cast.nora, policy="spam_or_scam")

    assert left_out(cast) == {LeftOut.SILENT: 1}


def test_what_was_left_out_is_said_with_the_reason(cast: Cast, file: Path) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)
    decided(judged(cast.harbour, cast.finn, insult=0.7), cast.nora)

    said = says("--out", str(file))

    assert "1 decided texts" in said
    assert "Left out: 1, because a minor wrote it" in said


# --- who, and on record ------------------------------------------------------------------------


def test_that_texts_are_read_is_on_record_before_they_are(cast: Cast) -> None:
    decided(judged(cast.lounge, cast.rex, "nobody may read this here", insult=0.7), cast.nora)

    feedback = read_feedback(by=cast.ada, since=now() - A_WEEK, until=now() + A_WEEK)

    entry = AuditEntry.objects.get(action="feedback.export")
    assert (entry.actor_id, entry.facts["texts"]) == (cast.ada.pk, 1)
    assert {"since", "until", "left_out"} <= set(entry.facts)
    assert "nobody may read" not in str(entry.facts)
    assert len(list(feedback.examples)) == 1


@pytest.mark.parametrize("name", ["mara", "nora"])
def test_only_an_administrator_answers_for_an_export(cast: Cast, name: str, file: Path) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)

    with pytest.raises(Refused, match=Code.NOT_ALLOWED):
        read_feedback(by=getattr(cast, name), since=now() - A_WEEK, until=now())
    with pytest.raises(CommandError, match="no administrator"):
        says("--out", str(file), by=name)
    assert not AuditEntry.objects.filter(action="feedback.export").exists()


def test_the_file_is_its_owners_alone_and_no_file_is_replaced(cast: Cast, file: Path) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)
    exported(cast, file)
    before = file.read_bytes()

    with pytest.raises(CommandError, match="nothing is overwritten"):
        exported(cast, file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert AuditEntry.objects.filter(action="feedback.export").count() == 1


def test_an_export_that_fails_leaves_no_file(cast: Cast, file: Path, monkeypatch: Any) -> None:
    decided(judged(cast.lounge, cast.rex, insult=0.7), cast.nora)

    def full(_row: object) -> dict[str, object]:
        raise OSError("No space left on device")

    monkeypatch.setattr("moderation.management.feedback_verb._row", full)

    with pytest.raises(CommandError, match="No space left"):
        exported(cast, file)
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "yesterday"], "neither a date"),
        (["--since", "1d", "--until", "7d"], "must lie before"),
        (["--out", "nowhere/f.csv.gz"], "is not there"),
        (["--out", "f.txt"], "must end in .csv.gz"),
        (["--by", "Nobody"], "nobody of the name"),
    ],
)
def test_what_was_typed_wrongly_is_one_sentence(
    db: None, tmp_path: Path, words: list[str], said: str
) -> None:
    usual = {"--since": "7d", "--by": "Ada", "--out": str(tmp_path / "f.csv.gz")}
    given = usual | dict(zip(words[::2], words[1::2], strict=True))

    with pytest.raises(CommandError, match=said):
        call_command("model", "feedback", *(word for pair in given.items() for word in pair))
