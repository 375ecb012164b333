"""Webhooks: where they go, whether they arrive, and trying them. For administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.forms import refuse
from common.errors import Code, Refused
from moderation.forms import WebhookForm
from moderation.models import WebhookDelivery, WebhookEndpoint
from moderation.services import webhooks as services
from moderation.views.access import PersonRequest, administrators_only, confirmed_administrators_only, show

# So much of the log is shown.
LOG_MAX = 100


@administrators_only
@require_GET
def webhooks(request: PersonRequest) -> HttpResponse:
    """Where what happens is told."""
    endpoints = WebhookEndpoint.objects.order_by("created_at")
    return show(request, "moderation/webhooks/list.html", {"endpoints": endpoints})


@confirmed_administrators_only
@require_http_methods(["GET", "POST"])
def add(request: PersonRequest) -> HttpResponse:
    """Add one; its secret is on the page that answers, and on no other."""
    form = WebhookForm(request.POST or None)
    if not form.is_valid():
        return show(request, "moderation/webhooks/new.html", {"form": form})
    try:
        endpoint, secret = services.add_webhook(by=request.user, **form.cleaned_data)
    except Refused as refusal:
        _tell(form, refusal)
        return show(request, "moderation/webhooks/new.html", {"form": form})
    return _show_secret(request, endpoint, secret)


@confirmed_administrators_only
@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, public_id: str) -> HttpResponse:
    """Another name, address or choice of events."""
    endpoint = _endpoint(public_id)
    standing = {"name": endpoint.name, "url": endpoint.url, "events": endpoint.events}
    form = WebhookForm(request.POST or None, initial=standing)
    page = {"form": form, "endpoint": endpoint, "name": standing["name"]}
    if not form.is_valid():
        return show(request, "moderation/webhooks/change.html", page)
    try:
        services.change_webhook(endpoint=endpoint, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        _tell(form, refusal)
        return show(request, "moderation/webhooks/change.html", page)
    messages.success(request, _("Changed. Send a test to see whether it arrives."))
    return redirect("moderation:webhook", public_id)


@administrators_only
@require_GET
def webhook(request: PersonRequest, public_id: str) -> HttpResponse:
    """One of them, and its log."""
    endpoint = _endpoint(public_id)
    log = endpoint.deliveries.order_by("-created_at")[:LOG_MAX]
    return show(request, "moderation/webhooks/endpoint.html", {"endpoint": endpoint, "log": log})


@administrators_only
@require_POST
def test(request: PersonRequest, public_id: str) -> HttpResponse:
    """Send something that means nothing."""
    services.send_test(endpoint=_endpoint(public_id), by=request.user)
    messages.success(request, _("A test is on its way. Reload the page in a moment to see how it went."))
    return redirect("moderation:webhook", public_id)


@administrators_only
@require_POST
def switch(request: PersonRequest, public_id: str) -> HttpResponse:
    """Off where it is on, and on where it is off."""
    endpoint = _endpoint(public_id)
    services.switch_webhook(endpoint=endpoint, is_on=not endpoint.is_on, by=request.user)
    messages.success(request, _("It is switched on.") if endpoint.is_on else _("It is switched off."))
    return redirect("moderation:webhook", public_id)


@confirmed_administrators_only
@require_POST
def renew(request: PersonRequest, public_id: str) -> HttpResponse:
    """Another secret."""
    endpoint = _endpoint(public_id)
    return _show_secret(request, endpoint, services.renew_secret(endpoint=endpoint, by=request.user))


@confirmed_administrators_only
@require_POST
def remove(request: PersonRequest, public_id: str) -> HttpResponse:
    """Tell it nothing more, and forget what it was told."""
    services.remove_webhook(endpoint=_endpoint(public_id), by=request.user)
    messages.success(request, _("The webhook is removed."))
    return redirect("moderation:webhooks")


@administrators_only
@require_POST
def again(request: PersonRequest, public_id: str, delivery_id: str) -> HttpResponse:
    """Send one delivery again."""
    deliveries = WebhookDelivery.objects.select_related("endpoint")
    delivery = get_object_or_404(deliveries, public_id=delivery_id, endpoint__public_id=public_id)
    services.send_again(delivery=delivery, by=request.user)
    messages.success(request, _("It is sent again. Reload the page in a moment to see how it went."))
    return redirect("moderation:webhook", public_id)


def _endpoint(public_id: str) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint, public_id=public_id)


def _tell(form: WebhookForm, refusal: Refused) -> None:
    """Where it was typed, if it is about the address."""
    refuse(form, refusal, "url" if refusal.code is Code.ADDRESS_REFUSED else None)


def _show_secret(request: PersonRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    return show(request, "moderation/webhooks/made.html", {"endpoint": endpoint, "secret": secret})
