"""What the rules would say of a text: by the engine and the rules that screen messages; nothing stored.

Called by the rules page.
"""

from functools import lru_cache

from common.clock import now
from moderation.rules.compile import RuleSet, compile_rules
from moderation.rules.engine import evaluate
from moderation.selectors.policies import all_specs, policy_version
from rooms.models import Room
from rooms.seams import Draft, Verdict

_NO_ROOM = 0


def verdict_on(text: str, *, room: Room | None, minors_may_read: bool) -> Verdict:
    """What fires on `text`, said once by a member in that company; rules of pace are no matter here."""
    draft = Draft(
        room_id=room.pk if room else _NO_ROOM,
        author_id=0,
        body=text,
        sent_at=now(),
        author_age=None,
        author_is_new=False,
        author_is_exempt=True,
        screens_before=True,
        minors_may_read=minors_may_read,
    )
    return evaluate(draft, _rules(policy_version()))


@lru_cache(maxsize=1)
def _rules(version: int) -> RuleSet:
    return compile_rules(all_specs(), version=version)
