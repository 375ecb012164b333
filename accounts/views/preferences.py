"""What one sets about oneself: the time zone, and whether others see that one is here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import PreferencesForm
from accounts.permissions import shows_presence
from accounts.selectors import age_bands
from accounts.services.profiles import set_preferences
from accounts.views.person import signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """`/me/preferences/`."""
    person = signed_in(request)
    now = {
        "time_zone": person.time_zone or get_current_timezone_name(),
        "shows_presence": shows_presence(person, age_bands()),
    }
    form = PreferencesForm(request.POST or None, initial=now)
    if form.is_bound and form.is_valid():
        set_preferences(person=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:preferences")
    return render(request, "accounts/preferences.html", {"form": form})
