"""Send to all who wait at once: the pairs with the least total time of arrival.

Source: rule D4 of docs/policies.md; the assignment problem of Kuhn (1955), The Hungarian method,
Naval Research Logistics Quarterly 2, 83-97, solved by scipy (Crouse 2016, On implementing 2D
rectangular assignment algorithms, IEEE Transactions on Aerospace and Electronic Systems 52(4)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from patrolsim import Assignment, Parameter, PolicySpec, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim import OpenIncident, StateView

US_PER_S = 1_000_000
IMPOSSIBLE_US = 10**13
"""115 days: costs more than any arrival; hundreds of them are still exact in float64."""


class Place(NamedTuple):
    """One person that an incident misses: a row of the problem."""

    incident: OpenIncident
    skill: str | None


@dataclass(frozen=True, slots=True)
class BatchAssignment:
    """Pairs free people with all that is missing anywhere, and sends those of one incident.

    Looks at: all known incidents that miss people, who is free and fit, expected arrivals. It is
    asked about one incident at a time; what is best for all stays best for the rest. One search
    per waiting incident and O(n^2 m) for n missing and m free people.

    Attributes
    ----------
    by_queue
        With fewer people than are missing: the first in the queue are served; else the pairs
        with the least total.
    """

    by_queue: bool

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return the people who go to this incident when all waiting ones are paired."""
        rows = places_missing(view, incident)
        pairs = self._pairs(view, rows)
        ids = tuple(who for row, who in pairs if rows[row].incident is incident)
        return Assignment(incident.incident_id, ids) if ids else None

    def _pairs(self, view: StateView, rows: Sequence[Place]) -> list[tuple[int, int]]:
        """Return (row, volunteer) of the best pairs, by row."""
        costs_us, people = costs_of(view, rows)
        if not people:
            return []
        chosen = choose_rows(costs_us) if self.by_queue else list(range(len(rows)))
        pairs = assign(costs_us[chosen])
        return [(chosen[row], people[column]) for row, column in pairs]


def places_missing(view: StateView, incident: OpenIncident) -> list[Place]:
    """Return whom all known incidents and this one miss, first in the queue first."""
    waiting = {one.incident_id: one for one in view.open_incidents}
    waiting[incident.incident_id] = incident
    ranked = sorted(waiting.values(), key=_in_queue)
    return [Place(one, skill) for one in ranked for skill in one.skills]


def costs_of(view: StateView, rows: Sequence[Place]) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Return the arrivals in microseconds, shape (n_rows, n_people), and who the people are.

    `IMPOSSIBLE_US` stands for people who cannot fill a place.
    """
    import numpy as np

    arrivals = {row.incident.incident_id: _arrivals_us(view, row.incident) for row in rows}
    people = sorted({who for found in arrivals.values() for who in found})
    costs_us = np.full((len(rows), len(people)), IMPOSSIBLE_US, np.int64)
    for number, row in enumerate(rows):
        found = arrivals[row.incident.incident_id]
        for column, who in enumerate(people):
            if who in found and _fits(view, who, row.skill):
                costs_us[number, column] = found[who]
    return costs_us, people


def choose_rows(costs_us: npt.NDArray[np.int64]) -> list[int]:
    """Return the rows that get somebody when earlier rows come first.

    A row is taken if it and all rows taken before can be served together (a greedy basis of the
    transversal matroid, so as many rows are served as can be).
    """
    possible = costs_us < IMPOSSIBLE_US
    holder: dict[int, int] = {}
    return [row for row in range(len(costs_us)) if _seat(row, possible, holder, set())]


def _seat(
    row: int, possible: npt.NDArray[np.bool_], holder: dict[int, int], tried: set[int]
) -> bool:
    """Find a column for a row, moving earlier rows to other columns if need be."""
    for column in possible[row].nonzero()[0].tolist():
        if column in tried:
            continue
        tried.add(column)
        if column not in holder or _seat(holder[column], possible, holder, tried):
            holder[column] = row
            return True
    return False


def assign(costs_us: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the (row, column) pairs of least total, without impossible ones, by row."""
    from scipy.optimize import linear_sum_assignment

    if costs_us.size == 0:
        return []
    found = linear_sum_assignment(costs_us)
    pairs = zip(found[0].tolist(), found[1].tolist(), strict=True)
    return [(row, column) for row, column in pairs if costs_us[row, column] < IMPOSSIBLE_US]


def _arrivals_us(view: StateView, incident: OpenIncident) -> dict[int, int]:
    everybody = view.nearest(incident, len(view.available(incident)))
    return {one.volunteer_id: round(one.eta_s * US_PER_S) for one in everybody}


def _fits(view: StateView, volunteer_id: int, skill: str | None) -> bool:
    return skill is None or skill in view.volunteer(volunteer_id).skills


def _in_queue(incident: OpenIncident) -> tuple[int, float, int]:
    return incident.priority, incident.known_s, incident.incident_id


BATCH_ASSIGNMENT = PolicySpec(
    name="batch_assignment",
    role=Role.DISPATCH,
    build=lambda parameters: BatchAssignment(parameters["surplus"] == "queue"),
    about="Pairs all free people with all waiting incidents for the least total arrival.",
    parameters={
        "surplus": Parameter(
            kind="text",
            default="queue",
            choices=("queue", "least_total"),
            about="Who is served when people are too few: the first in the queue, or the nearest.",
        ),
    },
)
