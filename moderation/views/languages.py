"""What becomes of texts in languages that the classifier does not know: a card on the thresholds page.

For administrators. The service sees to it that rooms and age bands are only stricter than the site.
"""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common.errors import Code, Refused
from moderation.models import Treatment, UnknownLanguage
from moderation.services import policies
from moderation.views.access import PersonRequest, administrators_only
from moderation.views.scopes import Scope, scope_of


class LanguageForm(forms.Form):
    """What becomes of them; empty: what is usual."""

    treatment = forms.ChoiceField(
        label=gettext_lazy("A text in such a language"),
        choices=[("", gettext_lazy("as usual")), *Treatment.choices],
        required=False,
    )


@administrators_only
@require_POST
def unknown_language(request: PersonRequest) -> HttpResponse:
    """Keep what becomes of texts in unknown languages in one scope; empty takes the setting away."""
    scope = scope_of(request)
    form = LanguageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the answers offered. Nothing was changed."))
    elif _is_saved(_row(scope), form.cleaned_data["treatment"], request):
        messages.success(request, _("Changed. It holds for what is judged from now on."))
    return redirect(f"{scope.href}#languages")


def language_form(scope: Scope) -> LanguageForm:
    """The form, with what is set in this scope."""
    return LanguageForm(initial={"treatment": _row(scope).treatment})


def _row(scope: Scope) -> UnknownLanguage:
    place = {"room": scope.room, "age_band": scope.age_band}
    return UnknownLanguage.objects.filter(**place).first() or UnknownLanguage(**place)


def _is_saved(row: UnknownLanguage, treatment: str, request: PersonRequest) -> bool:
    try:
        if treatment:
            row.treatment = treatment
            policies.save_unknown_language(row=row, by=request.user)
        elif row.pk:
            policies.delete_unknown_language(row=row, by=request.user)
    except Refused as refusal:
        if refusal.code != Code.ONLY_TIGHTER:
            raise
        messages.error(request, refusal.sentence)
        return False
    return True
