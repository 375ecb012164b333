"""The table of faults: one figure a row, in benchmarks/results/faults.json and docs/reliability.md."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.embedded.programs import ROOT
from tests.faults.checking import Checked

RESULTS = ROOT / "benchmarks" / "results" / "faults.json"
DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- faults: begin (written by `make faults`) -->", "<!-- faults: end -->"


@dataclass(frozen=True)
class Row:
    """One fault as it was made, and what it showed."""

    number: int
    fault: str
    load: str
    figure: str
    took_s: float
    checked: Checked

    @property
    def zeros(self) -> str:
        """How the zeros read in the table."""
        wrong = {name: count for name, count in asdict(self.checked.zeros).items() if count}
        return ", ".join(f"{name} {count}" for name, count in wrong.items()) or "all 0"


def keep(rows: list[Row], *, results: Path = RESULTS, document: Path = DOCUMENT) -> None:
    """Write what was measured; rows that did not run this time stay as they were."""
    known = json.loads(results.read_text())["rows"] if results.exists() else {}
    at = datetime.now(UTC).isoformat(timespec="minutes")
    known |= {str(row.number): {**asdict(row), "zeros": row.zeros, "at": at} for row in rows}
    ordered = {number: known[number] for number in sorted(known, key=int)}
    machine = {"python": platform.python_version(), "system": platform.system(), "cores": _cores()}
    results.write_text(json.dumps({"machine": machine, "rows": ordered}, indent=2) + "\n")
    before, _, rest = document.read_text().partition(BEGIN)
    document.write_text(f"{before}{BEGIN}\n{table(ordered)}{END}{rest.partition(END)[2]}")


def table(rows: dict[str, Any]) -> str:
    """The rows as Markdown."""
    lines = [
        f"| {number} | {row['fault']} | {row['load']} | {row['checked']['acked']} | {row['zeros']} |"
        f" {row['figure']} |"
        for number, row in rows.items()
    ]
    head = "| # | fault | load | acked | lost, doubled, disordered, leaked, unjudged | figure |\n"
    return f"\n{head}|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n\n"


def _cores() -> int:

    return os.cpu_count() or 0
