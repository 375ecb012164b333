"""The worker and its classifier break while people talk: rows 3 and 5 to 8. No failure is taken for clean."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db.models import F, Min

from accounts.models import AuditEntry
from common.database import in_database
from moderation.models import Assessment, AssessmentState, Case, Decision
from moderation.replay.report import percentiles
from rooms.models import Message, Visibility
from tests.faults.conftest import Keep, Settle
from tests.faults.crowd import Load, Talk
from tests.faults.site import WEBS, Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


async def comes_to_be(is_so: Callable[[], bool], *, within_s: float = 20) -> None:
    """Wait until the database says so."""
    deadline = time.monotonic() + within_s
    while not await in_database(is_so):
        assert time.monotonic() < deadline, "it never came to be"
        await asyncio.sleep(0.01)


def assessed(words: str, **facts: object) -> Callable[[], bool]:
    """Whether there is an assessment like this of a text with these words."""
    return Assessment.objects.filter(message__body__contains=words, **facts).exists


async def test_3_the_worker_is_killed_with_a_text_in_its_hands(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talking = asyncio.create_task(talk.goes_on(load.seconds))
    talk.says("let me ponder number three")
    await comes_to_be(assessed("number three", attempts=1, state=AssessmentState.PENDING))
    site.kill("worker")
    await talking

    checked = await settle(talk)
    figure = f"verdict {checked.slowest_verdict_s} s after posting at the latest"
    keep_row(3, "worker killed in the middle of a batch", figure, checked)


async def test_5_the_site_dies_between_commit_and_bell(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    with site.stopped("redis"):  # so that the bell, which comes after the commit, never gets through
        talk.says("committed and not rung")
        await comes_to_be(assessed("committed and not rung"))
        site.kill(*WEBS)
    await talk.goes_on(load.seconds)

    checked = await settle(talk)
    figure = f"all judged, within {checked.slowest_verdict_s} s"
    keep_row(5, "site killed between commit and bell", figure, checked)


async def test_6_the_worker_dies_after_its_verdict_and_before_its_task_is_done(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    talk.says("I ponder an awful number six")
    await comes_to_be(assessed("number six", attempts=1))
    with site.stopped("redis"):  # where the task would be marked as done
        await comes_to_be(assessed("number six", state=AssessmentState.DONE))
        site.kill("worker")
    await talk.goes_on(load.seconds)

    checked = await settle(talk)
    decided, written = await in_database(on_record, "number six")
    figure = f"{decided} decision, {written} audit entry"
    keep_row(6, "worker killed between verdict and end of task", figure, checked)
    assert (decided, written) == (1, 1)


def on_record(words: str) -> tuple[int, int]:
    """How many decisions there are about the newest such message, and audit entries of them."""
    decisions = Decision.objects.filter(message=Message.objects.filter(body__contains=words).latest("pk"))
    entries = AuditEntry.objects.filter(facts__decision__in=[one.public_id for one in decisions])
    return decisions.count(), entries.count()


@pytest.mark.whole_load_only
async def test_7_texts_that_no_classifier_reads(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep
) -> None:
    texts = ["a poison line", "this devours all memory"]
    for words in texts:
        talk.says(words)
    await talk.goes_on(load.seconds)

    checked = await settle(talk)
    waited_s, others_s = await in_database(given_to_humans, texts), await in_database(judged, talk, texts)
    figure = (
        f"{len(waited_s)} of 2 with a human, after {max(waited_s, default=0):.0f} s at the latest;"
        f" the others judged after {others_s['p50'] / 1000:.1f} s (p50), {others_s['p99'] / 1000:.1f} s (p99)"
    )
    keep_row(7, "a text that raises, one that kills", figure, checked)
    assert len(waited_s) == 2


def given_to_humans(texts: list[str]) -> list[float]:
    """After how many seconds each of these texts, as it was last said, became a human's case."""
    newest = [Message.objects.filter(body__contains=words).latest("pk") for words in texts]
    opened = Case.objects.filter(message__in=newest).values("message").annotate(at=Min("opened_at"))
    at = {row["message"]: row["at"] for row in opened}
    return [(at[one.pk] - one.sent_at).total_seconds() for one in newest if one.pk in at]


def judged(talk: Talk, but: list[str]) -> dict[str, float]:
    """How long everything else waited for its verdict, in milliseconds: p50, p95, p99."""
    rows = Assessment.objects.filter(message__client_key__in=list(talk.ledger.sent), judged_at__isnull=False)
    for words in but:
        rows = rows.exclude(message__body__contains=words)
    waited = rows.values_list(F("judged_at") - F("created_at"), flat=True)
    return percentiles(one.total_seconds() for one in waited)


async def test_8_a_classifier_that_hangs_or_answers_nonsense(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep, is_whole_load: bool
) -> None:
    texts = ["this is nonsense, number eight,", "stuck at number eight"]
    for words in texts:
        talk.says(words)
    await talk.goes_on(load.seconds)
    for words in texts:
        await comes_to_be(partial(fails, words))
    if not is_whole_load:
        await in_database(give_up_soon)

    checked = await settle(talk)
    open_count = await in_database(shown_in_rooms_that_wait, "number eight")
    keep_row(8, "classifier hangs, answers NaN", f"{open_count} taken for clean", checked)
    assert open_count == 0


def fails(words: str) -> bool:
    """Whether judging the newest such text has failed."""
    rows = Assessment.objects.filter(message__body__contains=words).order_by("-pk")
    return bool(rows and (rows[0].error or rows[0].state == AssessmentState.FAILED))


def give_up_soon() -> None:
    """As if it had failed as often as anything may."""
    failed = Assessment.objects.filter(state=AssessmentState.PENDING).exclude(error="")
    failed.update(attempts=5, leased_until=None)


def shown_in_rooms_that_wait(words: str) -> int:
    """How many such messages are visible, or ever were, in rooms that screen before."""
    rows = Message.objects.filter(body__contains=words, room__screening_mode="before")
    return rows.exclude(visibility__in=[Visibility.HELD, Visibility.CHECKING], was_visible=False).count()
