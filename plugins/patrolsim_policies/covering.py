"""Shifts of several lengths that cover a need, and people for them: two exact programs.

Rules S2 and S3 of docs/policies.md. Costs are whole numbers, so that equal plans are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


class Start(NamedTuple):
    """A shift: the period in which it starts, and how many periods it lasts."""

    first: int
    length: int


def cover_by_program(required: Sequence[int], starts: Collection[Start]) -> dict[Start, int]:
    """Return how many shifts to start so that the need is covered with the least work.

    The periods are no cycle. Among plans of equal work the one with the earlier starts is taken.

    Parameters
    ----------
    required
        People needed in each period.
    starts
        The shifts that are allowed; each lies within the periods.

    Raises
    ------
    ValueError
        If no allowed shift covers some period with need.

    Notes
    -----
    Each shift covers consecutive periods, so the matrix is totally unimodular and the solution of
    the linear program is whole.

    References
    ----------
    Dantzig (1954), Journal of the Operations Research Society of America 2(3), for the program;
    solved by HiGHS (Huangfu and Hall 2018, Mathematical Programming Computation 10).
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csc_array

    ordered = sorted(set(starts))
    covered = {hour for one in ordered for hour in range(one.first, one.first + one.length)}
    if any(need > 0 and hour not in covered for hour, need in enumerate(required)):
        raise ValueError("no shift that is allowed covers some period with need")
    if not any(required):
        return {}
    rows = [hour for one in ordered for hour in range(one.first, one.first + one.length)]
    columns = [number for number, one in enumerate(ordered) for _ in range(one.length)]
    shape = (len(required), len(ordered))
    matrix = csc_array((np.ones(len(rows)), (rows, columns)), shape=shape)
    weight = len(required) * max(1, sum(required))
    found = milp(
        [one.length * weight + one.first for one in ordered],
        constraints=LinearConstraint(matrix, lb=np.array(required, float)),
        bounds=Bounds(0, np.inf),
        integrality=np.ones(len(ordered), np.int64),
    )
    counts = [round(float(count)) for count in np.asarray(found.x)]
    return {one: count for one, count in zip(ordered, counts, strict=True) if count}


def match_people(
    people: Sequence[int], shifts: Sequence[Start], cost: Callable[[int, Start], int | None]
) -> list[int | None]:
    """Return who works each shift of a day, at most one each, so that most are worked.

    Of the ways to fill as many as can be filled it is one of the least sum of costs: a flow of
    least cost from people to shifts.

    Parameters
    ----------
    people, shifts
        Who there is, and what has to be worked.
    cost
        Whole number from 0 that it costs to give somebody a shift; None where that cannot be.

    References
    ----------
    Kuhn (1955), Naval Research Logistics Quarterly 2(1-2); solved by scipy (Crouse 2016).
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not people or not shifts:
        return [None] * len(shifts)
    costs = [[cost(who, shift) for who in people] for shift in shifts]
    largest = 1 + max((c for row in costs for c in row if c is not None), default=0)
    refused = largest * (1 + min(len(people), len(shifts)))
    table = np.array([[refused if c is None else c for c in row] for row in costs], float)
    rows, columns = linear_sum_assignment(table)
    found: list[int | None] = [None] * len(shifts)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if costs[row][column] is not None:
            found[row] = people[column]
    return found
