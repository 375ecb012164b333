"""In whose company a message would be read unjudged: which row of the failure table holds. Pure.

Callers: the gate, for what is about to be shown; the sweep, for what is shown and not judged.
"""

from moderation.decisions import Company
from moderation.rules.links import hosts_in
from moderation.rules.normalise import source_of


def company_of(body: str, *, author_is_new: bool, minors_may_read: bool) -> Company:
    """The strictest that applies: children, a new account or a link count as children's company."""
    if minors_may_read or author_is_new or has_link(body):
        return Company.CHILDREN
    return Company.ADULTS


def has_link(body: str) -> bool:
    """Whether a text names a host, however it is written."""
    return any(True for _host in hosts_in(source_of(body)))
