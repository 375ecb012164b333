"""`manage.py seed_demo`: a small community to look at, made through the services like any other."""

import secrets
import uuid
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Person, SiteRole
from common.clock import today
from moderation.models import Report, ReportReason
from moderation.services.reports import report_message
from rooms.models import Access, Room, ScreeningMode
from rooms.services.memberships import join_room
from rooms.services.messages import Sending, post_message
from rooms.services.rooms import create_room

# Reserved by RFC 2606: no mail ever reaches it.
_DOMAIN = "demo.example"


class Role(NamedTuple):
    """One of the demo's people: what they are for, and how old."""

    name: str
    age: int
    role: SiteRole
    purpose: str


PEOPLE = [
    Role("Mara", 34, SiteRole.MEMBER, "member"),
    Role("Finn", 14, SiteRole.MEMBER, "minor (14)"),
    Role("Nora", 41, SiteRole.MODERATOR, "moderator"),
    Role("Ada", 52, SiteRole.ADMINISTRATOR, "administrator"),
    Role("Jonas", 27, SiteRole.MEMBER, ""),
    Role("Lene", 19, SiteRole.MEMBER, ""),
]
HARBOUR = [
    ("Mara", "Morning! The ferry is running again, **first boat at 7:40**."),
    ("Jonas", "About time. Is the bike rack back as well?"),
    ("Mara", "Yes, six places. Timetable is on https://ferry.example.org/summer"),
    ("Finn", "our class goes over on thursday to count seals :)"),
    ("Lene", "Take binoculars, @Finn. From the north pier you can see the whole sandbank."),
    ("Jonas", "And a jacket. It was *freezing* out there last week."),
    ("Finn", "thanks!! we count again in may, i can post the numbers here"),
    ("Lene", "Please do. Also: who left a blue thermos at the boathouse?"),
]
LOUNGE = [
    ("Jonas", "Anyone tried the new place by the market?"),
    ("Lene", "Twice. The fish soup is worth the queue."),
    ("Mara", "Then Friday, half past seven? I'll book for four."),
    ("Jonas", "Fine, as long as Mara does not cook again. Some people should stay out of kitchens."),
]


class Command(BaseCommand):
    """Does nothing where people are already, goes on where it was cut; refuses production settings."""

    help = "Create a demo community (development only). Writes how to sign in to demo.txt in the data folder."
    requires_system_checks = ()  # a start has checked already, and waits for this

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """People, rooms, a conversation, and one report that waits in the queue."""
        if settings.PRODUCTION:
            raise CommandError("The demo has known people in it, so it does not go on production settings.")
        if Person.objects.exclude(email__endswith=f"@{_DOMAIN}").exists():
            self.stdout.write("People are here already; the demo was not created.")
            return
        password = f"harbour-{secrets.token_urlsafe(6)}"
        self._community(password)
        self._write_sign_in(password)

    def _community(self, password: str) -> None:
        hashed = make_password(password)  # once for all of them: hashing is slow on purpose
        people = {role.name: self._person(role, hashed) for role in PEOPLE}
        harbour, lounge = self._rooms(people)
        self._talk(harbour, HARBOUR, people)
        said = self._talk(lounge, LOUNGE, people)
        if Report.objects.filter(reporter=people["Mara"]).exists():
            return
        report_message(
            reporter=people["Mara"],
            room_public_id=lounge.public_id,
            message_public_id=said[-1],
            reason=ReportReason.HARASSMENT,
            note="He says this every week.",
        )

    def _person(self, role: Role, hashed: str) -> Person:
        day = today().replace(day=1)
        person, _ = Person.objects.get_or_create(
            name=role.name,
            defaults={
                "email": f"{role.name.lower()}@{_DOMAIN}",
                "birth_date": day.replace(year=day.year - role.age),
                "role": role.role,
            },
        )
        person.password = hashed
        person.save(update_fields=["password"])
        EmailAddress.objects.get_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )
        return person

    def _rooms(self, people: dict[str, Person]) -> tuple[Room, Room]:
        existing = {room.slug: room for room in Room.objects.filter(slug__in=["harbour", "lounge"])}
        harbour = existing.get("harbour") or create_room(
            by=people["Mara"],
            name="Harbour",
            slug="harbour",
            topic="Boats, weather, everyday things",
            rules="Be kind. No selling. Photos of people only if they agree.",
            access=Access.PUBLIC,
            minimum_age=0,
            screening_mode=ScreeningMode.BEFORE,
            slow_mode_s=0,
        )
        lounge = existing.get("lounge") or create_room(
            by=people["Lene"],
            name="Lounge",
            slug="lounge",
            topic="For adults: evenings, food, plans",
            rules="What is said here stays here.",
            access=Access.PUBLIC,
            minimum_age=18,
            screening_mode=ScreeningMode.AFTER,
            slow_mode_s=0,
        )
        for name in ("Finn", "Jonas", "Lene", "Nora"):
            join_room(person=people[name], room=harbour)
        for name in ("Mara", "Jonas", "Nora"):
            join_room(person=people[name], room=lounge)
        return harbour, lounge

    def _talk(self, room: Room, lines: list[tuple[str, str]], people: dict[str, Person]) -> list[str]:
        return [
            post_message(
                Sending(
                    person_id=people[name].pk,
                    room_public_id=room.public_id,
                    client_key=uuid.uuid5(uuid.NAMESPACE_OID, f"{room.slug}/{number}"),
                    body=body,
                    reply_to=None,
                    nudged=True,
                    credentials=None,
                )
            ).message_public_id
            for number, (name, body) in enumerate(lines)
        ]

    def _write_sign_in(self, password: str) -> None:
        known = [role for role in PEOPLE if role.purpose]
        lines = [f"{role.purpose:<16} {role.name.lower()}@demo.example   {password}" for role in known]
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        file = settings.DATA_DIR / "demo.txt"
        file.touch(mode=0o600)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.stdout.write("\n".join(lines))
