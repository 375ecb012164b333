"""Who may work on a case, and what may be decided there. Pure over rows already loaded.

Not here: whether a claim is held or a case still open; services/cases.py asks the database that.
"""

from accounts.models import Person
from accounts.permissions import refusal_to_act
from common.errors import Code, Refused
from moderation.models import Action, Case, CaseState
from rooms.models import Visibility

_ON_A_PERSON = (Action.WARN, Action.MUTE, Action.REMOVE, Action.SUSPEND)
_IN_A_ROOM = frozenset({Action.MUTE, Action.REMOVE})
# What the plain answers "it is fine" and "others must not read it" mean, by how the message stands.
_ON_A_MESSAGE = {
    Visibility.VISIBLE: (Action.DISMISS, Action.HIDE),
    Visibility.CHECKING: (Action.RELEASE, Action.HIDE),
    Visibility.HELD: (Action.RELEASE, Action.HIDE),
    Visibility.HIDDEN: (Action.RESTORE, Action.HIDE),
    Visibility.DELETED: (Action.DISMISS,),
}
_MEANT = {
    (Visibility.CHECKING, Action.DISMISS): Action.RELEASE,
    (Visibility.CHECKING, Action.RESTORE): Action.RELEASE,
    (Visibility.HELD, Action.DISMISS): Action.RELEASE,
    (Visibility.HELD, Action.RESTORE): Action.RELEASE,
    (Visibility.HIDDEN, Action.DISMISS): Action.RESTORE,
    (Visibility.HIDDEN, Action.RELEASE): Action.RESTORE,
}


def refusal_to_moderate(person: Person) -> Refused | None:
    """Why this person may not work the queue at all, or None."""
    if refusal := refusal_to_act(person):
        return refusal
    return None if person.is_moderator else Refused(Code.NOT_ALLOWED)


def refusal_to_administer(person: Person) -> Refused | None:
    """Why this person may not change policies for the whole site, or None."""
    if refusal := refusal_to_moderate(person):
        return refusal
    return None if person.is_administrator else Refused(Code.NOT_ALLOWED)


def refusal_to_see(case: Case, by: Person) -> Refused | None:
    """Why this person may not open this case: nobody learns of a case about themselves."""
    if refusal := refusal_to_moderate(by):
        return refusal
    return Refused(Code.NOT_FOUND) if case.person_id == by.pk else None


def refusal_to_decide(case: Case, by: Person) -> Refused | None:
    """Why this person may not decide it: escalated cases, and those about moderators, are administrators'."""
    if refusal := refusal_to_see(case, by):
        return refusal
    is_for_administrators = case.state == CaseState.ESCALATED or case.person.is_moderator
    return Refused(Code.NOT_ALLOWED) if is_for_administrators and not by.is_administrator else None


def actions_for(case: Case) -> tuple[Action, ...]:
    """What may be decided here, mildest first: for the buttons, and checked again when one is pressed."""
    escalate = (Action.ESCALATE,) if case.state == CaseState.OPEN else ()
    return (*_answers(case), *_sanctions(case), *escalate)


def meant_by(action: Action, case: Case) -> Action:
    """The action that does what was asked for: to dismiss a case about a held message is to release it."""
    if case.message is None:
        return action
    return _MEANT.get((Visibility(case.message.visibility), action), action)


def _answers(case: Case) -> tuple[Action, ...]:
    if case.message is None:
        return (Action.DISMISS,)
    return _ON_A_MESSAGE[Visibility(case.message.visibility)]


def _sanctions(case: Case) -> tuple[Action, ...]:
    return tuple(action for action in _ON_A_PERSON if case.room_id or action not in _IN_A_ROOM)
