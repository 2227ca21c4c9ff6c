"""What a run folder says, read back."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim.experiment.run_folder import RunFolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEWEST = 20
"""Of fewer incidents no quantile is given."""


class SquareMedian(NamedTuple):
    """The median response in a square of the map, over all replications of a strategy."""

    strategy: str
    square: str
    median_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """A finished run on the disk.

    Attributes
    ----------
    folder
        Where it stands.
    document
        The content of its ``run.json``.
    """

    folder: Path
    document: dict[str, Any]

    @classmethod
    def open(cls, folder: Path) -> StoredRun:
        """Return the run in a folder.

        Raises
        ------
        RunFolderError
            If there is none, or it cannot be read.
        """
        try:
            document = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RunFolderError(f"{folder} is no run folder: it holds no run.json") from None
        except (OSError, ValueError) as error:
            raise RunFolderError(f"{folder / 'run.json'} cannot be read: {error}") from error
        if not isinstance(document, dict):
            raise RunFolderError(f"{folder / 'run.json'} cannot be read: it is no table of values")
        return cls(folder=folder, document=document)

    @property
    def strategies(self) -> list[str]:
        """The strategies that finished something, in the order of the run."""
        finished: dict[str, int] = self.document["replications"]["finished"]
        return [name for name, count in finished.items() if count]

    def log_digest(self, strategy: str, replication: int) -> str | None:
        """Return the sha256 of what happened in a replication; None if it was not finished."""
        digests: list[str | None] = self.document["log_digests"].get(strategy, [])
        return digests[replication] if 0 <= replication < len(digests) else None

    def finished_by(self, *strategies: str) -> list[int]:
        """Return the replications that all of these strategies have finished."""
        asked = int(self.document["replications"]["asked"])
        return [
            number
            for number in range(asked)
            if all(self.log_digest(name, number) is not None for name in strategies)
        ]

    def median_responses_s(self, strategy: str) -> dict[int, float]:
        """Return the median response of each replication, infinite when most were not reached.

        Raises
        ------
        RunFolderError
            If the incidents cannot be read.
        """
        import duckdb

        query = (
            "SELECT replication, quantile_disc(coalesce(response_s, 'infinity'::DOUBLE), 0.5)"
            " FROM read_parquet(?) WHERE strategy = ? AND is_counted AND known_s IS NOT NULL"
            " GROUP BY replication ORDER BY replication"
        )
        file = self.folder / "incidents.parquet"
        try:
            with duckdb.connect(config={"threads": 1}) as database:
                rows = database.execute(query, [str(file), strategy]).fetchall()
        except duckdb.Error as error:
            raise RunFolderError(f"{file} cannot be read: {str(error).splitlines()[0]}") from error
        return {int(number): float(median) for number, median in rows}

    def square_medians(self) -> list[SquareMedian]:
        """Return the median response by square of the map, where there are enough incidents.

        Raises
        ------
        RunFolderError
            If the summary cannot be read.
        """
        try:
            with (self.folder / "summary.csv").open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["group"].startswith("area=")]
        except (OSError, ValueError, KeyError) as error:
            raise RunFolderError(f"{self.folder} has no summary: {error}") from error
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
