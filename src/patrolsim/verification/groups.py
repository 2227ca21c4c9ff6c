"""All rows of the table, group by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.verification import demand, formulas, geo, hyper, patrol, queue, search, traces

if TYPE_CHECKING:
    from patrolsim.verification.rows import Row

GROUPS = {
    "trace": traces.rows,
    "queue": queue.rows,
    "hyper": hyper.rows,
    "geo": geo.rows,
    "patrol": patrol.rows,
    "search": search.rows,
    "demand": demand.rows,
    "formula": formulas.rows,
}
"""What yields the rows of each group, in the order of the table."""


def all_rows() -> list[Row]:
    """Return all rows."""
    return [row for rows in GROUPS.values() for row in rows()]
