"""Refusals: the one way to say no to a person, with a code, a status and a sentence.

Services raise `Refused`; one handler for pages and one for sockets answer it.
The sentence a person reads stands in `templates/refusals/<code>.txt`.
"""

from enum import StrEnum
from typing import Any

from django.template.loader import render_to_string


class Code(StrEnum):
    """Every reason to refuse. A contract test keeps a sentence for each in templates/refusals/."""

    # shape of what was sent
    MALFORMED = "malformed"
    UNKNOWN_FRAME = "unknown_frame"
    TOO_LARGE = "too_large"
    TOO_FAST = "too_fast"
    # who and where
    NOT_SIGNED_IN = "not_signed_in"
    SCOPE_MISSING = "scope_missing"
    TOKENS_NOT_ALLOWED = "tokens_not_allowed"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"
    NOT_FOUND = "not_found"
    NOT_A_MEMBER = "not_a_member"
    REMOVED = "removed"
    TOO_YOUNG = "too_young"
    INVITATION_NEEDED = "invitation_needed"
    INVITATION_UNUSABLE = "invitation_unusable"
    NOT_ALLOWED = "not_allowed"
    # talking
    EMPTY = "empty"
    TOO_LONG = "too_long"
    MUTED = "muted"
    READ_ONLY = "read_only"
    SLOW_MODE = "slow_mode"
    KEY_REUSED = "key_reused"
    NUDGED = "nudged"
    BLOCKED_BY_RULE = "blocked_by_rule"
    SCREENING_UNAVAILABLE = "screening_unavailable"
    GONE = "gone"
    NOT_AN_EMOJI = "not_an_emoji"
    REACTIONS_FULL = "reactions_full"
    PINS_FULL = "pins_full"
    SEARCH_TOO_WIDE = "search_too_wide"
    # people
    NAME_TAKEN = "name_taken"
    NAME_RESERVED = "name_reserved"
    NAME_UNCLEAR = "name_unclear"
    NAME_UNFIT = "name_unfit"
    AGE_NOT_MET = "age_not_met"
    BIRTH_DATE_UNCLEAR = "birth_date_unclear"
    ALREADY_DECLARED = "already_declared"
    BAND_EXISTS = "band_exists"
    BAND_NEEDED = "band_needed"
    LAST_ADMINISTRATOR = "last_administrator"
    NOT_ONESELF = "not_oneself"
    # moderation
    ALREADY_REPORTED = "already_reported"
    CLAIMED_BY_ANOTHER = "claimed_by_another"
    NOT_CLAIMED = "not_claimed"
    ALREADY_DECIDED = "already_decided"
    UNDO_OVER = "undo_over"
    REASON_MISSING = "reason_missing"
    TEXT_CHANGED = "text_changed"
    SAME_MODERATOR = "same_moderator"
    APPEAL_OVER = "appeal_over"
    ALREADY_APPEALED = "already_appealed"
    MALFORMED_RULE = "malformed_rule"
    ONLY_TIGHTER = "only_tighter"
    FIGURES_CHANGED = "figures_changed"
    ADDRESS_REFUSED = "address_refused"


_STATUS = {
    Code.NOT_SIGNED_IN: 401,
    Code.NOT_FOUND: 404,
    Code.GONE: 410,
    Code.TOO_FAST: 429,
    Code.SLOW_MODE: 429,
    Code.TOO_LARGE: 413,
    Code.SEARCH_TOO_WIDE: 422,
    Code.SCREENING_UNAVAILABLE: 503,
    Code.KEY_REUSED: 409,
    Code.CLAIMED_BY_ANOTHER: 409,
    Code.ALREADY_DECIDED: 409,
    Code.TEXT_CHANGED: 409,
    Code.FIGURES_CHANGED: 409,
    Code.ALREADY_REPORTED: 409,
    Code.ALREADY_APPEALED: 409,
    Code.NAME_TAKEN: 409,
    Code.MALFORMED: 400,
    Code.UNKNOWN_FRAME: 400,
    Code.EMPTY: 400,
    Code.TOO_LONG: 400,
    Code.REASON_MISSING: 400,
    Code.MALFORMED_RULE: 400,
    Code.ADDRESS_REFUSED: 400,
    Code.NAME_RESERVED: 400,
    Code.NAME_UNCLEAR: 400,
    Code.NAME_UNFIT: 400,
    Code.BIRTH_DATE_UNCLEAR: 400,
    Code.ALREADY_DECLARED: 409,
    Code.BAND_EXISTS: 409,
    Code.BAND_NEEDED: 409,
    Code.LAST_ADMINISTRATOR: 409,
    Code.NUDGED: 422,
    Code.NOT_AN_EMOJI: 422,
    Code.REACTIONS_FULL: 409,
    Code.PINS_FULL: 409,
    Code.BLOCKED_BY_RULE: 422,
}


class Refused(Exception):  # noqa: N818 - it reads as a sentence: `raise Refused(Code.MUTED, until=...)`
    """A request that was understood and is not granted.

    Args:
        code: why, for machines.
        facts: what the sentence needs (dates, limits, spans). Never another person's message text.
    """

    def __init__(self, code: Code, **facts: Any) -> None:
        super().__init__(code.value)
        self.code = code
        self.facts = facts

    @property
    def status(self) -> int:
        """The HTTP status that says the same."""
        return _STATUS.get(self.code, 403)

    @property
    def sentence(self) -> str:
        """What the person reads: what was wrong and what to do, in the active language."""
        return render_to_string(f"refusals/{self.code.value}.txt", self.facts).strip()
