"""The rows about people. Imported by Django by this name; one subject a file."""

from accounts.models.age import AgeBand
from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.block import Block
from accounts.models.erasure import Erased, Erasure
from accounts.models.person import Person, SiteRole
from accounts.models.session import MODERATORS_SCOPES, PersonalAccessToken, Scope

__all__ = [
    "MODERATORS_SCOPES",
    "AgeBand",
    "AuditEntry",
    "AuditHead",
    "Block",
    "Erased",
    "Erasure",
    "Person",
    "PersonalAccessToken",
    "Scope",
    "SiteRole",
]
