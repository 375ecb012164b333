"""What was erased after a backup was made stays erased: the ledger, carried out anew as a backup comes back.

Two steps. In the restore's own transaction, as SQL: nobody ever sees what the ledger names. After it, through
the one function that enforces: what was hidden gets a decision again, which a moderator can undo.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from accounts import ledger
from accounts.models import Erased, Erasure
from accounts.services import erasures
from config.backup.programs import BackupError
from moderation.grounds import HIDDEN_BEFORE, automated_reason
from moderation.labels import policy_for
from moderation.models import Action, Severity
from moderation.services.enforcement import Order, enforce
from moderation.services.opening import Opening, open_cases
from rooms.models import Message, Visibility

# What a restored database is asked for, to find what the ledger means: kind and public id, by tabs.
SUBJECTS = (
    "SELECT 'message', public_id FROM public.rooms_message"
    " UNION ALL SELECT 'token', public_id FROM public.accounts_personalaccesstoken"
    " UNION ALL SELECT 'person', public_id FROM public.accounts_person"
)
_AT_ONCE = 200
# Which rows change how. Held, and not yet hidden: until it is decided anew, nobody takes it for decided.
_CHANGES = {
    Erased.MESSAGE_DELETED: ("rooms_message", "visibility = 'deleted'", "true"),
    Erased.MESSAGE_HIDDEN: (
        "rooms_message",
        "visibility = 'held'",
        "visibility NOT IN ('hidden', 'deleted')",
    ),
    Erased.TOKEN_REVOKED: ("accounts_personalaccesstoken", "revoked_at = now()", "revoked_at IS NULL"),
    Erased.PERSON_CLOSED: (
        "accounts_person",
        "is_active = false, access_epoch = access_epoch + 1",
        "is_active",
    ),
}
# What takes back what came before it. Nothing takes a deletion or a revocation back.
_UNDOES = {Erased.MESSAGE_SHOWN: Erased.MESSAGE_HIDDEN, Erased.PERSON_OPENED: Erased.PERSON_CLOSED}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger comes to, from its first line to its last.

    Attributes:
        marks: of what each still holds for.
        unreadable: lines of the file that nobody can read.
    """

    marks: dict[Erased, frozenset[str]]
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Repeated:
    """What of a restored database the ledger is about: public ids."""

    of: dict[Erased, tuple[str, ...]]

    def statements(self) -> Iterator[str]:
        """The SQL that carries it out, but for what only a decision can do. Public ids need no quoting."""
        for what, public_ids in self.of.items():
            table, change, where = _CHANGES[what]
            for some in _portions(public_ids):
                ids = ",".join(some)
                yield f"UPDATE public.{table} SET {change} WHERE {where} AND public_id = ANY ('{{{ids}}}');\n"  # noqa: S608 - ours

    def count(self) -> int:
        """How many messages, tokens and people it names."""
        return sum(map(len, self.of.values()))


def write_down() -> None:
    """Bring the ledger up to date, where this database knows of one. Raises BackupError."""
    if Erasure._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001
        return
    try:
        erasures.write_down()
    except OSError as error:
        raise BackupError(
            f"The ledger of erasures cannot be written: {error.strerror} ({settings.ERASURE_LEDGER})."
            " WARDROOM_ERASURES says where it is."
        ) from None


def standing() -> Standing:
    """What the ledger says now. Raises BackupError: it is not there, or made with another secret key."""
    file: Path = settings.ERASURE_LEDGER
    try:
        found = ledger.read(file)
    except OSError as error:
        raise BackupError(
            f"The ledger of erasures cannot be read: {error.strerror} ({file}). Put it there, or name it in"
            " WARDROOM_ERASURES. With --without-erasures, what was deleted, hidden, revoked and closed since"
            " the backup comes back."
        ) from None
    if any(entry.key != ledger.key_name() for entry in found.entries):
        raise BackupError(
            f"The ledger of erasures ({file}) was written with another secret key: put that key back"
            " (WARDROOM_SECRET_KEY), or say --without-erasures."
        )
    return Standing(_still_true(found.entries), found.unreadable)


def meant(rows: Iterable[str], by: Standing) -> Repeated:
    """Which of these subjects (`SUBJECTS`, a row each) the ledger is about."""
    found: dict[Erased, list[str]] = {what: [] for what in _CHANGES}
    for row in rows:
        kind, public_id = row.split("\t")
        mark = ledger.mark_of(kind, public_id)
        for what, marks in by.marks.items():
            if mark in marks:
                found[what].append(public_id)
    return Repeated({what: tuple(public_ids) for what, public_ids in found.items() if public_ids})


def hide_again(repeated: Repeated) -> int:
    """Decide anew on what was hidden and is held since the restore; says how many.

    What the pipeline decided before, and somebody put back, it does not decide a second time: that stays
    held, with a case. Begins a transaction for some at once.
    """
    decided = 0
    for some in _portions(repeated.of.get(Erased.MESSAGE_HIDDEN, ())):
        with transaction.atomic():
            held = Message.objects.filter(public_id__in=some, visibility=Visibility.HELD).order_by("pk")
            decided += len(enforce([_order(message) for message in held]))
            open_cases([_opening(message) for message in held.all()])
    return decided


def _opening(message: Message) -> Opening:
    return Opening.about(message, severity=Severity.MEDIUM, why=HIDDEN_BEFORE)


def _order(message: Message) -> Order:
    return Order(
        action=Action.HIDE,
        person_id=message.author_id,
        message_id=message.pk,
        policy_key=policy_for(HIDDEN_BEFORE),
        reason=automated_reason(Action.HIDE, source="ledger", label=HIDDEN_BEFORE),
        grounds={"source": "ledger", "label": HIDDEN_BEFORE},
        text_version=message.text_version,
    )


def _still_true(entries: Iterable[ledger.Entry]) -> dict[Erased, frozenset[str]]:
    marks: dict[Erased, set[str]] = {what: set() for what in _CHANGES}
    for entry in entries:
        if entry.what in _UNDOES:
            marks[_UNDOES[entry.what]].discard(entry.mark)
        else:
            marks[entry.what].add(entry.mark)
    return {what: frozenset(those) for what, those in marks.items()}


def _portions(public_ids: Collection[str]) -> Iterator[Sequence[str]]:
    listed = list(public_ids)
    return (listed[first : first + _AT_ONCE] for first in range(0, len(listed), _AT_ONCE))
