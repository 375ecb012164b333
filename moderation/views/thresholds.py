"""From which score of a label on something happens: for the site, one age band or one room.

For administrators: figures, then what they would have changed, then the change. Rooms and age bands can only
be stricter than the site; the service sees to it.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import refuse
from common.errors import Code, Refused
from moderation.decisions import DEFAULT_THRESHOLDS
from moderation.forms import ThresholdForm
from moderation.models import Threshold
from moderation.selectors.policies import site_levels
from moderation.selectors.previews import preview_of
from moderation.selectors.serving import wanted_second
from moderation.services import policies
from moderation.views.access import PersonRequest, administrators_only, show
from moderation.views.languages import language_form
from moderation.views.scopes import Scope, scope_of, scopes
from moderation.views.standing import rows


@administrators_only
@require_http_methods(["GET", "POST"])
def thresholds(request: PersonRequest) -> HttpResponse:
    """The figures of one scope, a card for each label; POST changes those of one label."""
    scope = scope_of(request)
    if request.method == "GET":
        return _show(request, scope, _forms(scope))
    form = _form(scope, request.POST.get("label", ""), request)
    if form.is_valid() and _is_saved(form, request):
        messages.success(request, _("Changed. It holds for what is judged from now on."))
        return redirect(scope.href)
    return _show(request, scope, _forms(scope, instead=form))


@administrators_only
@require_POST
def preview(request: PersonRequest) -> HttpResponse:
    """What the figures would have changed in the last seven days. Nothing is saved."""
    scope = scope_of(request)
    form = _form(scope, request.POST.get("label", ""), request)
    form.preview = preview_of(form.instance) if form.is_valid() else None
    context = {"form": form, "scope": scope}
    if request.htmx:
        return show(request, "moderation/thresholds/card.html", context)
    return _show(request, scope, _forms(scope, instead=form))


def _show(request: PersonRequest, scope: Scope, forms: list[ThresholdForm]) -> HttpResponse:
    context = {
        "scope": scope,
        "scopes": scopes(),
        "forms": forms,
        "language_form": language_form(scope),
        "standing": rows(scope) if wanted_second() else None,
    }
    return show(request, "moderation/thresholds.html", context)


def _forms(scope: Scope, instead: ThresholdForm | None = None) -> list[ThresholdForm]:
    has_second = wanted_second() is not None
    forms = [_form(scope, label, has_second=has_second) for label in DEFAULT_THRESHOLDS]
    return [instead if instead and instead.label == form.label else form for form in forms]


def _form(
    scope: Scope, label: str, request: PersonRequest | None = None, *, has_second: bool | None = None
) -> ThresholdForm:
    """The form for one label; with a request, what was sent."""
    if label not in DEFAULT_THRESHOLDS:
        raise Http404
    place = {"label": label, "room": scope.room, "age_band": scope.age_band}
    row = Threshold.objects.filter(**place).first() or Threshold(**place)
    return ThresholdForm(
        request.POST if request else None,
        instance=row,
        prefix=label,
        site=site_levels(label),
        has_second=wanted_second() is not None if has_second is None else has_second,
    )


def _is_saved(form: ThresholdForm, request: PersonRequest) -> bool:
    """Whether the service took it; an empty form takes the row away. What is wrong goes into the form."""
    try:
        if not form.is_empty:
            policies.save_threshold(threshold=form.instance, by=request.user)
        elif form.instance.pk:
            policies.delete_threshold(threshold=form.instance, by=request.user)
    except Refused as refusal:
        if refusal.code not in {Code.MALFORMED_RULE, Code.ONLY_TIGHTER}:
            raise
        refuse(form, refusal)
        return False
    return True
