"""Three and a half simulated years of Miaoshan against the counts that the report gives.

Run: ``python -m benchmarks.validation.miaoshan [REPLICATIONS [LEDGER]]``; it takes some three
minutes a replication. What nobody records, and patrol walks, change none of these counts and are
left out: ``docs/miaoshan.md`` says so.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.stats import chi2

from patrolsim.cli.preparing import Options, prepare
from patrolsim.experiment import Conduct, Design, Listener, Part, arms_of, run_arms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.experiment import Finished, Task
    from patrolsim.experiment.design import Tables

FOLDER = Path(__file__).parents[2] / "scenarios" / "miaoshan"
STRATEGY = "as_today"
DAYS = 1277
"""From the first day of 2022 to the middle of 2025."""
HALF_YEAR_S = 181 * 86_400.0
"""The last half year of the period: the first of 2025."""
UNRECORDED = ("street_disorder", "gate_jam", "small_help")
TRADES = ("community_workers", "residents", "guards", "couriers", "shopkeepers")
REQUESTS = (
    "pay_dispute",
    "drunk_home",
    "fraud_call",
    "night_call",
    "lost_elder",
    "cold_night_search",
    "rain_push",
    "rescue",
    "help_call",
    "campus_call",
    "campus_emergency",
)
"""What the page takes for requests for help: all that is recorded but disputes and the form."""
COUNTED = (
    "teams.red_stewards.patrols=0%",
    *(f"teams.red_stewards.trades.{trade}.patrols=0%" for trade in TRADES),
    "teams.campus_stewards.trades.students.patrols=0%",
    *(f"incidents.{kind}.how_often=0 per day" for kind in UNRECORDED),
)
"""Leaves out what changes no count."""
SETTINGS = (
    "period.from=2022-01-01 00:00",
    f"period.length={DAYS} days",
    "teams.red_stewards.grows.from=300",
    *COUNTED,
)


class Reported(NamedTuple):
    """A count of the report, and the range of Poisson means that it does not contradict."""

    name: str
    number: int

    @property
    def low(self) -> float:
        """The exact lower end of the 95 % range (Garwood 1936)."""
        return float(chi2.ppf(0.025, 2 * self.number) / 2)

    @property
    def high(self) -> float:
        """The exact upper end."""
        return float(chi2.ppf(0.975, 2 * self.number + 2) / 2)


REPORTED = (
    Reported("requests", 1480),
    Reported("disputes settled", 879),
    Reported("rescues in half a year", 27),
    Reported("elders found in half a year", 11),
)
LEAST_YUAN = 100_000
"""More than this was kept safe in the half year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one replication counts.

    Attributes
    ----------
    values
        By the names of `REPORTED`.
    yuan
        Kept safe from fraud, per half year of the period.
    """

    values: Mapping[str, int]
    yuan: float


def main(replications: int, ledger: Path | None) -> int:
    """Print a line for each count; return 1 if a mean is outside its range."""
    found = simulate(replications, ledger)
    is_inside = True
    say(f"{replications} replications of {DAYS} days")
    for one in REPORTED:
        values = np.array([counts.values[one.name] for counts in found], np.float64)
        within = int(((values >= one.low) & (values <= one.high)).sum())
        is_inside &= one.low <= values.mean() <= one.high
        text = f"{values.mean():8.1f} simulated, {one.number} reported"
        span = f"{one.low:.1f} to {one.high:.1f}"
        say(f"{one.name:28} {text:34} ({span}; {within} of {len(values)} inside)")
    yuan = np.array([counts.yuan for counts in found])
    say(f"{'yuan kept safe in half a year':28} {yuan.mean():8.0f} (more than {LEAST_YUAN})")
    return 0 if is_inside and yuan.mean() > LEAST_YUAN else 1


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def simulate(replications: int, ledger: Path | None = None) -> list[Counts]:
    """Return the counts of each replication, run by two workers."""
    loaded, host, choices = prepare(FOLDER, Options(settings=SETTINGS))
    arms = arms_of(loaded, {STRATEGY: choices[STRATEGY]})
    values: dict[int, dict[str, int]] = {}

    def keep(task: Task, _done: Finished, tables: Tables | None) -> None:
        values[task.replication] = counts_of((tables or {})["incidents"], DAYS)

    results = run_arms(
        Design(arms=arms, replications=replications),
        host,
        conduct=Conduct(workers=2, ledger=ledger, parts=frozenset({Part.TABLES})),
        listener=Listener(on_result=keep),
    )
    numbers = results.replications_of(STRATEGY)
    metrics = results.metrics_of(STRATEGY, numbers)
    halves = DAYS * 86_400.0 / HALF_YEAR_S
    yuan = [sum(one.kept_safe for one in found.stakes.values()) / halves for found in metrics]
    return [
        Counts(values=values[number], yuan=amount)
        for number, amount in zip(numbers, yuan, strict=True)
    ]


def counts_of(incidents: Mapping[str, Any], days: int) -> dict[str, int]:
    """Return the counts of the report in one replication of so many days; see `REPORTED`."""
    kind, outcome = incidents["kind"].astype(str), incidents["outcome"].astype(str)
    is_late = incidents["occurred_s"].astype(np.float64) >= days * 86_400.0 - HALF_YEAR_S
    is_helped = (outcome == "settled") | (outcome == "escalated")
    return {
        "requests": int(np.isin(kind, REQUESTS).sum()),
        "disputes settled": int(((kind == "dispute") & (outcome == "settled")).sum()),
        "rescues in half a year": int(((kind == "rescue") & is_helped & is_late).sum()),
        "elders found in half a year": int(
            ((kind == "lost_elder") & (outcome == "settled") & is_late).sum()
        ),
    }


if __name__ == "__main__":
    arguments = sys.argv[1:]
    count = int(arguments[0]) if arguments else 20
    sys.exit(main(count, Path(arguments[1]) if len(arguments) > 1 else None))
