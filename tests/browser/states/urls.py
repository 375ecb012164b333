"""The site's addresses and the states pages beside them."""

from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from accounts.models import Person
from accounts.models.person import SiteRole
from tests.browser.states import made_up

HERE = Path(__file__).parent


class EveryField(forms.Form):
    """One field of each kind, with help and with errors."""

    name = forms.CharField(help_text="Others see it beside your messages.")
    email = forms.EmailField(required=False)
    about = forms.CharField(widget=forms.Textarea, required=False, help_text="A line or two.")
    who = forms.ChoiceField(
        label="Who may write to you",
        choices=[("all", "Everybody"), ("none", "Nobody")],
        widget=forms.RadioSelect,
    )
    zone = forms.ChoiceField(choices=[("utc", "UTC"), ("berlin", "Europe/Berlin")])
    password = forms.CharField(widget=forms.PasswordInput)
    mail = forms.BooleanField(required=False, help_text="Never with the message in it.")


def shown(request: HttpRequest, name: str) -> HttpResponse:
    """tests/browser/states/<name>.html with everything made up."""
    template = engines["django"].from_string((HERE / f"{name}.html").read_text())
    facts: dict[str, Any] = {
        "user": Person(name="Mina", role=SiteRole.MODERATOR, public_id="mina"),
        "rows": made_up.conversation(),
        "own_rows": made_up.own_messages(),
        "tombstones": made_up.tombstones(),
        "cases": made_up.cases(),
        "findings": made_up.findings(),
        "form": EveryField({"email": "nowhere"}),
        "page": Paginator(range(100), 10).page(3),
        "levels": [(1, "low"), (2, "medium"), (3, "high"), (4, "urgent")],
    }
    return HttpResponse(template.render(facts, request))


urlpatterns = [
    path("states/<slug:name>/", shown),
    path("", include("config.urls")),
]
