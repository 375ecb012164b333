"""Short private folders for unix sockets, whose paths may have about a hundred bytes.

The data folder's own path may be longer than that, so sockets live under the temporary folder;
a list in the data folder remembers them, so that a killed run's are removed by the next.
"""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from config.embedded.failure import StartError
from config.embedded.privileges import Account

PREFIX = "wardroom-"
EVERYONES = Path("/tmp")  # noqa: S108 - mkdtemp makes the private folder in it
# 103 bytes (macOS; Linux has 107) less "/wardroom-" and 8 random bytes, and "/.s.PGSQL.5432".
LONGEST_PARENT_BYTES = 103 - 18 - 15


class SocketFolders:
    """The folders of one instance, remembered in the file `list_file`."""

    def __init__(self, list_file: Path) -> None:
        self._list = list_file

    def make(self, account: Account | None) -> Path:
        """A new folder that only its owner enters: `account`, or we ourselves."""
        folder = private_folder(account)
        with self._list.open("a") as lines:
            lines.write(f"{folder}\n")
        return folder

    def remove_all(self) -> None:
        """Remove every folder on the list, of this run and of earlier ones."""
        if self._list.exists():
            for line in self._list.read_text().splitlines():
                _remove(Path(line))
            self._list.unlink()


def private_folder(account: Account | None) -> Path:
    parent = _parent(account)
    try:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    except OSError as reason:
        raise StartError(
            f"No folder for sockets can be made in {parent} ({reason.strerror}): set TMPDIR to a short path."
        ) from None
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def _remove(folder: Path) -> None:
    """Remove a folder only if it is what `private_folder` made: others may write beside it."""
    try:
        found = folder.lstat()
    except OSError:
        return
    is_private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if is_private and folder.name.startswith(PREFIX) and os.geteuid() in {0, found.st_uid}:
        shutil.rmtree(folder, ignore_errors=True)


def _parent(account: Account | None) -> Path:
    ours = Path(tempfile.gettempdir())
    fits = len(os.fsencode(ours)) <= LONGEST_PARENT_BYTES
    # Root's own temporary folder may be closed to the account.
    return ours if fits and account is None else EVERYONES
