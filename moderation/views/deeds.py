"""What each decision is called on the queue's pages, its key and icon, what it does, what is said after it.

The keys are also in docs/moderators.md and templates/moderation/queue/keys.html.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.models import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One action in words: on its button, over its form, and once it is done."""

    name: str
    text: Promise
    key: str
    icon: str
    title: Promise
    consequence: Promise
    done: Promise
    look: str = ""


_ALL = (
    Deed(
        name=Action.DISMISS,
        text=_("Dismiss"),
        key="d",
        icon="check",
        title=_("Dismiss this case"),
        consequence=_("Nothing changes for anybody. Whoever reported it hears that it breaks no policy."),
        done=_("Dismissed: nothing changes for anybody."),
    ),
    Deed(
        name=Action.RELEASE,
        text=_("Show"),
        key="d",
        icon="eye",
        title=_("Show this message to others"),
        consequence=_("Everybody in the room can read it from now on."),
        done=_("Shown: others can read the message now."),
    ),
    Deed(
        name=Action.RESTORE,
        text=_("Restore"),
        key="s",
        icon="rotate-ccw",
        title=_("Restore this message"),
        consequence=_("Everybody in the room can read it again, where it stood."),
        done=_("Restored: others can read the message again."),
    ),
    Deed(
        name=Action.HIDE,
        text=_("Hide"),
        key="h",
        icon="eye-off",
        title=_("Hide this message"),
        consequence=_("Others can no longer read it. The author is told why, and can object."),
        done=_("Hidden: others can no longer read the message."),
    ),
    Deed(
        name=Action.WARN,
        text=_("Warn"),
        key="w",
        icon="triangle-alert",
        title=_("Warn this person"),
        consequence=_("They are told why and can go on talking. A message that it is about is hidden."),
        done=_("Warned: the person is told why."),
    ),
    Deed(
        name=Action.MUTE,
        text=_("Mute"),
        key="m",
        icon="volume-x",
        title=_("Mute this person in this room"),
        consequence=_("They can read the room but not write in it until then. The message is hidden."),
        done=_("Muted in this room; the message is hidden."),
    ),
    Deed(
        name=Action.REMOVE,
        text=_("Remove"),
        key="x",
        icon="user-minus",
        title=_("Remove this person from this room"),
        consequence=_("They leave at once and cannot come back until then. The message is hidden."),
        done=_("Removed from the room; the message is hidden."),
    ),
    Deed(
        name=Action.SUSPEND,
        text=_("Suspend"),
        key="p",
        icon="ban",
        title=_("Suspend this person"),
        consequence=_("They are signed out everywhere at once and can only read why and object."),
        done=_("Suspended: signed out everywhere."),
        look="danger",
    ),
    Deed(
        name=Action.ESCALATE,
        text=_("Escalate"),
        key="e",
        icon="megaphone",
        title=_("Escalate to an administrator"),
        consequence=_("An administrator decides. Until then its message is hidden, and its author told."),
        done=_("Escalated: an administrator decides."),
    ),
)
DEEDS = {Action(deed.name): deed for deed in _ALL}
