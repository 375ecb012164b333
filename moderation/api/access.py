"""Who may ask what moderators ask: for everybody else, whatever their token says, it is not there."""

from accounts.api.access import TokenRequest, asking
from accounts.models import Person
from common.errors import Code, Refused
from moderation.permissions import refusal_to_moderate


def asking_moderator(request: TokenRequest) -> Person:
    """In whose name this request acts. Refuses: NOT_FOUND for everybody but moderators, as the pages do."""
    person = asking(request)
    if refusal_to_moderate(person):
        raise Refused(Code.NOT_FOUND)
    return person
