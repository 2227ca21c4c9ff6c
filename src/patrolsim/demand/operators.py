"""A line with operators: calls queue for a free one, and are known when the report is taken."""

from __future__ import annotations

from dataclasses import replace
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from patrolsim.eventlog import NEVER_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.demand.table import IncidentTable


def answer_calls(tables: Sequence[IncidentTable], operators: int) -> list[IncidentTable]:
    """Return the tables of all kinds that share a line, with the times at which each is known.

    First come, first served; ties: the kind that stands first, then the order drawn. Operators
    are no volunteers: nothing that a policy decides changes when they are free.

    Parameters
    ----------
    tables
        In `known_us` the moment of the call, and between it and `ready_us` the time that an
        operator takes for it.
    operators
        How many there are.
    """
    calls = sorted(
        (known_us, number, row, ready_us - known_us)
        for number, table in enumerate(tables)
        for row, (known_us, ready_us) in enumerate(
            zip(table.known_us.tolist(), table.ready_us.tolist(), strict=True)
        )
        if known_us != NEVER_US
    )
    known = [table.known_us.copy() for table in tables]
    ready = [table.ready_us.copy() for table in tables]
    free_us = [0] * operators
    heapify(free_us)
    for call_us, number, row, takes_us in calls:
        taken_us = max(call_us, free_us[0]) + takes_us
        heapreplace(free_us, taken_us)
        known[number][row] = ready[number][row] = taken_us
    return [
        replace(table, known_us=known_us, ready_us=ready_us)
        for table, known_us, ready_us in zip(tables, known, ready, strict=True)
    ]
