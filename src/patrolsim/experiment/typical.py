"""Which replication of a stored run is a typical one, and what else is asked of single days."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.experiment.run_folder import RunFolderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.experiment.results import Task
    from patrolsim.experiment.stored import StoredRun

FEWEST = 20
"""Of fewer incidents no quantile is given."""


class SquareMedian(NamedTuple):
    """The median response in a square of the map, over all replications of a strategy."""

    strategy: str
    square: str
    median_s: float


def strategies_of(run: StoredRun) -> list[str]:
    """Return the strategies that finished something, in the order of the run."""
    results = run.results
    return [name for name in results.strategies if results.replications_of(name)]


def log_digest(run: StoredRun, task: Task) -> str | None:
    """Return the sha256 of what happened in a replication; None if it was not finished."""
    done = run.results.finished.get(task)
    return None if done is None else done.log_digest


def median_responses_s(run: StoredRun, strategy: str) -> dict[int, float]:
    """Return the median response of each replication, infinite when most were not reached.

    Raises
    ------
    RunFolderError
        If the incidents cannot be read.
    """
    calls = run.calls_of(strategy)
    found = {}
    for replication in np.unique(calls.replication).tolist():
        responses_s = np.sort(calls.response_s[calls.replication == replication])
        found[replication] = float(responses_s[(len(responses_s) - 1) // 2])
    return found


def square_medians(run: StoredRun) -> list[SquareMedian]:
    """Return the median response by square of the map, where there are enough incidents.

    Raises
    ------
    RunFolderError
        If the summary cannot be read.
    """
    try:
        with (run.folder / "summary.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["group"].startswith("area=")]
    except (OSError, ValueError, KeyError) as error:
        raise RunFolderError(f"{run.folder} has no summary: {error}") from error
    counts = {(row["strategy"], row["group"]): _total(row) for row in _of(rows, "incidents")}
    return [
        SquareMedian(row["strategy"], row["group"].removeprefix("area="), float(row["value"]))
        for row in _of(rows, "response_median_pooled_s")
        if row["value"] and counts.get((row["strategy"], row["group"]), 0) >= FEWEST
    ]


def middle_one(medians_s: dict[int, float]) -> int:
    """Return the replication whose median response lies in the middle; ties by number."""
    ranked = sorted(medians_s, key=lambda number: (medians_s[number], number))
    return ranked[(len(ranked) - 1) // 2]


def mean_over(strategies: list[dict[int, float]]) -> dict[int, float]:
    """Return the mean of each replication over strategies that have finished it."""
    shared = sorted(set.intersection(*(set(one) for one in strategies)))
    return {n: math.fsum(one[n] for one in strategies) / len(strategies) for n in shared}


def _of(rows: list[dict[str, str]], measure: str) -> Iterator[dict[str, str]]:
    return (row for row in rows if row["measure"] == measure)


def _total(row: dict[str, str]) -> float:
    """Return how many incidents all replications had together."""
    return float(row["value"] or 0) * float(row["n"] or 0)
