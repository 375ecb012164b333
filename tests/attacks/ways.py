"""Every way to what was said: pages, the JSON interface, the Django admin, and what goes out by itself.

A test reads them all at once and names those on which it found what it looks for. Sockets: test_sockets.py.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import AuditEntry, Person
from common.clock import today
from moderation.models import WebhookDelivery
from rooms.models import Message
from rooms.services.digests import send_due
from tests.bots import bot_of
from tests.moderation.pages import signed_in, text_of

# What each way gave, by its name.
Read = dict[str, str]


def pages(message: Message, *, finds: str = "") -> dict[str, str]:
    """Addresses of pages that tell of a message, and of those that tell of its room."""
    slug, public_id = message.room.slug, message.public_id
    about_room = ("room", "history", "pins", "members", "about")
    about_message = ("message", "source", "thread", "quote", "acts")
    anywhere = ("home", "rail", "palette", "notifications")
    addresses = {name: reverse(f"rooms:{name}", args=[slug]) for name in about_room}
    addresses |= {name: reverse(f"rooms:{name}", args=[slug, public_id]) for name in about_message}
    addresses |= {name: reverse(f"rooms:{name}") for name in anywhere}
    addresses["day"] = f"{reverse('rooms:day', args=[slug])}?on={today().isoformat()}"
    addresses["notices"] = reverse("moderation:notices")
    addresses["search"] = f"{reverse('rooms:search')}?{urlencode({'q': finds})}"
    return addresses


def questions(message: Message, *, finds: str = "") -> dict[str, str]:
    """The same of the JSON interface."""
    room = f"/rooms/{message.room.public_id}"
    return {
        "api: history": f"{room}/messages",
        "api: message": f"{room}/messages/{message.public_id}",
        "api: thread": f"{room}/messages/{message.public_id}/thread",
        "api: pins": f"{room}/pins",
        "api: rooms": "/rooms",
        "api: notices": "/notices",
        "api: search": f"/search?{urlencode({'q': finds})}",
    }


def read_by(person: Person, message: Message, *, finds: str = "heron", asked: str = "") -> Read:
    """What all the ways give this person, one after the other; `asked` is put behind each question."""
    browser, bot = signed_in(person), bot_of(person)
    read = {
        name: text_of(browser.get(with_question(address, asked), follow=True))
        for name, address in pages(message, finds=finds).items()
    }
    return read | {
        name: bot.asks("get", with_question(path, asked)).content.decode()
        for name, path in questions(message, finds=finds).items()
    }


def with_question(address: str, asked: str) -> str:
    """An address with one more question."""
    return f"{address}{'&' if '?' in address else '?'}{asked}" if asked else address


def read_in_administration(administrator: Person, *, finds: str = "") -> Read:
    """The Django admin's lists, searched, and the page of each row in them."""
    browser = signed_in(administrator)
    read: Read = {}
    for model in admin.site._registry:
        name = model._meta.label_lower.replace(".", "_")
        listed = reverse(f"admin:{name}_changelist")
        read[f"admin: {name}, searched"] = text_of(
            browser.get(with_question(listed, urlencode({"q": finds})))
        )
        read[f"admin: {name}"] = text_of(browser.get(listed))
        for row in model._default_manager.order_by("-pk")[:3]:
            page = browser.get(reverse(f"admin:{name}_change", args=[row.pk]))
            read[f"admin: {name} {row.pk}"] = text_of(page)
    return read


def sent_out() -> Read:
    """What leaves by itself, or stays on record outside of the messages: mail, webhooks, the audit log."""
    send_due()
    return {
        "mail": "\n".join(map(_whole, mail.outbox)),
        "webhooks": "\n".join(WebhookDelivery.objects.values_list("body", flat=True)),
        "audit log": str(list(AuditEntry.objects.values_list("action", "facts"))),
    }


def carrying(read: Read, *words: str) -> list[str]:
    """The ways on which any of these words stood."""
    return sorted(way for way, text in read.items() if any(word in text for word in words))


def _whole(letter: EmailMessage) -> str:
    others: Iterable[Any] = getattr(letter, "alternatives", ())
    return "\n".join([str(letter.subject), str(letter.body), *(str(content) for content, _ in others)])
