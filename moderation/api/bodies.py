"""What is sent to the JSON interface of moderation."""

import datetime as dt
from typing import Annotated

from ninja import Field, Schema

from accounts.api.shapes import Text
from moderation.models import Action, ReportReason
from moderation.services.appeals import TEXT_MAX

Note = Annotated[Text, Field(max_length=1000)]


class Complaint(Schema, extra="forbid"):
    """Why something should be looked at."""

    reason: ReportReason
    note: Note = Field("", description="For moderators alone.")
    also_block: bool = Field(False, description="Also keep the two of you apart.")


class ObjectionText(Schema, extra="forbid"):
    """Why a decision about oneself should be looked at again."""

    text: Annotated[Text, Field(max_length=TEXT_MAX, examples=["It was a quotation."])]


class Answer(Schema, extra="forbid"):
    """What a second moderator answers to an objection."""

    overturn: bool = Field(description="Undo the decision; otherwise it stands.")
    answer: Annotated[Text, Field(max_length=TEXT_MAX, description="Whoever objected reads it.")]


class Verdict(Schema, extra="forbid"):
    """What a moderator decides, and why."""

    action: Action
    policy: Annotated[Text, Field(max_length=50)] | None = Field(
        None, description="The key of the policy that is broken: needed by what hides or limits."
    )
    reason: Note = Field(description="The person concerned reads it.", examples=["It insults a person."])
    until: dt.datetime | None = Field(None, description="When a limit ends; null is until it is lifted.")
    seen_version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        None, description="The `text_version` that was revealed: another text is not decided on."
    )
