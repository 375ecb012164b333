"""What the tests of the command start on: a data folder, or an instance that is there for all of them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.sockets import SocketFolders
from tests.embedded.instances import Instance, running, wait_until


@pytest.fixture(scope="session")
def folders() -> Iterator[Path]:
    """Where data folders are made; PostgreSQL's own user may enter it."""
    folder = Path(tempfile.mkdtemp(prefix="wardroom-up-"))
    folder.chmod(0o711)
    yield folder
    for sockets in folder.glob("*/sockets"):
        SocketFolders(sockets).remove_all()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def first_start(folders: Path) -> str:
    """What an instance said whose data folder was not there before."""
    with running(folders / "data") as instance:
        return instance.said


@pytest.fixture
def data(folders: Path, first_start: str) -> Path:
    """A data folder that instances have run on before."""
    return folders / "data"


@pytest.fixture(scope="module")
def _instance(folders: Path) -> Iterator[Instance]:
    with running(folders / "looked-at") as instance:
        yield instance


@pytest.fixture
def instance(_instance: Instance) -> Instance:
    """An instance that runs for all the tests that need no start of their own; nothing of it is down."""
    wait_until(_instance.is_whole)
    return _instance
