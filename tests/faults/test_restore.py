"""A backup is restored while people talk: row 22. What came after it is gone, and everybody learns that."""

import asyncio
import subprocess
import time
import uuid
from pathlib import Path

import msgspec
import pytest
from websockets.asyncio.client import connect

from common.database import in_database
from config.embedded.postgres import OWNER
from config.embedded.programs import ROOT
from rooms.models import Message, Room, Visibility
from tests.faults.conftest import Keep, Settle
from tests.faults.crowd import Load, Talk
from tests.faults.site import Site

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

ANSWERED_S = 30
FOR_AS_LONG_AS_IT_TAKES_S = 300


@pytest.mark.whole_load_only
async def test_22_a_backup_is_restored_while_people_talk(
    site: Site, talk: Talk, load: Load, settle: Settle, keep_row: Keep, tmp_path: Path
) -> None:
    file, epochs = tmp_path / "site.backup", await in_database(epochs_of, talk)
    speaking = asyncio.create_task(talk.goes_on(FOR_AS_LONG_AS_IT_TAKES_S))
    await asyncio.sleep(load.seconds / 4)
    backup_at = time.monotonic()
    await asyncio.to_thread(command, site, "backup", str(file))
    erased = await erase_one(site, talk, before=backup_at)
    await asyncio.sleep(load.seconds / 4)
    restore_at = time.monotonic()
    await asyncio.to_thread(command, site, "restore", str(file), "--replace")
    restored_at = time.monotonic()
    await asyncio.sleep(load.seconds / 4)
    speaking.cancel()
    await talk.all_answered(within_s=60)

    gone = await in_database(forget_gone, talk, backup_at, restored_at)
    await in_database(forget_cleared, talk)
    checked = await settle(talk)
    back_s = first_ack_after(talk, restored_at) - restore_at
    figure = (
        f"RPO: the {gone} lines acked in the {restore_at - backup_at:.0f} s since the backup, no other;"
        f" RTO: {back_s:.1f} s until lines are acked again"
    )
    keep_row(22, "a backup restored while people talk", figure, checked)
    now = await in_database(epochs_of, talk)
    assert all(now[room] != epochs[room] for room in epochs)
    assert {one.epoch for one in talk.listeners} <= set(now.values())
    assert await in_database(visibility_of, erased) == Visibility.DELETED


def command(site: Site, name: str, *arguments: str) -> None:
    """A command of manage.py, as an operator runs it: the owner's address is in the environment."""
    owner = site.programs.with_variables(DATABASE_OWNER_URL=site.postgres.url(OWNER))
    program = owner.command(name, *arguments)
    done = subprocess.run(
        program.command, env=dict(program.environment), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


async def erase_one(site: Site, talk: Talk, *, before: float) -> str:
    """Somebody deletes a line that the backup has; gives its public id."""
    sent = next(one for one in talk.ledger.sent.values() if one.acked_at and one.acked_at < before)
    author_id = await in_database(author_of, sent.message)
    speaker = next(one for one in talk.speakers if one.player.person_id == author_id)
    frame = {"type": "delete", "room": sent.room, "message": sent.message, "client_key": uuid.uuid4()}
    headers = {"Authorization": f"Bearer {speaker.player.secret}"}
    async with asyncio.timeout(ANSWERED_S), connect(site.urls[0], additional_headers=headers) as socket:
        await socket.send(msgspec.json.encode(frame).decode())
        while (came := msgspec.json.decode(await socket.recv()))["type"] not in {"ack", "error"}:
            pass
    assert came["type"] == "ack", came
    return sent.message


def forget_gone(talk: Talk, since: float, until: float) -> int:
    """Strike what was acked between backup and restore and is not stored from the ledger; says how many."""
    stored = set(Message.objects.values_list("client_key", flat=True))
    gone = [
        key
        for key, sent in talk.ledger.sent.items()
        if sent.acked_at is not None and since < sent.acked_at < until and key not in stored
    ]
    for key in gone:
        del talk.ledger.sent[key]
    return len(gone)


def forget_cleared(talk: Talk) -> None:
    """Who saw a line that the backup has as unjudged saw it cleared: judged anew, it may end with a human.

    What is visible now was seen; what becomes so is told again.
    """
    now, visible_now = time.monotonic(), Message.objects.filter(visibility=Visibility.VISIBLE)
    visible = set(visible_now.values_list("public_id", flat=True))
    for reader in talk.ledger.readers:
        for message, had in reader.sightings.items():
            if message not in visible and had.shown_last and had.shown_last < now:
                had.shown_at = had.shown_last = None


def first_ack_after(talk: Talk, at: float) -> float:
    """When the first line after this was answered."""
    return min(sent.acked_at for sent in talk.ledger.sent.values() if sent.acked_at and sent.acked_at > at)


def epochs_of(talk: Talk) -> dict[str, str]:
    """Each room's history, by its public id."""
    rooms = Room.objects.filter(pk__in=[room.pk for room in talk.crowd.rooms])
    return {room.public_id: str(room.epoch) for room in rooms}


def author_of(message: str) -> int:
    """Who said it."""
    return Message.objects.get(public_id=message).author_id


def visibility_of(message: str) -> str:
    """Who sees it, as it is stored."""
    return str(Message.objects.get(public_id=message).visibility)
