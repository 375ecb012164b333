"""The queue: the page, its list that renews itself, and the way to the next case.

Linked from the bar of every moderator's page.
"""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from moderation.views.access import PersonRequest, moderators_only, show
from moderation.views.rows import case_href, next_free, queue_list
from moderation.views.undo import undo_offered

_NOTHING_NEW = 204


@moderators_only
@require_GET
def queue(request: PersonRequest) -> HttpResponse:
    """The list, and no case opened."""
    context = {
        "list": queue_list(request.user, show=request.GET.get("show", "all"), current=""),
        "undo": undo_offered(request),
        "nav": "queue",
    }
    return show(request, "moderation/queue.html", context, part="moderation/case/none.html")


@moderators_only
@require_GET
def live(request: PersonRequest) -> HttpResponse:
    """The list as it is now; 204 where it is what the page shows already (`seen`)."""
    current = queue_list(
        request.user, show=request.GET.get("show", "all"), current=request.GET.get("opened", "")
    )
    if request.GET.get("seen") == current.seen:
        return HttpResponse(status=_NOTHING_NEW)
    return show(request, "moderation/queue/list.html", {"list": current})


@moderators_only
@require_GET
def following(request: PersonRequest) -> HttpResponse:
    """On to the first case that is free; without one, back to the list."""
    chosen = request.GET.get("show", "all")
    found = next_free(request.user, show=chosen, after=request.GET.get("opened", ""))
    return redirect(case_href(found, chosen) if found else "moderation:queue")
