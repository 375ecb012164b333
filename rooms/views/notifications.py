"""Of what one is told outside of a room's page, and the way out of a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.middleware import open_to_suspended
from rooms.forms import NotificationsForm
from rooms.models import Rhythm
from rooms.selectors.digest import wish_of
from rooms.services.digests import person_of_token, set_wish, unsubscribe
from rooms.views.access import person_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """`/me/notifications/`."""
    person = person_of(request)
    wish = wish_of(person)
    now = {"notices": wish.notices, "rhythm": wish.rhythm, "hour": wish.hour}
    form = NotificationsForm(request.POST or None, initial=now)
    if form.is_bound and form.is_valid():
        facts = form.cleaned_data
        rhythm = Rhythm(facts["rhythm"])
        set_wish(person=person, notices=facts["notices"], rhythm=rhythm, hour=facts["hour"])
        messages.success(request, _("Saved."))
        return redirect("rooms:notifications")
    return render(request, "rooms/notifications.html", {"form": form, "person": person})


# Mail programs send this POST by themselves (RFC 8058), without a page before it: the token says who, and
# all that it can do is to end a mail.
@csrf_exempt
@never_cache
@open_to_suspended
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """`/digest/stop/<token>/`: no more digests, without signing in. A GET only asks."""
    if request.method == "POST":
        unsubscribe(token=token)
    else:
        person_of_token(token)
    return render(request, "rooms/unsubscribe.html", {"is_done": request.method == "POST"})
