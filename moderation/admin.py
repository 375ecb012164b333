"""The Django admin's view of judgement. It shows; services change, and texts are read in the queue on record.

So no field here holds what anybody wrote: no snapshot, no note, no words that fired, no objection.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from accounts.admin import ReadOnlyAdmin
from moderation.models import (
    Appeal,
    Assessment,
    Case,
    Decision,
    Policy,
    PolicyVersion,
    Report,
    Rule,
    Sanction,
    SecondOpinion,
    Strike,
    Threshold,
    ThresholdChange,
    UnknownLanguage,
)


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """Cases; a row leads into the queue."""

    list_display = ("public_id", "severity", "state", "person", "room", "opened_at", "due_at", "claimed_by")
    list_filter = ("state", "severity")
    list_select_related = ("person", "room", "claimed_by")
    search_fields = ("public_id",)
    ordering = ("-opened_at",)

    def change_view(
        self, _request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any
    ) -> HttpResponseRedirect:
        """To the page where it is worked on."""
        public_id = Case.objects.filter(pk=object_id).values_list("public_id", flat=True).first()
        return redirect("moderation:case", public_id) if public_id else redirect("moderation:queue")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What was decided, by whom, on what ground."""

    list_display = ("public_id", "action", "person", "is_automated", "decided_by", "policy", "decided_at")
    list_filter = ("action", "is_automated", "policy")
    list_select_related = ("person", "decided_by", "policy")
    search_fields = ("public_id",)
    fields = (
        "public_id", "action", "person", "case", "message", "text_version", "is_automated", "decided_by",
        "policy", "policy_version", "reason", "grounds", "until", "decided_at", "reverses",
    )  # fmt: skip


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Reports by reference; who reported is for the queue's numbers, not for looking up."""

    list_display = ("public_id", "reason", "case", "created_at", "outcome")
    list_filter = ("reason", "outcome")
    search_fields = ("public_id",)
    fields = list_display
    ordering = ("-created_at",)


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    """What the classifier said of which text version."""

    list_display = (
        "message",
        "text_version",
        "state",
        "outcome",
        "language",
        "attempts",
        "model_version",
        "judged_at",
    )
    list_filter = ("state", "outcome")
    list_select_related = ("message",)
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(SecondOpinion)
class SecondOpinionAdmin(ReadOnlyAdmin):
    """What the second model said, and of how much the first was sure."""

    list_display = (
        "assessment",
        "asked",
        "first_call",
        "second_call",
        "model_version",
        "error",
        "created_at",
    )
    list_filter = ("asked", "first_call", "second_call")
    list_select_related = ("assessment",)
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    """Objections and how they were answered."""

    list_display = ("public_id", "decision", "state", "lodged_at", "resolved_at", "resolved_by")
    list_filter = ("state",)
    list_select_related = ("decision", "resolved_by")
    fields = list_display
    ordering = ("-lodged_at",)


@admin.register(Sanction)
class SanctionAdmin(ReadOnlyAdmin):
    """Limits on people, with their end."""

    list_display = ("person", "kind", "room", "created_at", "until", "lifted_at")
    list_filter = ("kind",)
    list_select_related = ("person", "room")
    ordering = ("-created_at",)


@admin.register(Strike)
class StrikeAdmin(ReadOnlyAdmin):
    """Marks that decisions left, until they fade."""

    list_display = ("person", "weight", "created_at", "expires_at", "lifted_at")
    list_select_related = ("person",)
    ordering = ("-created_at",)


class HasItsOwnPageAdmin(ReadOnlyAdmin):
    """Rows that administrators change on a page of ours, with its checks, preview and audit entry."""

    page = "moderation:policies"

    def change_view(self, *_args: Any, **_kwargs: Any) -> HttpResponseRedirect:
        """To that page."""
        return redirect(self.page)


@admin.register(Policy)
class PolicyAdmin(HasItsOwnPageAdmin):
    """The written norms."""

    list_display = ("title", "key", "is_active")


@admin.register(Rule)
class RuleAdmin(HasItsOwnPageAdmin):
    """Automated checks."""

    page = "moderation:rules"
    list_display = ("pattern", "kind", "outcome", "severity", "audience", "room", "is_enabled")
    list_filter = ("kind", "outcome", "is_enabled")
    list_select_related = ("room",)


@admin.register(Threshold)
class ThresholdAdmin(HasItsOwnPageAdmin):
    """From which score on something happens."""

    page = "moderation:thresholds"
    list_display = ("label", "room", "age_band", "review", "hide", "escalate", "band_from", "band_to")
    list_select_related = ("room", "age_band")


@admin.register(ThresholdChange)
class ThresholdChangeAdmin(HasItsOwnPageAdmin):
    """How the thresholds came to be what they are."""

    page = "moderation:proposals"
    list_display = ("label", "room", "age_band", "reason", "changed_by", "changed_at")
    list_select_related = ("room", "age_band", "changed_by")


@admin.register(UnknownLanguage)
class UnknownLanguageAdmin(HasItsOwnPageAdmin):
    """What becomes of texts in languages that the classifier does not know."""

    page = "moderation:thresholds"
    list_display = ("treatment", "room", "age_band")
    list_select_related = ("room", "age_band")


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """Every state of policies, rules and thresholds, and who made it."""

    list_display = ("number", "note", "changed_by", "created_at")
    list_select_related = ("changed_by",)
