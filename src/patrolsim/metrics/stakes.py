"""What was at stake in incidents of each kind, and how much of it was kept safe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import Event

if TYPE_CHECKING:
    from patrolsim.eventlog import EventLog
    from patrolsim.metrics.facts import WorldFacts
    from patrolsim.metrics.incidents import IncidentRows


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeTotals:
    """The amounts of all counted incidents of a kind, also of those that nobody reported.

    Attributes
    ----------
    unit
        What is counted.
    at_stake, kept_safe
        How much could be lost, and how much was kept safe because work started in time. What is
        undecided at the end of the run is not kept safe.
    """

    unit: str
    at_stake: int
    kept_safe: int


def stakes_by_kind(rows: IncidentRows, log: EventLog, world: WorldFacts) -> dict[str, StakeTotals]:
    """Return the totals of each kind with something at stake, in the order of the scenario."""
    risky = [index for index, kind in enumerate(world.kinds) if kind.stake is not None]
    if not risky:
        return {}
    at_stake = _amounts(rows, log, Event.AT_STAKE, len(world.kinds))
    kept_safe = _amounts(rows, log, Event.STAKE_KEPT, len(world.kinds))
    return {
        world.kinds[index].name: StakeTotals(
            unit=stake.unit, at_stake=at_stake[index], kept_safe=kept_safe[index]
        )
        for index in risky
        if (stake := world.kinds[index].stake) is not None
    }


def _amounts(rows: IncidentRows, log: EventLog, event: Event, kinds: int) -> list[int]:
    """Return the sum of the amounts that an event names, by index of the kind."""
    events = log.events
    chosen = np.flatnonzero(events.event == event)
    order = np.argsort(rows.incident_id, kind="stable")
    found = order[np.searchsorted(rows.incident_id, events.incident_id[chosen], sorter=order)]
    totals = np.zeros(kinds, np.int64)
    amounts = np.where(rows.is_counted[found], events.detail[chosen], 0)
    np.add.at(totals, rows.kind[found], amounts)
    return [int(total) for total in totals]
