"""All rows of the table, group by group."""

from __future__ import annotations

from patrolsim.verification import hyper, queue
from patrolsim.verification.rows import Row

GROUPS = {"queue": queue.rows, "hyper": hyper.rows}
"""What yields the rows of each group, in the order of the table."""


def all_rows() -> list[Row]:
    """Return all rows."""
    return [row for rows in GROUPS.values() for row in rows()]
