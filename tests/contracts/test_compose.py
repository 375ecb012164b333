"""compose.yaml as far as it can be tried without Docker: what it names is there, settings load from it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from config.embedded.programs import Programs

ROOT = settings.BASE_DIR
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "wardroom"}
WEBS = sorted(name for name in SERVICES if name.startswith("web-"))
EXAMPLE = (ROOT / "deploy" / "compose.env.example").read_text()
FILLED_IN = {
    "WARDROOM_DOMAIN": "chat.example.org",
    "WARDROOM_SECRET_KEY": "0123456789abcdef" * 4,
    "POSTGRES_PASSWORD": "5e" * 20,
    "WARDROOM_APP_PASSWORD": "7a" * 20,
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "WARDROOM_FROM_EMAIL": "Wardroom <wardroom@chat.example.org>",
}


def interpolated(value: str) -> str:
    """As Docker Compose reads ${NAME}, ${NAME:-default} and ${NAME:?what is missing}."""

    def of(found: re.Match[str]) -> str:
        default = found[2].removeprefix(":-") if (found[2] or "").startswith(":-") else ""
        return FILLED_IN.get(found[1], default)

    return re.sub(r"\$\{(\w+)(:[-?][^}]*)?\}", of, value)


def environment(service: dict[str, Any]) -> dict[str, str]:
    return {name: interpolated(value) for name, value in service["environment"].items()}


def arguments(service: str) -> list[str]:
    """Its command without the parts that differ with the place: interpreter, port, schedule."""
    words = SERVICES[service]["command"][1:]
    return [word for word in words if not word.startswith(("tcp:", "--schedule="))]


PROGRAMS = {**dict.fromkeys(WEBS, "web"), "worker": "worker", "beat": "beat"}


@pytest.mark.parametrize(("service", "program"), PROGRAMS.items())
def test_each_program_is_started_as_one_command_starts_it(service: str, program: str) -> None:
    programs = Programs(Path, {})
    made = {"web": programs.web(8000), "worker": programs.worker(), "beat": programs.beat(Path("schedule"))}
    known = [word for word in made[program].command[1:] if not word.startswith(("tcp:", "--schedule="))]

    assert arguments(service) == known


def test_settings_load_from_its_variables_and_are_safe() -> None:
    together: dict[str, str] = {}
    for service in OURS.values():
        assert together.items() & environment(service).items() == {
            item for item in together.items() if item[0] in service["environment"]
        }, "two services give a variable different values"
        together |= environment(service)
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=inherited | together,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


def test_only_migrations_and_backups_own_the_tables() -> None:
    owners = {name for name, service in OURS.items() if "DATABASE_OWNER_URL" in service["environment"]}

    assert owners == {"migrate", "backup"}


def test_every_variable_is_one_that_settings_know_or_the_example_explains() -> None:
    known = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    explained = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE))
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))

    assert {name for service in OURS.values() for name in service["environment"]} <= known
    assert asked == explained


def test_every_service_is_watched_bounded_and_only_the_proxy_is_open() -> None:
    jobs = {"migrate", "backup"}

    assert [name for name in SERVICES if "healthcheck" not in SERVICES[name]] == sorted(jobs, reverse=True)
    limits = [service["deploy"]["resources"]["limits"] for service in SERVICES.values()]
    assert all(limit.keys() == {"cpus", "memory"} for limit in limits)
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["inside"] for name in ("postgres", "redis"))


def test_our_programs_run_as_nobody_in_particular_and_write_nowhere() -> None:
    assert "\nUSER wardroom\n" in (ROOT / "Dockerfile").read_text()
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in OURS.values())


def test_the_proxy_knows_every_web_process_and_keeps_the_inside_in() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text()
    upstreams = re.search(r"reverse_proxy (.*) \{", caddyfile)

    assert upstreams
    assert upstreams[1].split() == [f"{web}:8000" for web in WEBS]
    assert len(WEBS) >= 2
    assert "path /metrics /health/*" in caddyfile
    assert set(SERVICES["proxy"]["depends_on"]) == set(WEBS)


def test_a_web_process_may_drain_before_it_is_killed() -> None:
    for web in WEBS:
        drain_s = float(SERVICES[web]["environment"]["WARDROOM_DRAIN_S"])
        assert float(SERVICES[web]["stop_grace_period"].removesuffix("s")) >= drain_s + 5


def test_every_file_that_it_mounts_and_every_volume_is_there() -> None:
    for service in SERVICES.values():
        for source in (volume.split(":")[0] for volume in service.get("volumes", [])):
            assert source in COMPOSE["volumes"] or (ROOT / source).is_file(), source


def test_no_secret_gets_into_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()

    assert {".env", ".git", ".wardroom"} <= set(left_out)
