"""One's own account: settings, where one is signed in, access tokens, blocked people."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import BirthDateForm, TokenForm, refuse
from accounts.models import Person
from accounts.permissions import may_use_tokens
from accounts.selectors import age_bands, blocks_of, sessions_of, tokens_of
from accounts.services import age, sessions
from accounts.views.person import recently_confirmed, signed_in
from common.errors import Code, Refused
from common.limits import require_within


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Who one is here; a birth date that is not known yet can be given once."""
    person = signed_in(request)
    form = BirthDateForm(request.POST or None)
    if form.is_bound and form.is_valid() and _declared(person, form):
        messages.success(request, _("Your birth date is saved."))
        return redirect("accounts:settings")
    return render(request, "accounts/settings.html", {"person": person, "form": form})


@login_required
@require_safe
def list_sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    places = sessions_of(signed_in(request), current_key=request.session.session_key)
    return render(request, "accounts/sessions.html", {"places": places})


@login_required
@require_POST
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """Sign one browser out: another one, or this."""
    person = signed_in(request)
    places = sessions_of(person, current_key=request.session.session_key)
    place = next((one for one in places if one.handle == handle), None)
    if place is None:
        raise Refused(Code.NOT_FOUND)
    if place.is_current:
        logout(request)
        return redirect("rooms:home")
    sessions.end_session(person=person, session_key=place.session_key)
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:sessions")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign every other browser out."""
    ended = sessions.end_all_sessions(person=signed_in(request), except_key=request.session.session_key)
    said = ngettext("%d other browser is signed out.", "%d other browsers are signed out.", ended) % ended
    messages.success(request, said)
    return redirect("accounts:sessions")


@login_required
@require_safe
def list_tokens(request: HttpRequest) -> HttpResponse:
    """One's access tokens, and why one can have none."""
    person = signed_in(request)
    refusal = None if may_use_tokens(person, age_bands()) else Refused(Code.TOKENS_NOT_ALLOWED)
    return render(request, "accounts/tokens.html", {"tokens": tokens_of(person), "refusal": refusal})


@recently_confirmed
@require_http_methods(["GET", "POST"])
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is on the page that answers, and nowhere else afterwards."""
    person = signed_in(request)
    if not may_use_tokens(person, age_bands()):
        raise Refused(Code.TOKENS_NOT_ALLOWED)
    form = TokenForm(request.POST or None, person=person)
    if not form.is_valid():
        return render(request, "accounts/token_new.html", {"form": form})
    require_within("20/day", "tokens", person.public_id)
    token, secret = sessions.create_token(
        person=person,
        name=form.cleaned_data["name"],
        scopes=form.cleaned_data["scopes"],
        expires_at=form.expires_at,
    )
    return render(request, "accounts/token_made.html", {"token": token, "secret": secret})


@login_required
@require_POST
def revoke_token(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a token useless."""
    sessions.revoke_token(person=signed_in(request), token_public_id=public_id)
    messages.success(request, _("The token is revoked. Whatever used it is signed out."))
    return redirect("accounts:tokens")


@login_required
@require_safe
def list_blocks(request: HttpRequest) -> HttpResponse:
    """Whom one has blocked."""
    return render(request, "accounts/blocks.html", {"blocks": blocks_of(signed_in(request))})


def _declared(person: Person, form: BirthDateForm) -> bool:
    try:
        age.declare_birth_date(person=person, birth_date=form.birth_date)
    except Refused as refusal:
        refuse(form, refusal)
        return False
    return True
