"""What a person reads about themselves: notices, statements of reasons, the way to object.

Open to suspended people too: the statement is what is left to them.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.middleware import open_to_suspended
from common.errors import Code, Refused
from moderation.forms import AppealForm
from moderation.models import StatementOfReasons
from moderation.selectors.notices import can_object, judged_text, statement_for
from moderation.services import appeals
from moderation.services.notices import mark_notice_read, mark_outcomes_read, notices_for
from moderation.views.access import PersonRequest, members_only, show


@open_to_suspended
@members_only
@require_GET
def notices(request: PersonRequest) -> HttpResponse:
    """Everything this person was told, or (`message`) why a message of theirs is held or hidden.

    Outcomes of reports are read by being listed.
    """
    if about := _statement_about(request):
        return redirect("moderation:notice", about.decision.public_id)
    told = notices_for(request.user)
    response = show(request, "moderation/member/notices.html", {"told": told, "nav": "notices"})
    mark_outcomes_read(person=request.user)
    return response


@open_to_suspended
@members_only
@require_GET
def notice(request: PersonRequest, public_id: str) -> HttpResponse:
    """One statement of reasons."""
    statement = statement_for(request.user, public_id)
    mark_notice_read(statement=statement, person=request.user)
    return _show_statement(request, statement, AppealForm() if can_object(statement) else None)


@open_to_suspended
@members_only
@require_POST
def lodge(request: PersonRequest, public_id: str) -> HttpResponse:
    """Object to a decision."""
    statement = statement_for(request.user, public_id)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _show_statement(request, statement, form)
    appeals.lodge_appeal(decision=statement.decision, person=request.user, text=form.cleaned_data["text"])
    messages.success(request, _("Your objection has arrived. Another moderator will look and answer you."))
    return redirect("moderation:notice", public_id)


@open_to_suspended
@members_only
@require_GET
def why(request: PersonRequest, message_id: str) -> HttpResponse:
    """The policy's name, for the room's page to write beside a hidden message of one's own."""
    statement = _newest_about(request, message_id)
    policy = statement.decision.policy if statement else None
    if policy is None:
        raise Refused(Code.NOT_FOUND)
    return HttpResponse(policy.title, content_type="text/plain; charset=utf-8")


def _statement_about(request: PersonRequest) -> StatementOfReasons | None:
    """The newest statement about the message that the address names."""
    return _newest_about(request, request.GET.get("message", ""))


def _newest_about(request: PersonRequest, message_id: str) -> StatementOfReasons | None:
    named = StatementOfReasons.objects.filter(person=request.user, decision__message__public_id=message_id)
    return named.select_related("decision__policy").order_by("-created_at").first()


def _show_statement(
    request: PersonRequest, statement: StatementOfReasons, form: AppealForm | None
) -> HttpResponse:
    context = {
        "statement": statement,
        "decision": statement.decision,
        "own_text": judged_text(statement),
        "appeal": getattr(statement.decision, "appeal", None),
        "form": form,
        "nav": "notices",
    }
    return show(request, "moderation/member/notice.html", context)
