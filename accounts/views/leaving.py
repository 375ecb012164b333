"""Leave now: signed out at once, and on to a page that says nothing of this site."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import open_to_suspended


# Without the CSRF check, for leaving must work from a page that stood open for days; the worst that
# another site could do with it is to sign somebody out, and the session cookie's SameSite stops that too.
@csrf_exempt
@require_POST
@never_cache
@open_to_suspended
def leave(request: HttpRequest) -> HttpResponse:
    """Sign this browser out and go where nothing tells of this place."""
    logout(request)
    response = redirect("accounts:neutral")
    response["Clear-Site-Data"] = '"cache"'
    return response


@require_safe
@never_cache
@open_to_suspended
def neutral(request: HttpRequest) -> HttpResponse:
    """A page that could be anybody's; or the one that the site's owner named."""
    if settings.LEAVE_URL:
        return redirect(settings.LEAVE_URL)
    response = render(request, "accounts/left.html")
    response["Referrer-Policy"] = "no-referrer"
    return response
