"""What lies in a data folder, and what an earlier run may have left there."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from config.embedded import datafolder, migrations
from config.embedded.leftovers import end_children, record_children, remove_stale_postmaster_pid
from config.embedded.sockets import SocketFolders
from tests.embedded.instances import Instance
from tests.servers import on_database


def test_the_secret_key_is_made_once(tmp_path: Path) -> None:
    with datafolder.opened(tmp_path / "data") as first:
        key = first.secret_key()
    with datafolder.opened(tmp_path / "data") as second:
        assert second.secret_key() == key
    assert len(key) >= 50


def test_other_commands_find_the_servers_of_the_running_instance(instance: Instance) -> None:
    found = datafolder.variables_of_running_instance(
        {"WARDROOM_DATA": str(instance.data), "REDIS_URL": "mine"}
    )

    assert found["DATABASE_URL"] == instance.variables["DATABASE_URL"]
    assert "REDIS_URL" not in found  # what the environment names itself comes first


def test_other_commands_keep_to_the_database_that_the_environment_names(instance: Instance) -> None:
    named = {"WARDROOM_DATA": str(instance.data), "DATABASE_URL": "postgresql://elsewhere/wardroom"}

    assert datafolder.variables_of_running_instance(named) == {}


def test_a_postmaster_pid_of_a_process_that_is_not_postgres_is_removed(tmp_path: Path) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}\n")

    remove_stale_postmaster_pid(tmp_path)

    assert not (tmp_path / "postmaster.pid").exists()


def test_the_postmaster_pid_of_a_server_on_this_folder_is_left_alone(instance: Instance) -> None:
    remove_stale_postmaster_pid(instance.data / "postgres")

    assert (instance.data / "postgres" / "postmaster.pid").exists()


def test_a_recorded_process_id_that_is_anothers_by_now_is_left_alone(tmp_path: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record_children(tmp_path / "children.json", [(bystander.pid, 15)])
    recorded = (tmp_path / "children.json").read_text()
    since = recorded.rpartition(" ")[2].rstrip("]")
    (tmp_path / "children.json").write_text(recorded.replace(since, str(float(since) - 100)))

    end_children(tmp_path / "children.json")

    assert bystander.poll() is None
    bystander.communicate(b"\n")


def test_only_private_folders_of_that_name_are_removed(tmp_path: Path) -> None:
    shared = tmp_path / "wardroom-shared"
    shared.mkdir(mode=0o755)
    (tmp_path / "list").write_text(f"{shared}\n")
    sockets = SocketFolders(tmp_path / "list")
    made = sockets.make(None)

    sockets.remove_all()

    assert shared.exists()
    assert not made.exists()


def test_a_database_that_lost_its_migrations_is_migrated_again(instance: Instance, tmp_path: Path) -> None:
    owner_url = instance.variables["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as database:
        database.execute("CREATE DATABASE restored")
    owner_url = on_database(owner_url, "restored")
    with psycopg.connect(owner_url) as database:
        database.execute("CREATE TABLE django_migrations AS SELECT 'rooms' AS app, '0001_initial' AS name")
    migrations.keep_stamp(tmp_path / "stamp", owner_url)
    assert migrations.are_applied(tmp_path / "stamp", owner_url)

    with psycopg.connect(owner_url) as database:
        database.execute("DROP TABLE django_migrations")

    assert not migrations.are_applied(tmp_path / "stamp", owner_url)
