"""Before and at the sign-up: the age screen, then allauth's form."""

from typing import Any

from allauth.account.views import SignupView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import age_screen
from accounts.forms import BirthDateForm
from common.errors import Code, Refused


@never_cache
@require_http_methods(["GET", "POST"])
def age(request: HttpRequest) -> HttpResponse:
    """Ask for the birth date, once."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    if age_screen.is_refused(request):
        return _not_yet(request)
    form = BirthDateForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/age.html", {"form": form}, status=400 if form.is_bound else 200)
    try:
        age_screen.take_answer(request, form.birth_date)
    except Refused as refusal:
        if refusal.code is not Code.AGE_NOT_MET:
            raise
        return _not_yet(request)
    return redirect("account_signup")


class SignUp(SignupView):  # type: ignore[misc] # allauth has no types
    """allauth's sign-up; a browser that has not passed the age screen is sent there first."""

    def closed(self) -> HttpResponse:
        """Instead of allauth's "sign-up is closed"."""
        return redirect("accounts:age")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The birth date is shown, so that a slip is noticed before it counts."""
        birth_date = age_screen.waiting_birth_date(self.request)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"birth_date": birth_date}


def _not_yet(request: HttpRequest) -> HttpResponse:
    response = render(request, "accounts/not_yet.html", status=403)
    age_screen.remember_refusal(response)
    return response
