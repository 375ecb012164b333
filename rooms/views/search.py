"""`/search/`: what was said, found again. A form with an address, so that it works without scripts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms.searching import Kind, Order, read
from rooms.selectors.search import search as messages_found
from rooms.views.access import person_of


@never_cache
@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/search/?q=&sort=&older=`: a page of hits, or what is not understood."""
    typed = request.GET.get("q", "").strip()
    wanted = read(typed)
    order = Order.BEST if request.GET.get("sort") == Order.BEST else Order.NEWEST
    found = messages_found(person_of(request), wanted, order=order, older=request.GET.get("older", ""))
    facts = {
        "typed": typed,
        "problems": [problem for problem in wanted.problems if typed or problem.kind is not Kind.EMPTY],
        "found": found,
        "is_asked": not wanted.problems,
        "is_later_page": "older" in request.GET,
        "can_be_sorted": bool(wanted.words or wanted.phrases),
        "sort": order.value,
        "nav": "search",
    }
    return render(request, "rooms/search.html", facts)
