"""One room's address with another room's message: whatever may be read there is not found here."""

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.factories import MessageFactory
from tests.moderation.pages import signed_in


@pytest.mark.parametrize(
    ("page", "author"),
    [("rooms:message", "rex"), ("rooms:source", "mara"), ("moderation:report_message", "rex")],
)
def test_a_message_is_found_through_its_own_room_only(cast: Cast, page: str, author: str) -> None:
    mara = signed_in(cast.mara)
    message = MessageFactory.create(room=cast.lounge, author=getattr(cast, author))

    through = {
        room: mara.get(reverse(page, args=[room, message.public_id])).status_code
        for room in ("lounge", "harbour", "attic")
    }

    assert through.pop("lounge") in {200, 302}
    assert through == {"harbour": 404, "attic": 404}


def test_a_case_decision_or_objection_of_moderators_is_not_found_by_members(cast: Cast) -> None:
    message = MessageFactory.create(room=cast.harbour, author=cast.rex)
    finn = signed_in(cast.finn)
    finn.post(reverse("moderation:report_message", args=["harbour", message.public_id]), {"reason": "other"})
    case = message.cases.get().public_id

    for verb in ("claim", "reveal", "decide", "take_over"):
        assert finn.post(reverse(f"moderation:{verb}", args=[case])).status_code == 404
    assert signed_in(cast.nora).post(reverse("moderation:claim", args=[case])).status_code == 302
