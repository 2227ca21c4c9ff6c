"""Group ``formula``: closed forms that the code computes without simulating."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.metrics import gini
from patrolsim.verification.rows import Finding, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.verification.laboratory import Laboratory

    Floats = npt.NDArray[np.float64]

GROUP = "formula"
SHARES = (0.5, 0.2, 0.1, 0.05, 0.01)
LEAST_STAFF = {
    0.5: (1, 2, 3, 3, 4),
    1: (2, 3, 3, 4, 5),
    2: (3, 4, 5, 6, 7),
    4: (6, 7, 8, 9, 10),
    8: (10, 12, 13, 14, 16),
    10: (12, 14, 16, 17, 19),
    16: (19, 21, 23, 24, 27),
    25: (28, 31, 33, 35, 39),
    50: (54, 58, 61, 64, 68),
    100: (106, 111, 115, 119, 125),
}
"""Least servers of M/M/c by load, for the shares that may wait in `SHARES`."""
POST_OFFICE, DAYS_IN_A_ROW = (17, 13, 15, 19, 14, 16, 11), 5
"""People needed from Monday to Sunday; Winston's post office."""
GINIS = {(1, 1, 1, 1): 0.0, (0, 0, 0, 1): 0.75, (1, 2, 3, 4): 0.25}


CHANCES = (0.5, 0.3, 0.15, 0.05)
"""That somebody is on each of four streets."""
KOOPMAN = {
    1: ((0.755413, 0.244587, 0.0, 0.0), 0.330183),
    2: ((1.238266, 0.727441, 0.034293, 0.0), 0.515170),
}
"""By budget: the best effort on each of these streets, and the chance of a find."""


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    for load, staff in LEAST_STAFF.items():
        for share, exact in zip(SHARES, staff, strict=True):
            yield Row(
                id=f"queue3/a{load:g}/{share:g}",
                group=GROUP,
                what=f"Least staff, load {load:g}, at most {share:.0%} wait (roster peak_hours)",
                source="Erlang C; whole number",
                find=partial(_least_staff, load, share, exact),
            )
    yield Row(
        id="opt4/post-office/shifts",
        group=GROUP,
        what="Fewest shifts of five days that cover 17 13 15 19 14 16 11 (roster peak_hours)",
        source="Winston, Operations Research; integer optimum",
        find=_fewest_shifts,
    )
    yield from _koopman()
    for loads, inequality in GINIS.items():
        name = "-".join(str(load) for load in loads)
        yield Row(
            id=f"opt10/gini/{name}",
            group=GROUP,
            what=f"Gini coefficient of loads {' '.join(str(load) for load in loads)}",
            source="definition",
            find=partial(_gini, loads, inequality),
        )


def _koopman() -> Iterator[Row]:
    """Yield the rows of Koopman's sharing-out: the effort of each street, and the chance."""
    for budget, (efforts, chance) in KOOPMAN.items():
        for street, effort in enumerate(efforts):
            yield Row(
                id=f"opt5/b{budget}/street{street}",
                group=GROUP,
                what=f"Effort where p = {CHANCES[street]:g}, of {budget} in all (search koopman)",
                source="Koopman; Lagrange multiplier, to six decimals",
                find=partial(_effort, budget, street, effort),
            )
        yield Row(
            id=f"opt5/b{budget}/found",
            group=GROUP,
            what=f"Chance of a find with the best sharing-out of {budget} (search koopman)",
            source="Koopman; sum of p (1 - exp(-x)), to six decimals",
            find=partial(_chance_of_a_find, budget, chance),
        )
    yield Row(
        id="opt5/in-two-steps",
        group=GROUP,
        what="Most that an effort differs when 2 are shared out at once or as 1 and 1 after Bayes",
        source="Koopman; none, to six decimals",
        find=_in_two_steps,
    )


def _efforts(chance: Floats, budget: float) -> Floats:
    from patrolsim_policies.koopman import allocation

    return allocation(chance, np.ones(len(chance)), budget)


def _effort(budget: float, street: int, exact: float, _laboratory: Laboratory) -> Finding:
    return Finding(exact, [round(float(_efforts(np.array(CHANCES), budget)[street]), 6)])


def _chance_of_a_find(budget: float, exact: float, _laboratory: Laboratory) -> Finding:
    chance = np.array(CHANCES)
    found = float((chance * -np.expm1(-_efforts(chance, budget))).sum())
    return Finding(exact, [round(found, 6)])


def _in_two_steps(_laboratory: Laboratory) -> Finding:
    chance = np.array(CHANCES)
    first = _efforts(chance, 1.0)
    after = chance * np.exp(-first)
    both = first + _efforts(after / after.sum(), 1.0)
    return Finding(0.0, [round(float(np.abs(both - _efforts(chance, 2.0)).max()), 6)])


def _least_staff(load: float, share: float, exact: int, _laboratory: Laboratory) -> Finding:
    from patrolsim_policies import least_staff

    return Finding(exact, [least_staff(load, share)])


def _fewest_shifts(_laboratory: Laboratory) -> Finding:
    from patrolsim_policies import cover_shifts

    starts = cover_shifts(POST_OFFICE, DAYS_IN_A_ROW)
    return Finding(23, [sum(starts) if _covers(starts) else -1])


def _covers(starts: tuple[int, ...]) -> bool:
    """Return whether every day has the people that it needs."""
    days = len(POST_OFFICE)
    return all(
        sum(starts[(day - back) % days] for back in range(DAYS_IN_A_ROW)) >= need
        for day, need in enumerate(POST_OFFICE)
    )


def _gini(loads: tuple[int, ...], exact: float, _laboratory: Laboratory) -> Finding:
    return Finding(exact, [gini(np.array(loads, np.float64))])
