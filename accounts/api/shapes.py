"""What people look like as JSON, and the kinds of values that all of the interface uses."""

import datetime as dt
from typing import Annotated

from ninja import Field, Schema
from pydantic import StringConstraints

from accounts.models import Block, Person, PersonalAccessToken, Scope, SiteRole

# As common.database.new_public_id makes them.
PublicId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,22}$"), Field(examples=["Zk3p_0aQ7vXnR2sd"])
]
# PostgreSQL stores every character but this one.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class Someone(Schema):
    """A person, as everybody sees them."""

    id: str
    name: str


class Token(Schema):
    """The token with which this was asked."""

    id: str
    name: str
    scopes: list[Scope]
    expires_at: dt.datetime | None


class Me(Schema):
    """In whose name the token acts."""

    id: str
    name: str
    role: SiteRole
    token: Token


class Blocked(Schema):
    """Somebody whom one has blocked; they are not told."""

    person: Someone
    since: dt.datetime


def someone(person: Person) -> Someone:
    """As everybody sees them."""
    return Someone(id=person.public_id, name=person.name)


def me(token: PersonalAccessToken) -> Me:
    """Whose token it is, and what it may do."""
    return Me(
        id=token.person.public_id,
        name=token.person.name,
        role=SiteRole(token.person.role),
        token=Token(
            id=token.public_id,
            name=token.name,
            scopes=[Scope(scope) for scope in token.scopes],
            expires_at=token.expires_at,
        ),
    )


def blocked(block: Block) -> Blocked:
    """One of one's own blocks."""
    return Blocked(person=someone(block.blocked), since=block.created_at)
