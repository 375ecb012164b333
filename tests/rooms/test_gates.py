"""Which gate judges: named by a setting, and never an open one in production."""

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from rooms.checks import check_gate
from rooms.gates import OPEN_GATE, OpenGate, gate


def test_the_gate_is_the_one_that_the_setting_names(settings: Settings) -> None:
    settings.ROOMS_GATE = OPEN_GATE

    assert isinstance(gate(), OpenGate)
    assert gate() is gate()


@pytest.mark.parametrize(
    ("path", "production", "problem"),
    [
        (OPEN_GATE, True, "rooms.E001"),
        ("", True, "rooms.E001"),
        ("", False, "rooms.E001"),
        ("nowhere.Gate", False, "rooms.E002"),
        (OPEN_GATE, False, None),
        ("moderation.gate.ModerationGate", True, None),
    ],
)
def test_production_does_not_start_without_a_judge(
    settings: Settings, path: str, production: bool, problem: str | None
) -> None:
    settings.ROOMS_GATE, settings.PRODUCTION = path, production

    assert [one.id for one in check_gate()] == ([problem] if problem else [])


def test_the_check_is_among_those_that_run(settings: Settings) -> None:
    settings.ROOMS_GATE = ""

    assert "rooms.E001" in {one.id for one in run_checks()}
