"""Operations for everybody: reporting, what one was told, and objecting to it."""

from ninja import Router, Status

from accounts.api.access import TokenRequest, asking, reads_account, writes_account
from accounts.api.problems import answers
from accounts.api.shapes import PublicId
from moderation.api.bodies import Complaint, ObjectionText
from moderation.api.shapes import Objection, Reference, Told, objection, told
from moderation.selectors.notices import notices_for, statement_for
from moderation.services.appeals import lodge_appeal
from moderation.services.reports import report_message, report_person

router = Router(tags=["reports and notices"])


@router.post(
    "/rooms/{room}/messages/{message}/report",
    auth=writes_account,
    response=answers(201, Reference, also=[409]),
    operation_id="report_message",
)
def complain_of_message(
    request: TokenRequest, room: PublicId, message: PublicId, sent: Complaint
) -> Status[Reference]:
    """Report a message that one can read, or could. 409 names the earlier report of the same."""
    report = report_message(
        reporter=asking(request),
        room_public_id=room,
        message_public_id=message,
        reason=sent.reason,
        note=sent.note,
        also_block=sent.also_block,
    )
    return Status(201, Reference(reference=report.public_id))


@router.post(
    "/people/{person}/report",
    auth=writes_account,
    response=answers(201, Reference, also=[409]),
    operation_id="report_person",
)
def complain_of_person(request: TokenRequest, person: PublicId, sent: Complaint) -> Status[Reference]:
    """Report a person."""
    report = report_person(
        reporter=asking(request),
        person_public_id=person,
        reason=sent.reason,
        note=sent.note,
        also_block=sent.also_block,
    )
    return Status(201, Reference(reference=report.public_id))


@router.get("/notices", auth=reads_account, response=answers(200, Told), operation_id="notices")
def list_notices(request: TokenRequest) -> Told:
    """Decisions about oneself with their reasons, and what became of one's reports."""
    return told(notices_for(asking(request)))


@router.post(
    "/notices/{statement}/objection",
    auth=writes_account,
    response=answers(201, Objection, also=[409]),
    operation_id="object",
)
def lodge_objection(request: TokenRequest, statement: PublicId, sent: ObjectionText) -> Status[Objection]:
    """Object to a decision about oneself: once, within six months. Another moderator answers."""
    person = asking(request)
    about = statement_for(person, statement)
    appeal = lodge_appeal(decision=about.decision, person=person, text=sent.text)
    return Status(201, objection(appeal))
