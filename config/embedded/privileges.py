"""Whom PostgreSQL runs as when we are root, which it refuses to be.

Asked by stack.py and the test suite's servers; nothing else gives up privileges.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.embedded.failure import StartError

# `postgres` exists where PostgreSQL was ever installed; `nobody` exists everywhere.
CANDIDATES = ("postgres", "nobody")
# What lets a process through folders closed to it, the narrower first (containers lack it).
CAPABILITIES = ("dac_read_search", "dac_override")
ENTER = 'for path; do if test -d "$path"; then cd "$path"; else test -r "$path"; fi || exit 1; done'


@dataclass(frozen=True)
class Account:
    """An unprivileged user of this machine."""

    name: str
    uid: int
    gid: int


def unprivileged_account(data: Path) -> Account | None:
    """The owner of the data once it exists, so that a later start is as the first; None unless root."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid):
        return _account(pwd.getpwuid(owner))
    for name in CANDIDATES:
        if (found := _found(name)) is not None:
            return _account(found)
    raise StartError(
        "PostgreSQL does not run as root, and there is no user 'nobody' here: run this as an ordinary user."
    )


def way_in(account: Account, paths: Sequence[Path]) -> list[str]:
    """What to put before a command so that it runs as `account` and can read `paths`.

    Empty where the account can by itself (then start the command as the account). Under a private
    home folder such as root's it cannot, and setpriv passes the right to through, and no other.

    Raises:
        StartError: there is no way in; names the folder in the way.
    """
    if _enters(paths, [], account):
        return []
    for capability in CAPABILITIES:
        prefix = _setpriv(account, capability)
        if _enters(paths, prefix, None):
            return prefix
    raise StartError(
        f"PostgreSQL does not run as root, and the user it runs as instead, {account.name}, cannot enter"
        f" {_closed_folder(account, paths)}: move Wardroom where every user may enter, or run it as an"
        " ordinary user."
    )


def _found(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _enters(paths: Sequence[Path], prefix: Sequence[str], account: Account | None) -> bool:
    command = [*prefix, "/bin/sh", "-c", ENTER, "sh", *map(str, paths)]
    ended = subprocess.run(
        command,
        check=False,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=() if account else None,
    )
    return ended.returncode == 0


def _setpriv(account: Account, capability: str) -> list[str]:
    return [
        "setpriv",
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        f"--inh-caps=-all,+{capability}",
        f"--ambient-caps=-all,+{capability}",
        f"--bounding-set=-all,+{capability}",
        "--securebits=+no_setuid_fixup",
    ]


def _closed_folder(account: Account, paths: Sequence[Path]) -> Path:
    parents = (folder for path in paths for folder in [*reversed(path.parents), path])
    return next((folder for folder in parents if not _enters([folder], [], account)), paths[0])
