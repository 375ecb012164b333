"""Reasons that a moderator can take as they are: one for each policy of a new site and for each plain answer.

Called by moderation/forms.py. The person concerned reads the reason, so each is a sentence about the text.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.models import Action, Policy

_FOR_POLICY: dict[str, Promise] = {
    "harassment": gettext_lazy("It insults or pesters a person."),
    "threat": gettext_lazy("It threatens somebody or wishes them harm."),
    "hate": gettext_lazy("It attacks people for what they are."),
    "sexual_content": gettext_lazy("It is sexual, which has no place here."),
    "child_safety": gettext_lazy("It may put a child in danger."),
    "self_harm": gettext_lazy("It may move somebody to hurt themselves."),
    "spam_or_scam": gettext_lazy("It is advertising, repetition or an attempt to trick people."),
    "private_information": gettext_lazy("It gives away private information about somebody."),
    "impersonation": gettext_lazy("It pretends to come from somebody else."),
    "other": gettext_lazy("It makes it hard for others to talk."),
}
_FOR_ACTION: dict[Action, Promise] = {
    Action.DISMISS: gettext_lazy("It breaks no policy."),
    Action.RELEASE: gettext_lazy("It breaks no policy."),
    Action.RESTORE: gettext_lazy("It breaks no policy."),
    Action.ESCALATE: gettext_lazy("An administrator should decide this."),
}


def reason_for(action: str, policy: Policy | None) -> str:
    """What the reason field holds before anybody has written in it."""
    if action in _FOR_ACTION:
        return str(_FOR_ACTION[Action(action)])
    if policy is None:
        return ""
    if policy.key in _FOR_POLICY:
        return str(_FOR_POLICY[policy.key])
    return _("It is against our policy “%(title)s”.") % {"title": policy.title}
