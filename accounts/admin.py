"""The Django admin's view of people and of what was done. It shows; services change.

Roles, birth dates, closing and the age bands have pages of their own (views/administration.py).
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.models import AgeBand, AuditEntry, Person

# Signing in goes by allauth's page: its limits, its second factor later, and no second door.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Roles take the place of groups; addresses and sessions change through allauth's pages and our services.
admin.site.unregister(
    [model for model in (Group, EmailAddress, UserSession) if admin.site.is_registered(model)]
)


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc] # unfold has no types
    """Rows to look at."""

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:  # noqa: ARG002
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody deletes."""
        return False


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    """People, without what nobody needs to see here: password, birth date, skeleton."""

    list_display = ("name", "email", "role", "is_active", "suspended_until", "joined_at")
    list_filter = ("role", "is_active")
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = ("public_id", "name", "email", "role", "is_active", "suspended_until", "joined_at", "last_login")

    def change_view(
        self, _request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any
    ) -> HttpResponseRedirect:
        """To the page where services can be asked."""
        public_id = Person.objects.filter(pk=object_id).values_list("public_id", flat=True).first()
        return redirect("accounts:person", public_id) if public_id else redirect("accounts:people")


@admin.register(AgeBand)
class AgeBandAdmin(ReadOnlyAdmin):
    """The bands; a row leads to the page with the preview."""

    list_display = ("name", "minimum_age", "is_minor", "screening_forced", "may_use_tokens")

    def change_view(self, *_args: Any, **_kwargs: Any) -> HttpResponseRedirect:
        """To the page that previews and audits a change."""
        return redirect("accounts:bands")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, newest first."""

    list_display = ("sequence", "at", "action", "actor", "subject_type", "subject_id", "facts")
    list_filter = ("action", "subject_type")
    search_fields = ("action", "subject_id")
    list_per_page = 100
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """The entries, each with the name that its actor has now."""
        names = Person.objects.filter(pk=OuterRef("actor_id")).values("name")
        entries: QuerySet[AuditEntry] = super().get_queryset(request)
        return entries.annotate(actor_name=Subquery(names[:1]))

    @admin.display(description=_("actor"))
    def actor(self, entry: AuditEntry) -> str:
        """The name and number; the number alone where the person is gone, a dash for the system."""
        if entry.actor_id is None:
            return "-"
        name: str | None = entry.actor_name  # type: ignore[attr-defined] # annotated above
        return f"{name} ({entry.actor_id})" if name else str(entry.actor_id)
