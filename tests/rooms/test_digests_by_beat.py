"""A digest all the way: beat rings, a worker sends, a mail is there."""

import datetime as dt
import email
from email import policy
from pathlib import Path

import pytest
from django.db import connection

from common.clock import now
from rooms.models import DeliveryState, DigestDelivery, NotificationWish, Rhythm
from rooms.services.digests import set_wish
from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.workers import comes_to_be
from tests.rooms.saying import say
from tests.servers import start_beat, start_worker

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

UNSEEN = "the password of the boat house is swordfish"


def mails_in(folder: Path) -> list[str]:
    """What was sent, as its reader sees it."""
    read = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.glob("*")]
    return [f"{mail['To']} {mail['Subject']} {mail.get_body().get_content()}" for mail in read]  # type: ignore[union-attr]


def test_beat_has_the_digest_sent_once_with_numbers_and_no_words(
    committed_cast: Cast, tmp_path: Path
) -> None:
    cast = committed_cast
    say(cast.mara, cast.lounge, UNSEEN)
    cast.lounge.refresh_from_db()  # its counters
    MessageFactory.create(room=cast.lounge, author=cast.mara, body=UNSEEN, held=True)
    set_wish(person=cast.rex, notices=True, rhythm=Rhythm.DAILY, hour=8)
    NotificationWish.objects.filter(person=cast.rex).update(due_at=now() - dt.timedelta(hours=1))
    database, told = connection.settings_dict["NAME"], {"EMAIL_URL": f"filemail:///{tmp_path}"}

    with start_worker(database=database, **told), start_beat(database=database, WARDROOM_DIGESTS_EVERY_S="1"):
        assert comes_to_be(lambda: DigestDelivery.objects.filter(state=DeliveryState.SENT).exists())

    (mail,) = mails_in(tmp_path)
    assert cast.rex.email in mail
    assert "Lounge" in mail
    assert "1 message" in mail
    assert "swordfish" not in mail
    assert DigestDelivery.objects.count() == 1
