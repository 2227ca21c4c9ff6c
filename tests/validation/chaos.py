"""The driver of the chaos test: an experiment that is killed again and again, as a process.

``python -m tests.validation.chaos FOLDER REPLICATIONS`` runs the town in FOLDER with two workers
and the ledger beside it, and prints ``done`` when nothing is left to do.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.experiments import town_design

from patrolsim.experiment import Conduct, run_arms


def drive(folder: Path, replications: int) -> int:
    """Carry out what the ledger does not hold yet; return the exit code."""
    design, host = town_design(folder / "town", replications=replications)
    conduct = Conduct(workers=2, ledger=folder / "ledger.sqlite")
    results = run_arms(design, host, conduct=conduct)
    if results.is_interrupted:
        return 130
    print(f"done {len(results.finished)} {len(results.failures)}", flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(drive(Path(sys.argv[1]), int(sys.argv[2])))
