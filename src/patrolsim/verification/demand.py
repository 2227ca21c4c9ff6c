"""Group ``demand``: incidents as they are drawn, before anybody decides anything."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.verification.queue_scenarios import TWO_NODES
from patrolsim.verification.rows import Finding, Limits, Row, measured
from patrolsim.verification.self_exciting import self_exciting_rows
from patrolsim.verification.statistics import cramer_von_mises
from patrolsim.verification.studies import Observation, Setup, Size, Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.verification.laboratory import Laboratory
    from patrolsim.verification.trial import Trial

    Floats = npt.NDArray[np.float64]

GROUP = "demand"
HOUR_US = 3_600_000_000
HOURS_OF_WEEK = 168
A_DAY = 40.0
BUSY, QUIET = 3.0, 0.25
"""How much more often from 18 to 22 o'clock, and from 23 to 5 o'clock."""
DAY_CV = 0.5
DAY_MEAN = 10.0


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    yield from _poisson()
    yield from self_exciting_rows()
    yield _day_effect()
    yield from _streams()


def demand_setup(days: int, kinds: str, *, number: int = 2, dispatch: str = "closest") -> Setup:
    """Return a scenario that starts on a Monday, with these kinds of incident."""
    text = f"""\
name: Demand
streets: {{nodes: nodes.csv, edges: edges.csv}}
places: {{counter: {{node: counter}}}}
period: {{from: 2025-03-10 00:00, length: {days} days}}
teams:
  people: {{number: {number}, posts: [counter]}}
incidents:
{kinds}
strategies:
  theory: {{dispatch: {dispatch}, standby: stay, patrol: stand}}
"""
    return Setup(text, TWO_NODES)


def rate_per_hour() -> Floats:
    """Return the expected incidents in each hour of the week."""
    hour = np.arange(HOURS_OF_WEEK) % 24
    shape = np.ones(HOURS_OF_WEEK)
    shape[(hour >= 18) & (hour < 22)] = BUSY  # noqa: PLR2004 - hours of the day
    shape[(hour >= 23) | (hour < 5)] = QUIET  # noqa: PLR2004
    return A_DAY * 7 * shape / float(shape.sum())


def _poisson() -> Iterator[Row]:
    kind = (
        f"  event: {{how often: {A_DAY} per day, takes: 0 s,\n"
        f"    hours: {{18:00-22:00: {BUSY} times, 23:00-05:00: {QUIET} times}}}}"
    )

    def setup(weeks: int, _draw: int) -> Setup:
        return demand_setup(7 * weeks, kind)

    study = Study(
        name="demand/poisson",
        setup=setup,
        observe=_observe_arrivals,
        full=Size(200, 20),
        quick=Size(40, 8),
    )
    small = Limits(0.05, 0.02)
    claims = (
        ("count", "incidents of a week", A_DAY * 7, small, "integrated rate"),
        ("chi2", "chi-square of the 168 hours of the week", float(HOURS_OF_WEEK), small,
         "mean of chi-square = number of cells"),
        ("dispersion", "sum of squares over the mean, hour by hour", 1.0, small,
         "variance of a Poisson number = its mean"),
        ("gaps", "mean of exp(-gap), gaps in the time of the process", 0.5, small,
         "gaps are exponential with mean 1"),
        ("uniform", "Cramer-von Mises statistic of the times", 1 / 6, Limits(0.4, 0.2),
         "mean 1/6 for uniform times, any number"),
        ("neighbours", "covariance of neighbouring hours over their mean", 0.0,
         Limits(0.02, 0.01, 1.0), "counts of hours are independent"),
    )  # fmt: skip
    for measure, what, exact, limits, source in claims:
        yield Row(
            id=f"demand1/poisson/{measure}",
            group=GROUP,
            what=f"Poisson with hours of the day: {what}",
            source=source,
            find=measured(study, measure, exact),
            limits=limits,
        )


def _observe_arrivals(trial: Trial, weeks: int) -> Observation:
    times_us = trial.world.incidents.occurred_us
    expected = np.tile(rate_per_hour(), weeks)
    counts = np.bincount(times_us // HOUR_US, minlength=expected.size).astype(float)
    by_hour = counts.reshape(weeks, HOURS_OF_WEEK).sum(axis=0)
    mean_by_hour = rate_per_hour() * weeks
    residual = (counts - expected) / np.sqrt(expected)
    clock = np.concatenate([[0.0], np.cumsum(expected)])
    inner = np.interp(times_us / HOUR_US, np.arange(expected.size + 1), clock)
    gaps = np.diff(inner, prepend=0.0)
    return Observation(
        {
            "count": times_us.size / weeks,
            "chi2": float(((by_hour - mean_by_hour) ** 2 / mean_by_hour).sum()),
            "dispersion": float((residual**2).mean()),
            "gaps": float(np.exp(-gaps).mean()),
            "uniform": cramer_von_mises(inner / clock[-1]),
            "neighbours": float((residual[:-1] * residual[1:]).mean()),
        }
    )


def _day_effect() -> Row:
    kind = f"  event: {{how often: {DAY_MEAN} per day, takes: 0 s, day effect: {DAY_CV:.0%}}}"

    def setup(days: int, _draw: int) -> Setup:
        return demand_setup(days, kind)

    def observe(trial: Trial, days: int) -> Observation:
        times_us = trial.world.incidents.occurred_us
        counts = np.bincount(times_us // (24 * HOUR_US), minlength=days)
        return Observation({"ratio": float(counts.var(ddof=1)) / DAY_MEAN})

    study = Study(name="demand/day-effect", setup=setup, observe=observe, full=Size(60, 400))
    return Row(
        id="demand3/day-effect/ratio",
        group=GROUP,
        what=f"Days differ by {DAY_CV:.0%}: variance over mean of counts, {DAY_MEAN:g} a day",
        source="1 + m / k, gamma mixture",
        find=measured(study, "ratio", 1 + DAY_MEAN * DAY_CV**2),
        limits=Limits(None, 0.03),
        is_quick=False,
    )


KINDS = {
    "theft": "  theft: {how often: 20 per day, takes: about 30 min}",
    "quarrel": "  quarrel: {how often: 9 per day, takes: 10-20 min, patience: 30 min}",
}


def _streams() -> Iterator[Row]:
    both = "\n".join(KINDS.values())
    other_way = "\n".join(reversed(KINDS.values()))
    base = demand_setup(8, both)
    cases = (
        ("policy", "another policy", demand_setup(8, both, dispatch="verify_lists")),
        ("people", "ten times the people", demand_setup(8, both, number=20)),
        ("order", "another order of the kinds", demand_setup(8, other_way)),
        ("alone", "a kind less", demand_setup(8, KINDS["theft"])),
    )
    for name, what, changed in cases:
        yield Row(
            id=f"demand4/streams/{name}",
            group=GROUP,
            what=f"{what[0].upper()}{what[1:]}: thefts that stay the same, to the microsecond",
            source="streams keyed by purpose; exact",
            find=partial(_same_thefts, base, changed),
        )


def _same_thefts(base: Setup, changed: Setup, laboratory: Laboratory) -> Finding:
    """Count the thefts of one scenario that stand in the other one too, after both have run."""
    (first,) = laboratory.trials(base)
    (second,) = laboratory.trials(changed)
    wanted, found = _thefts(first), _thefts(second)
    same = sum(one == other for one, other in zip(wanted, found, strict=False))
    return Finding(float(len(wanted)), [float(same - abs(len(wanted) - len(found)))])


def _thefts(trial: Trial) -> list[tuple[object, ...]]:
    """Return what was drawn for each theft, once the run is over."""
    world, happened = trial.world, trial.rows.incident_id
    table = world.incidents
    names = [kind.name for kind in world.kinds]
    rows = np.flatnonzero(
        (table.kind == names.index("theft")) & np.isin(table.incident_id, happened)
    )
    columns = (table.occurred_us, table.known_us, table.patience_us, table.stage_us[:, 0])
    return [
        (*(column[row].item() for column in columns), table.x[row].item(), table.y[row].item())
        for row in rows.tolist()
    ]
