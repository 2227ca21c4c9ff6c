"""How often the intervals hold the truth: on queues with exact values, and on real replications.

Run: ``python -m benchmarks.validation.coverage FOLDER [TRIALS]``; the bank is made when it is not
in the folder.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.validation.bank import open_bank
from benchmarks.validation.queues import Queue
from benchmarks.validation.trials import bank_trials, count, pair_trials, queue_trials, stop_trials

from patrolsim.output_analysis.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from benchmarks.validation.trials import Coverage

    Samples = Sequence[npt.NDArray[np.float64]]

TRIALS = 2000
QUEUES = (
    Queue(load=0.5),
    Queue(load=0.8),
    Queue(servers=2, load=0.75),
    Queue(servers=3, load=0.8),
    Queue(load=0.8, stages=4),
)


def main(folder: Path, trials: int) -> None:
    """Print the coverage of nominal 95 % intervals, in percent with its standard error."""
    for queue in QUEUES:
        say(f"{queue.name}, 20 replications", queue_coverage(queue, trials))
    bank = open_bank(folder).responses_s
    for n in (10, 20, 40):
        found = count(bank_trials(bank["baseline"], trials, replications=n, seed=n))
        say(f"bank, {n} replications", found)
    for name in ("null", "+2 %", "+6 %"):
        for n in (10, 20, 40):
            pairs = (bank[name], bank["baseline"])
            found = count(pair_trials(*pairs, trials, replications=n, seed=n))
            say(f"bank, {name} against baseline, {n} pairs", found)
    for half_width in (0.05, 0.1):
        print_stops(bank["baseline"], half_width, trials)


def queue_coverage(queue: Queue, trials: int) -> Mapping[str, Coverage]:
    """Return the coverage on a queue with 20 replications."""
    return count(queue_trials(queue, trials, replications=20, seed=1))


def print_stops(samples: Samples, half_width: float, trials: int) -> None:
    """Print how studies end that stop when their interval is narrow enough."""
    precision = Precision(half_width=half_width, is_relative=True)
    found = list(stop_trials(samples, precision, trials, seed=3))
    coverage = count({"mean (ratio)": hit} for hit, _ in found)
    say(f"stopped at {half_width:.0%}, n {np.mean([n for _, n in found]):.1f}", coverage)


def say(title: str, found: Mapping[str, Coverage]) -> None:
    """Write a line."""
    shares = "; ".join(f"{name} {coverage}" for name, coverage in found.items())
    sys.stdout.write(f"{title}: {shares}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else TRIALS)
