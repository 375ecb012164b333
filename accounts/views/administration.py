"""Administrators' pages about people: age bands with a preview, roles, birth dates, closed accounts."""

from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import BandForm, CorrectionForm, RoleForm, SearchForm, refuse
from accounts.models import AgeBand, Person, SiteRole
from accounts.permissions import age_of, band_for
from accounts.selectors import (
    Census,
    age_bands,
    any_person_by_public_id,
    band_from,
    people_by_band,
    people_found,
)
from accounts.services import age, leaving, roles
from accounts.views.person import for_administrators, recently_confirmed, signed_in
from common.errors import Refused

_PEOPLE_A_PAGE = 50


@for_administrators
@require_safe
def bands(request: HttpRequest) -> HttpResponse:
    """The bands, and how many people are in each."""
    return render(request, "accounts/bands.html", {"census": people_by_band(age_bands())})


@for_administrators
@require_http_methods(["GET", "POST"])
def band(request: HttpRequest, minimum_age: int | None = None) -> HttpResponse:
    """Add or change a band: first the form, then what would change, then the change."""
    current = None if minimum_age is None else band_from(minimum_age)
    form = BandForm(request.POST or None, initial=model_to_dict(current) if current else None)
    if not (form.is_bound and form.is_valid()):
        return render(request, "accounts/band.html", {"form": form, "band": current})
    try:
        return _change_or_preview(request, form.settings, current)
    except Refused as refusal:
        refuse(form, refusal)
        return render(request, "accounts/band.html", {"form": form, "band": current}, status=refusal.status)


@for_administrators
@require_http_methods(["GET", "POST"])
def remove_band(request: HttpRequest, minimum_age: int) -> HttpResponse:
    """Remove a band: what would change, then the change."""
    current = band_from(minimum_age)
    if request.method == "GET":
        change = _change_to([one for one in age_bands() if one != current])
        return render(request, "accounts/band_remove.html", {"band": current, "change": change})
    age.remove_age_band(band=current, by=signed_in(request))
    messages.success(request, _("The band is removed. It holds from now on, everywhere."))
    return redirect("accounts:bands")


@for_administrators
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Find somebody by name or e-mail address."""
    form = SearchForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(people_found(wanted), _PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"form": form, "page": page, "wanted": wanted})


@for_administrators
@require_safe
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """One person, with what an administrator can do about them."""
    return _person_page(request, any_person_by_public_id(public_id))


@for_administrators
@recently_confirmed
@require_POST
def change_role(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give another role."""
    subject, form = any_person_by_public_id(public_id), RoleForm(request.POST)
    if not form.is_valid():
        return _person_page(request, subject, role_form=form)
    try:
        roles.change_role(person=subject, role=SiteRole(form.cleaned_data["role"]), by=signed_in(request))
    except Refused as refusal:
        refuse(form, refusal)
        return _person_page(request, subject, status=refusal.status, role_form=form)
    messages.success(request, _("The role is changed."))
    return redirect("accounts:person", public_id)


@for_administrators
@recently_confirmed
@require_POST
def correct_age(request: HttpRequest, public_id: str) -> HttpResponse:
    """Correct a birth date."""
    subject, form = any_person_by_public_id(public_id), CorrectionForm(request.POST)
    if not form.is_valid():
        return _person_page(request, subject, status=400, correction_form=form)
    try:
        age.correct_birth_date(
            person=subject,
            birth_date=form.birth_date,
            by=signed_in(request),
            reason=form.cleaned_data["reason"],
        )
    except Refused as refusal:
        refuse(form, refusal)
        return _person_page(request, subject, status=refusal.status, correction_form=form)
    messages.success(request, _("The birth date is corrected. Rooms above this age are closed to them now."))
    return redirect("accounts:person", public_id)


@for_administrators
@recently_confirmed
@require_POST
def close_or_open(request: HttpRequest, public_id: str) -> HttpResponse:
    """Close an account, or open a closed one again."""
    subject, by = any_person_by_public_id(public_id), signed_in(request)
    act = leaving.deactivate_person if subject.is_active else leaving.reactivate_person
    act(person=subject, by=by)
    closed = not subject.is_active
    messages.success(request, _("The account is closed.") if closed else _("The account is open again."))
    return redirect("accounts:person", public_id)


def _change_or_preview(
    request: HttpRequest, settings: age.BandSettings, current: AgeBand | None
) -> HttpResponse:
    if "apply" in request.POST:
        age.change_age_band(band=current, settings=settings, by=signed_in(request))
        messages.success(request, _("The age bands are changed. It holds from now on, everywhere."))
        return redirect("accounts:bands")
    others = [one for one in age_bands() if one != current]
    age.require_sound(settings, others=others)
    proposed = sorted([*others, AgeBand(**asdict(settings))], key=lambda one: one.minimum_age)
    context = {"band": current, "settings": settings, "change": _change_to(proposed)}
    return render(request, "accounts/band_preview.html", context)


def _change_to(proposed: list[AgeBand]) -> dict[str, Census]:
    return {"before": people_by_band(age_bands()), "after": people_by_band(proposed)}


def _person_page(
    request: HttpRequest,
    subject: Person,
    *,
    status: int = 200,
    role_form: RoleForm | None = None,
    correction_form: CorrectionForm | None = None,
) -> HttpResponse:
    context = {
        "person": subject,
        "is_oneself": subject == signed_in(request),
        "band": band_for(age_of(subject), age_bands()),
        "role_form": role_form or RoleForm(initial={"role": subject.role}),
        "correction_form": correction_form or CorrectionForm(),
    }
    return render(request, "accounts/person.html", context, status=status)
