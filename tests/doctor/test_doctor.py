"""`manage.py doctor`: one line for each thing, what to do, and a status that a monitor can ask for."""

import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from common import clock
from common.clock import now
from config.doctor import judging, servers, site
from config.doctor.findings import Finding, State, check
from moderation import jobs
from moderation.classifiers.shelf import BUNDLED
from moderation.models import Assessment, Rule, SecondChoice
from moderation.services.canary import canary
from moderation.services.cases import open_case
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.keyword_classifier import KeywordClassifier


@pytest.fixture(autouse=True)
def _no_worker_has_left_a_mark() -> None:
    jobs.forget_marks()


def run() -> tuple[int, list[dict[str, Any]]]:
    printed = io.StringIO()
    status = 0
    try:
        call_command("doctor", "--json", stdout=printed)
    except SystemExit as left:
        status = int(str(left.code))
    return status, json.loads(printed.getvalue())


def only(findings: Iterator[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_every_line_has_a_state_and_every_trouble_says_what_to_do(db: None) -> None:
    _status, found = run()

    assert {line["what"] for line in found} >= {"database", "audit log", "Redis", "worker", "canary", "mail"}
    assert all(line["do"] for line in found if line["state"] != State.WELL)


def test_anything_wrong_is_an_exit_of_1(db: None) -> None:
    status, found = run()  # no worker works here

    assert status == 1
    assert next(line for line in found if line["what"] == "worker")["state"] == State.WRONG


def test_an_audit_log_that_only_triggers_guard_is_worth_a_look(db: None) -> None:
    assert only(servers.audit_log()).state == State.LOOK  # the suite connects as the owner of the tables

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER")
    assert only(servers.audit_log()).state == State.WRONG


def test_an_audit_log_that_the_sites_role_can_only_add_to_is_well(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE doctor_test")
        cursor.execute("GRANT SELECT, INSERT ON accounts_auditentry TO doctor_test")
        cursor.execute("SET LOCAL ROLE doctor_test")
        finding = only(servers.audit_log())
        cursor.execute("RESET ROLE")

    assert finding.state == State.WELL


def test_for_people_it_prints_one_line_each(db: None) -> None:
    printed = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=printed)

    assert any(line.startswith("ok    database") for line in printed.getvalue().splitlines())


def test_a_check_that_fails_itself_is_a_finding(db: None) -> None:
    @check("moon", do="Wait.")
    def moon() -> Any:
        raise OSError("it is behind a cloud")
        yield

    finding = only(moon())
    assert (finding.state, finding.is_so, finding.do) == (State.WRONG, "it is behind a cloud", "Wait.")


def test_an_unreachable_redis_is_named(db: None, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert only(servers.redis_server()).state == State.WRONG


def test_a_clock_that_is_not_the_databases_is_named(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_compared", [])
    clock.compare(connection)
    assert only(servers.time_of_day()).state == State.WELL

    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + dt.timedelta(hours=1))
    assert only(servers.time_of_day()).is_so == "+3600 s from the database's"


def test_migrations_are_all_applied_here(db: None) -> None:
    assert only(servers.migrations()).state == State.WELL


def test_a_worker_that_works_says_so(db: None) -> None:
    jobs.beat_heart()

    assert only(judging.worker()).state == State.WELL


def test_the_classifiers_files_are_compared_with_its_card(db: None, settings: Any, tmp_path: Path) -> None:
    assert "wardroom-en" in only(judging.classifier()).is_so

    settings.CLASSIFIER_MODEL = str(tmp_path)
    assert only(judging.classifier()).state == State.WRONG


def test_a_second_model_is_looked_at_where_one_is_chosen(db: None) -> None:
    SecondChoice.objects.create(
        folder=str(BUNDLED / "wardroom-en"), name="larger", card_sha256="0" * 64, sample=0.02
    )
    first, second = judging.classifier()
    assert (second.what, second.state) == ("second model", State.WELL)
    assert first.state == State.WELL

    jobs.note_model_failure("its files are gone", jobs.Place.SECOND)
    states = [finding.state for finding in judging.classifier()]
    assert states == [State.WELL, State.WRONG, State.WELL]


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_a_second_models_folder_that_is_gone_is_wrong_and_the_first_is_well(
    db: None, tmp_path: Path, folder: str
) -> None:
    SecondChoice.objects.create(folder=str(tmp_path / folder), name="larger", card_sha256="0", sample=0.02)

    assert [finding.state for finding in judging.classifier()] == [State.WELL, State.WRONG]


def test_messages_that_wait_for_long_are_wrong(cast: Cast) -> None:
    assert only(judging.waiting()).state == State.WELL
    message = MessageFactory.create(room=cast.harbour, author=cast.rex, checking=True)
    Assessment.objects.create(message=message, text_version=1, created_at=now() - dt.timedelta(seconds=40))

    finding = only(judging.waiting())
    assert finding.state == State.WRONG
    assert finding.is_so.startswith("1 messages, the oldest for 4")


def test_a_canary_that_is_ill_is_wrong(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    canary(classifier=KeywordClassifier())
    assert only(judging.canary()).state == State.WELL

    monkeypatch.setattr("tests.moderation.keyword_classifier.TOXICITY", {})
    canary(classifier=KeywordClassifier())
    assert only(judging.canary()).state == State.WRONG


def test_a_rule_that_cannot_be_used_is_named(db: None) -> None:
    Rule.objects.create(kind="pattern", pattern="(", outcome="hold")

    finding = only(judging.rules())
    assert finding.state == State.WRONG
    assert "(" in finding.is_so


def test_overdue_cases_are_worth_a_look(cast: Cast) -> None:
    case = open_case(message=None, person=cast.rex, room=None, severity=4, why="…")
    case.due_at = now() - dt.timedelta(minutes=1)
    case.save()

    assert only(judging.queue()).state == State.LOOK


def test_unencrypted_origins_are_wrong_in_production(settings: Any) -> None:
    settings.PRODUCTION, settings.ORIGINS = True, ["http://chat.example.org"]
    assert only(site.origins()).state == State.WRONG

    settings.ORIGINS = ["https://chat.example.org"]
    assert only(site.origins()).state == State.WELL


def test_mail_that_goes_nowhere_is_wrong_in_production(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.DEVELOPMENT = False

    assert only(site.mail()).state == State.WRONG
