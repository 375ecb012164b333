"""The rows of judgement. One subject a file."""

from moderation.models.appeal import Appeal, AppealState
from moderation.models.assessment import Assessment, AssessmentState, FindingRow
from moderation.models.case import Case, CaseState, Severity
from moderation.models.decision import Action, Decision, StatementOfReasons
from moderation.models.explanation import Explanation, ExplanationState
from moderation.models.model_choice import ModelChoice, SecondChoice
from moderation.models.policy import (
    Audience,
    Policy,
    PolicyVersion,
    Rule,
    RuleKind,
    Threshold,
    Treatment,
    UnknownLanguage,
)
from moderation.models.report import Report, ReportOutcome, ReportReason
from moderation.models.sanction import Sanction, SanctionKind, Strike
from moderation.models.second_opinion import Asked, SecondOpinion
from moderation.models.threshold_change import ThresholdChange
from moderation.models.webhook import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent

__all__ = [
    "Action",
    "Appeal",
    "AppealState",
    "Asked",
    "Assessment",
    "AssessmentState",
    "Audience",
    "Case",
    "CaseState",
    "Decision",
    "DeliveryState",
    "Explanation",
    "ExplanationState",
    "FindingRow",
    "ModelChoice",
    "Policy",
    "PolicyVersion",
    "Report",
    "ReportOutcome",
    "ReportReason",
    "Rule",
    "RuleKind",
    "Sanction",
    "SanctionKind",
    "SecondChoice",
    "SecondOpinion",
    "Severity",
    "StatementOfReasons",
    "Strike",
    "Threshold",
    "ThresholdChange",
    "Treatment",
    "UnknownLanguage",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
]
