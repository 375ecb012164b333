"""The Django admin shows judgement and changes none of it; and it shows nobody's words."""

import pytest
from django.contrib import admin
from django.urls import reverse

from moderation import models
from moderation.models import Case, Report
from rooms.models import Message
from tests.cast import Cast
from tests.moderation.pages import signed_in, text_of

SHOWN = [
    models.Appeal, models.Assessment, models.Case, models.Decision, models.Policy, models.PolicyVersion,
    models.Report, models.Rule, models.Sanction, models.SecondOpinion, models.Strike, models.Threshold,
    models.ThresholdChange,
    models.UnknownLanguage,
]  # fmt: skip


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.model_name)
def test_an_administrator_looks_and_changes_nothing(cast: Cast, case: Case, model: type) -> None:
    name = f"admin:moderation_{model._meta.model_name}"  # type: ignore[attr-defined]
    ada = signed_in(cast.ada)

    assert ada.get(reverse(f"{name}_changelist")).status_code == 200
    assert ada.get(reverse(f"{name}_add")).status_code == 403


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model._meta.model_name)
def test_moderators_have_the_queue_and_not_the_admin(cast: Cast, model: type) -> None:
    name = f"admin:moderation_{model._meta.model_name}_changelist"  # type: ignore[attr-defined]

    assert signed_in(cast.nora).get(reverse(name)).status_code == 302


def test_what_was_reported_is_not_shown_here(cast: Cast, case: Case, said: Message) -> None:
    report = Report.objects.create(
        case=case, reporter=cast.mara, reason="other", note="she said so", snapshot=[{"text": said.body}]
    )

    page = text_of(signed_in(cast.ada).get(reverse("admin:moderation_report_change", args=[report.pk])))

    assert report.public_id in page
    assert "she said so" not in page
    assert said.body not in page


def test_a_case_opens_in_the_queue(cast: Cast, case: Case) -> None:
    response = signed_in(cast.ada).get(reverse("admin:moderation_case_change", args=[case.pk]))

    assert response.headers["Location"] == reverse("moderation:case", args=[case.public_id])


def test_no_model_here_can_be_changed_by_the_admin() -> None:
    for model in SHOWN:
        assert (
            type(admin.site._registry[model]).has_change_permission
            is not admin.ModelAdmin.has_change_permission
        )
