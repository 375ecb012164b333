"""The rows about people. Imported by Django by this name; one subject a file."""

from accounts.models.age import AgeBand
from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.block import Block
from accounts.models.person import Person, SiteRole
from accounts.models.session import PersonalAccessToken, Scope

__all__ = [
    "AgeBand",
    "AuditEntry",
    "AuditHead",
    "Block",
    "Person",
    "PersonalAccessToken",
    "Scope",
    "SiteRole",
]
