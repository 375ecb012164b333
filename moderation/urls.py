"""Addresses of this app's pages: the queue, reports, notices, objections, policies."""

from django.urls import path

from moderation.views import (
    appeals,
    case,
    languages,
    member,
    policies,
    proposals,
    queue,
    report,
    rules,
    thresholds,
    webhooks,
)

app_name = "moderation"
urlpatterns = [
    # for moderators
    path("moderation/", queue.queue, name="queue"),
    path("moderation/list/", queue.live, name="queue_list"),
    path("moderation/next/", queue.following, name="next"),
    path("moderation/cases/<str:public_id>/", case.case, name="case"),
    path("moderation/cases/<str:public_id>/claim/", case.claim, name="claim"),
    path("moderation/cases/<str:public_id>/renew/", case.renew, name="renew"),
    path("moderation/cases/<str:public_id>/take-over/", case.take_over, name="take_over"),
    path("moderation/cases/<str:public_id>/unclaim/", case.unclaim, name="unclaim"),
    path("moderation/cases/<str:public_id>/reveal/", case.reveal, name="reveal"),
    path("moderation/cases/<str:public_id>/explanation/", case.explanation, name="explanation"),
    path("moderation/cases/<str:public_id>/decide/", case.decide, name="decide"),
    path("moderation/decisions/<str:public_id>/undo/", case.undo, name="undo"),
    path("moderation/objections/", appeals.appeals, name="appeals"),
    path("moderation/objections/<str:public_id>/", appeals.resolve, name="resolve_appeal"),
    # for administrators
    path("moderation/rules/", rules.rules, name="rules"),
    path("moderation/rules/try/", rules.attempt, name="try_rules"),
    path("moderation/rules/new/", rules.add, name="add_rule"),
    path("moderation/rules/<int:pk>/", rules.change, name="change_rule"),
    path("moderation/rules/<int:pk>/remove/", rules.remove, name="remove_rule"),
    path("moderation/thresholds/", thresholds.thresholds, name="thresholds"),
    path("moderation/thresholds/preview/", thresholds.preview, name="preview_threshold"),
    path("moderation/thresholds/proposals/", proposals.proposals, name="proposals"),
    path("moderation/thresholds/changes/<str:public_id>/undo/", proposals.undo_change, name="undo_threshold"),
    path("moderation/languages/", languages.unknown_language, name="unknown_language"),
    path("moderation/policies/new/", policies.add, name="add_policy"),
    path("moderation/policies/<slug:key>/", policies.change, name="change_policy"),
    path("moderation/webhooks/", webhooks.webhooks, name="webhooks"),
    path("moderation/webhooks/new/", webhooks.add, name="add_webhook"),
    path("moderation/webhooks/<str:public_id>/", webhooks.webhook, name="webhook"),
    path("moderation/webhooks/<str:public_id>/change/", webhooks.change, name="change_webhook"),
    path("moderation/webhooks/<str:public_id>/test/", webhooks.test, name="test_webhook"),
    path("moderation/webhooks/<str:public_id>/switch/", webhooks.switch, name="switch_webhook"),
    path("moderation/webhooks/<str:public_id>/secret/", webhooks.renew, name="renew_webhook_secret"),
    path("moderation/webhooks/<str:public_id>/remove/", webhooks.remove, name="remove_webhook"),
    path("moderation/webhooks/<str:public_id>/again/<str:delivery_id>/", webhooks.again, name="redeliver"),
    # for everybody
    path("policies/", policies.policies, name="policies"),
    path("report/message/<str:slug>/<str:public_id>/", report.report_message, name="report_message"),
    path("report/person/<str:public_id>/", report.report_person, name="report_person"),
    path("report/<str:public_id>/", report.reported, name="reported"),
    path("notices/", member.notices, name="notices"),
    path("notices/why/<str:message_id>/", member.why, name="why"),
    path("notices/<str:public_id>/", member.notice, name="notice"),
    path("notices/<str:public_id>/object/", member.lodge, name="object"),
]
