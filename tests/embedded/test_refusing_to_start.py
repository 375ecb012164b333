"""What `manage.py up` says when it cannot start: one line with what is wrong and what to do, exit 1."""

import socket
from pathlib import Path

import pytest

from tests.embedded.instances import refusal, running
from tests.servers import free_port


def test_a_port_that_is_taken(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = refusal(data, port=port)

    assert said == (
        f"wardroom: Port {port} is taken: stop what uses it (lsof -i :{port} names it), or choose another"
        f" (make run PORT={port + 1}, or manage.py up --port {port + 1})."
    )


def test_a_data_folder_in_use_by_another_instance(data: Path) -> None:
    with running(data) as other:
        said = refusal(data)

    assert said.startswith(
        f"wardroom: The data folder {data} is in use by another instance (process {other.process.pid}):"
    )


@pytest.mark.parametrize(
    ("variable", "url", "shown"),
    [
        (
            "DATABASE_URL",
            "postgresql://wardroom:hush@127.0.0.1:{port}/wardroom",
            "postgresql://127.0.0.1:{port}/wardroom",
        ),
        ("REDIS_URL", "redis://:hush@127.0.0.1:{port}/0", "redis://127.0.0.1:{port}/0"),
    ],
)
def test_a_server_of_ones_own_that_is_unreachable(
    tmp_path: Path, variable: str, url: str, shown: str
) -> None:
    port = free_port()

    said = refusal(tmp_path / "data", given={variable: url.format(port=port)})

    assert said.startswith(f"wardroom: {variable} names {shown.format(port=port)}, which cannot be reached (")
    assert "hush" not in said


def test_a_path_that_is_too_long_for_postgres(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d" * 200] * 5)

    said = refusal(deep)

    assert said == (
        "wardroom: The data folder's path has more than 900 bytes, too many for PostgreSQL: choose a shorter"
        " one with --data."
    )


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    said = refusal(tmp_path / "file" / "data")

    assert said == (
        f"wardroom: The data folder {tmp_path / 'file' / 'data'} cannot be used (Not a directory):"
        " choose another with --data."
    )


def test_a_database_made_by_another_version_of_postgres(tmp_path: Path) -> None:
    (tmp_path / "data" / "postgres").mkdir(parents=True)
    (tmp_path / "data" / "postgres" / "PG_VERSION").write_text("16\n")

    said = refusal(tmp_path / "data")

    assert "was made by PostgreSQL 16, and this is 18" in said
