"""`manage.py model`: which are here, one more, another one that judges; and what is said when it fails."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from common.clock import now
from moderation import jobs
from moderation.classifiers.base import ModelUnavailableError, checked
from moderation.classifiers.detoxify.card import CARD, CHECKPOINT, CONFIG, TOKENIZER, read_card
from moderation.classifiers.registry import load
from moderation.classifiers.shelf import BUNDLED
from moderation.models import Assessment, AssessmentState, ModelChoice, SecondChoice, SecondOpinion
from moderation.selectors.pipeline import AlarmKind, alarms
from moderation.selectors.serving import Wanted, wanted_models, wanted_second
from moderation.services.serving import Serving, card_sha256
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.made_models import keyword_model

BUNDLED_MODEL = BUNDLED / "wardroom-en"


@pytest.fixture(autouse=True)
def models(settings: Any, tmp_path: Path) -> Path:
    """Where models are installed in these tests."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.MODELS_DIR.mkdir()
    jobs.forget_marks()
    return settings.MODELS_DIR  # type: ignore[no-any-return]


@pytest.fixture
def another(models: Path) -> Path:
    """A second model on the shelf: the bundled one under another name."""
    folder = Path(shutil.copytree(BUNDLED_MODEL, models / "another"))
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | {"name": "another"}))
    return folder


def says(*words: str) -> str:
    out = io.StringIO()
    call_command("model", *words, stdout=out)
    return out.getvalue()


def test_the_list_marks_the_one_that_judges(db: None, another: Path) -> None:
    before = says("list")
    says("use", "another")

    assert [line[:10].strip() for line in before.splitlines()] == ["another", "* wardroom"]
    assert "* another" in says("list")


def test_a_card_is_shown_with_how_its_forms_compare() -> None:
    shown = says("show", "wardroom-en")

    assert "licence: CC BY-SA 4.0" in shown
    assert "int8 beside torch on" in shown


def test_verify_loads_what_it_vouches_for(another: Path) -> None:
    assert "is loaded and scores" in says("verify", "another")

    (another / "int8.onnx").write_bytes(b"something else")
    with pytest.raises(CommandError, match="was not loaded"):
        says("verify", "another")


def test_a_model_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(CommandError, match="There is no model 'nowhere'"):
        says("show", "nowhere")


def test_a_checkpoint_is_installed_from_its_file_and_scores_as_torch_does(
    models: Path, tmp_path: Path
) -> None:
    given = tmp_path / "given"
    given.mkdir()
    for name in (CHECKPOINT, CONFIG, TOKENIZER, "tokenizer_config.json"):
        shutil.copy(BUNDLED_MODEL / name, given / name)

    said = says("install", str(given / CHECKPOINT), "--name", "mine")

    card = read_card(models / "mine")
    assert card.serves == "int8"
    assert "fp32 beside torch" in said
    texts = ["hello there", "you stupid idiot"]
    served, reference = (load(kind, str(models / "mine")) for kind in ("onnx", "detoxify"))
    assert abs(checked(served, texts) - checked(reference, texts)).max() < 0.03
    assert [path.name for path in models.iterdir()] == ["mine"]


def test_a_folder_whose_card_does_not_fit_is_not_installed(models: Path, another: Path) -> None:
    (another / CHECKPOINT).write_bytes(b"poison")

    with pytest.raises(CommandError, match="was not loaded"):
        says("install", str(another), "--name", "mine")
    assert not (models / "mine").exists()
    assert not list(models.glob(".*"))


def test_a_checkpoint_that_holds_code_is_refused(tmp_path: Path) -> None:
    torch.save({"config": Path("code, not numbers"), "state_dict": {}}, tmp_path / "evil.ckpt")

    with pytest.raises(CommandError, match="cannot be loaded as one of Detoxify's checkpoints"):
        says("install", str(tmp_path / "evil.ckpt"))


def test_a_published_model_needs_the_internet_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", away)

    with pytest.raises(CommandError, match="Where there is no internet"):
        says("install", "original-small")


def test_a_choice_is_audited_and_names_the_model_before(db: None, another: Path) -> None:
    says("use", "another")

    choice = ModelChoice.objects.get()
    entry = AuditEntry.objects.get(action="model.use")
    assert (choice.name, choice.folder) == ("another", str(another))
    assert entry.facts["before"].endswith("wardroom-en")


def test_what_cannot_judge_is_never_chosen(db: None, another: Path) -> None:
    (another / "int8.onnx").write_bytes(b"poison")

    with pytest.raises(CommandError, match="was not loaded"):
        says("use", "another")
    assert not ModelChoice.objects.exists()


def test_a_dry_run_tells_which_calls_would_differ_and_no_text(cast: Cast, another: Path) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex, body="you stupid idiot")
    kind = MessageFactory.create(room=cast.harbour, author=cast.rex, body="good morning")
    for judged in (message, kind):
        Assessment.objects.create(
            message=judged, text_version=1, state=AssessmentState.DONE, judged_at=now(),
            scores={"toxicity": 0.01}, outcome="none",
        )  # fmt: skip

    said = says("use", "another", "--dry-run")

    assert "2 messages" in said
    assert "1 calls differ" in said
    assert f"{message.public_id}  none → hide" in said
    assert "idiot" not in said
    assert not ModelChoice.objects.exists()


def test_a_worker_changes_over_without_a_moment_without_a_model(db: None, another: Path) -> None:
    serving = Serving()
    assert serving.current().name == "wardroom-en"

    says("use", "another")
    while (judging := serving.current()).name == "wardroom-en":
        assert checked(judging, ["hello"]).shape == (1, 7)

    assert judging.name == "another"
    assert not jobs.model_failure()


def test_a_model_that_cannot_be_loaded_leaves_the_old_one_judging_and_raises_an_alarm(
    db: None, another: Path
) -> None:
    serving = Serving()
    serving.current()
    says("use", "another")
    (another / "int8.onnx").write_bytes(b"poison")

    while not jobs.model_failure():
        assert serving.current().name == "wardroom-en"

    assert "was not loaded" in jobs.model_failure()
    assert AlarmKind.MODEL_FAILED in [alarm.kind for alarm in alarms()]

    says("use", "wardroom-en")
    serving.keep_up()
    while jobs.model_failure():
        serving.keep_up()


def test_a_folder_that_was_exchanged_after_the_choice_is_not_what_was_chosen(db: None, another: Path) -> None:
    says("use", "another")
    card = json.loads((another / CARD).read_text())
    (another / CARD).write_text(json.dumps(card | {"labels": card["labels"][::-1]}))

    with pytest.raises(ModelUnavailableError, match="not the one that was chosen"):
        Serving().current()
    assert jobs.model_failure()


# --- the second model --------------------------------------------------------------------------


def test_a_second_is_chosen_and_taken_away_on_record(db: None, another: Path) -> None:
    said = says("second", "another", "--sample", "0.1")

    assert "another reads what the first model is unsure of, and 10.0% of the rest" in said
    assert "2 another" in says("list")
    assert wanted_second() == Wanted(SecondChoice.objects.get().pk, str(another), card_sha256(another), 0.1)
    says("second", "--none")
    assert wanted_second() is None
    facts = [entry.facts for entry in AuditEntry.objects.filter(action="model.second").order_by("pk")]
    assert [fact["name"] for fact in facts] == ["another", ""]
    assert facts[1]["before"] == str(another)


def test_a_second_that_cannot_judge_or_is_the_first_is_never_chosen(db: None, another: Path) -> None:
    with pytest.raises(CommandError, match="reads every message already"):
        says("second", "wardroom-en")
    (another / "int8.onnx").write_bytes(b"poison")
    with pytest.raises(CommandError, match="was not loaded"):
        says("second", "another")

    assert not SecondChoice.objects.exists()


@pytest.mark.parametrize("share", ["-0.1", "1.1", "some"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    with pytest.raises(CommandError, match="share"):
        says("second", "another", f"--sample={share}")


def test_a_second_tells_before_what_it_would_have_changed(cast: Cast, models: Path) -> None:
    keyword_model(models / "larger", "boat")
    for body, score in (("a boat", 0.8), ("good morning", 0.8), ("you again", 0.01)):
        message = MessageFactory.create(room=cast.harbour, author=cast.rex, body=body)
        Assessment.objects.create(
            message=message, text_version=1, state=AssessmentState.DONE, judged_at=now(),
            scores={"toxicity": score}, outcome="review",
        )  # fmt: skip

    said = says("second", "larger", "--dry-run")

    assert "2 of 3 messages were in the band" in said
    assert "review → hide: 1" in said
    assert "review → none: 1" in said
    assert "boat" not in said
    assert not SecondChoice.objects.exists()


def test_a_report_without_a_sample_says_that_nothing_is_known(db: None) -> None:
    assert "what it misses is not known" in says("second", "--report")


def test_a_report_says_what_was_missed_with_its_interval(cast: Cast) -> None:
    for call in ("none", "none", "none", "hide"):
        message = MessageFactory.create(room=cast.harbour, author=cast.rex)
        judged = Assessment.objects.create(message=message, text_version=1, state=AssessmentState.DONE)
        SecondOpinion.objects.create(assessment=judged, asked="sample", first_call="none", second_call=call)

    said = says("second", "--report")

    assert "4 sampled messages that the first model let pass" in said
    assert "25.00% missed (95 % interval 4.56% to 69.94%)" in said


def test_a_second_that_cannot_be_loaded_leaves_the_one_before_reading(db: None, models: Path) -> None:
    first, second = keyword_model(models / "one", "boat"), keyword_model(models / "two", "boat")
    says("second", first.name)
    serving = Serving()
    serving.current()
    says("second", second.name)
    (second / "int8.onnx").write_bytes(b"poison")

    while not jobs.model_failure(jobs.Place.SECOND):
        serving.current()

    reading = serving.second()
    assert reading
    assert reading.classifier
    assert reading.classifier.name == "one"
    assert AlarmKind.SECOND_FAILED in [alarm.kind for alarm in alarms()]

    says("second", "--none")
    serving.keep_up()
    assert serving.second() is None
    assert not jobs.model_failure(jobs.Place.SECOND)


def test_a_second_that_is_not_there_at_the_start_is_missing_not_absent(db: None, models: Path) -> None:
    folder = keyword_model(models / "larger", "boat")
    says("second", "larger")
    (folder / "int8.onnx").write_bytes(b"poison")
    serving = Serving()

    assert serving.current().name == "wardroom-en"

    reading = serving.second()
    assert reading
    assert reading.classifier is None
    assert "was not loaded" in reading.failure


def test_which_models_are_wanted_is_one_query(
    db: None, another: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    says("second", "another")

    with django_assert_num_queries(1):
        first, second = wanted_models()

    assert first.folder.endswith("wardroom-en")
    assert second
    assert second.folder == str(another)
