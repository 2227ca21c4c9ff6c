"""Everything that is measured of one replication."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import NEVER_US, NOBODY, Event
from patrolsim.incidents import Outcome
from patrolsim.metrics.alerts import Alerts, count_alerts
from patrolsim.metrics.areas import areas_of
from patrolsim.metrics.coverage import Cover, CoverPlan, measure_cover
from patrolsim.metrics.incidents import IncidentRows, incident_table
from patrolsim.metrics.patrol import Dose, patrol_dose
from patrolsim.metrics.searches import Searches, measure_searches
from patrolsim.metrics.services import Service, is_request, measure_services
from patrolsim.metrics.stakes import StakeTotals, stakes_by_kind
from patrolsim.metrics.workload import (
    VolunteerTime,
    Workload,
    summarise_workload,
    volunteer_time,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.eventlog import EventLog
    from patrolsim.metrics.facts import WorldFacts

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responses:
    """How a group of known incidents was answered.

    Attributes
    ----------
    response_s
        Time from known to first on scene of each known incident, rising; infinite where nobody
        came. So a quantile never gains from incidents that were not reached.
    with_target, within_target
        How many have a target, and how many of these were reached within it. Whoever gave up or
        was not served missed it.
    settled, escalated, gave_up, unserved
        How many ended how.
    """

    response_s: Floats
    with_target: int
    within_target: int
    settled: int
    escalated: int
    gave_up: int
    unserved: int

    @classmethod
    def none(cls) -> Responses:
        """Return the responses of a group without incidents."""
        return cls(
            response_s=np.empty(0),
            with_target=0,
            within_target=0,
            settled=0,
            escalated=0,
            gave_up=0,
            unserved=0,
        )

    @property
    def known(self) -> int:
        """How many there are."""
        return self.response_s.size

    @property
    def reached_s(self) -> Floats:
        """The response times of those that were reached, rising."""
        return self.response_s[np.isfinite(self.response_s)]

    @property
    def mean_s(self) -> float | None:
        """Mean over those that were reached: too low where some were not."""
        reached_s = self.reached_s
        return float(reached_s.mean()) if reached_s.size else None

    @property
    def share_within_target(self) -> float | None:
        """Share within the target; None when no incident has a target."""
        return self.within_target / self.with_target if self.with_target else None

    def quantile_s(self, order: float) -> float | None:
        """Return the time within which this share was reached (infinite when it never was).

        The estimator is ``inverted_cdf``: always a value that occurred. None without incidents.
        """
        if not self.response_s.size:
            return None
        return float(np.quantile(self.response_s, order, method="inverted_cdf"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Metrics:
    """What one replication under one strategy amounts to, warm-up left out.

    Attributes
    ----------
    responses
        All known incidents that are answered at once: requests are measured apart.
    by_kind, by_area, by_hour
        The same by name of the kind, square of the map (see `patrolsim.metrics.areas`) and hour
        of the day (``"00"`` to ``"23"``) in which they became known.
    by_team
        Those that were reached, by the team of the first on scene.
    never_known
        Incidents that nobody reported and no patrol saw.
    waiting_s, travel_s
        Sum of the times in the queue over all assigned incidents, and of the ways of the first
        on scene over all reached ones.
    assigned, travelled
        How many these are.
    workload
        Of everybody together; None when nobody was on duty.
    cover
        None without a forecast or a target.
    doses
        Of the hot spots, heaviest first; empty without a forecast.
    other_ways
        For each intervention of the streets that held, how many people went another way than
        planned when it began or ended.
    prevented, displaced
        Incidents that did not happen, or happened elsewhere, because a patrol had been there;
        None where the scenario does not assume that patrols have this effect.
    services
        How requests were served: all of them under the empty name, then by kind, catalogue and
        item; empty where there are no requests.
    stakes
        What was at stake and what was kept safe, by name of the kind; empty where nothing is.
    alerts
        What became of asking people who may decline; None where nothing is said of that.
    searches
        The searches by name of the kind; empty where nobody is looked for.
    """

    responses: Responses
    by_kind: Mapping[str, Responses]
    by_area: Mapping[str, Responses]
    by_hour: Mapping[str, Responses]
    by_team: Mapping[str, Responses]
    never_known: int
    waiting_s: float
    assigned: int
    travel_s: float
    travelled: int
    workload: Workload | None
    cover: Cover | None
    doses: tuple[Dose, ...]
    other_ways: Mapping[str, int] = field(default_factory=dict)
    prevented: int | None = None
    displaced: int | None = None
    services: Mapping[str, Service] = field(default_factory=dict)
    stakes: Mapping[str, StakeTotals] = field(default_factory=dict)
    alerts: Alerts | None = None
    searches: Mapping[str, Searches] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """What is read from a log before it is summed up.

    Attributes
    ----------
    incidents
        One row per incident that occurred.
    time
        Seconds per volunteer and state over the whole period.
    """

    incidents: IncidentRows
    time: VolunteerTime


def measure(log: EventLog, world: WorldFacts, *, cover: CoverPlan | None = None) -> Metrics:
    """Measure one replication.

    Parameters
    ----------
    log, world
        The run, and the world in which it happened.
    cover
        Points of demand to look at (see `patrolsim.metrics.coverage.plan_cover`); None leaves
        the cover out.
    """
    return summarise(incident_table(log, world), log, world, cover=cover)


def summarise(
    rows: IncidentRows, log: EventLog, world: WorldFacts, *, cover: CoverPlan | None = None
) -> Metrics:
    """Measure one replication whose incident table has been made already."""
    counted = rows.is_counted & ~is_request(world, rows.kind)
    known = counted & (rows.known_us < NEVER_US)
    from_us = world.warm_up_us
    waiting_us, assigned = _total(rows.waiting_us[counted])
    travel_us, travelled = _total(rows.travel_us[counted])
    return Metrics(
        responses=_responses(rows, world, known),
        by_kind=_by(_kinds(rows, world), rows, world, known),
        by_area=_by(areas_of(rows.x, rows.y, world.streets), rows, world, known),
        by_hour=_by(_hours(rows, world), rows, world, known),
        by_team=_by(_teams(rows, world), rows, world, known & (rows.first_volunteer != NOBODY)),
        never_known=int(np.count_nonzero(counted & ~known)),
        prevented=_deterred(log, world, Event.PREVENTED),
        displaced=_deterred(log, world, Event.DISPLACED),
        waiting_s=waiting_us / 1e6,
        assigned=assigned,
        travel_s=travel_us / 1e6,
        travelled=travelled,
        workload=summarise_workload(volunteer_time(log, world, from_us=from_us)),
        cover=None if cover is None else measure_cover(log, world, cover, from_us=from_us),
        doses=patrol_dose(log, world, from_us=from_us),
        other_ways=_other_ways(log, world, from_us),
        services=measure_services(log, rows, world),
        stakes=stakes_by_kind(rows, log, world),
        alerts=count_alerts(log, world, from_us=from_us),
        searches=measure_searches(rows, log, world),
    )


def _deterred(log: EventLog, world: WorldFacts, event: Event) -> int | None:
    """Count incidents that a patrol has prevented or displaced; None without that assumption."""
    if world.deterrable is None:
        return None
    events = log.events
    is_counted = (events.event == event) & (events.time_us >= world.warm_up_us)
    return int(np.count_nonzero(is_counted))


def _other_ways(log: EventLog, world: WorldFacts, from_us: int) -> dict[str, int]:
    """Count the people who went another way than planned, by the intervention that made them."""
    events = log.events
    is_counted = (events.event == Event.PLANNED_ANEW) & (events.time_us >= from_us)
    pairs = zip(
        events.detail[is_counted].tolist(), events.volunteer_id[is_counted].tolist(), strict=True
    )
    counts = Counter(number for number, _who in set(pairs))
    held = set(events.detail[events.event == Event.INTERVENTION_BEGAN].tolist())
    return {
        one.name: counts[number]
        for number, one in enumerate(world.interventions)
        if number in held
    }


def _responses(rows: IncidentRows, world: WorldFacts, chosen: Bools) -> Responses:
    response_us = rows.response_us[chosen]
    targets_us = _targets_us(world)[rows.kind[chosen]]
    has_target = targets_us < NEVER_US
    # A response that never happened is NEVER_US, and so above any target.
    within = has_target & (response_us <= targets_us)
    ends = np.bincount(rows.outcome[chosen], minlength=len(Outcome)).tolist()
    response_s = np.where(response_us < NEVER_US, response_us / 1e6, np.inf)
    return Responses(
        response_s=np.sort(response_s),
        with_target=int(np.count_nonzero(has_target)),
        within_target=int(np.count_nonzero(within)),
        settled=ends[Outcome.SETTLED],
        escalated=ends[Outcome.ESCALATED],
        gave_up=ends[Outcome.GAVE_UP],
        unserved=ends[Outcome.UNSERVED],
    )


def _targets_us(world: WorldFacts) -> Ints:
    targets_s = [kind.target_s for kind in world.kinds]
    return np.array([NEVER_US if t is None else round(t * 1e6) for t in targets_s], np.int64)


def _by(
    names: Sequence[str], rows: IncidentRows, world: WorldFacts, chosen: Bools
) -> dict[str, Responses]:
    """Return the responses of each group, in the order of their names."""
    group_of = np.array(names, dtype=np.str_)
    return {
        str(name): _responses(rows, world, chosen & (group_of == name))
        for name in np.unique(group_of[chosen])
    }


def _kinds(rows: IncidentRows, world: WorldFacts) -> list[str]:
    return [world.kinds[kind].name for kind in rows.kind.tolist()]


def _teams(rows: IncidentRows, world: WorldFacts) -> list[str]:
    people = world.volunteers
    return ["" if who == NOBODY else people[who].team for who in rows.first_volunteer.tolist()]


def _hours(rows: IncidentRows, world: WorldFacts) -> list[str]:
    """Return the hour of the day in which each became known."""
    start = world.start
    return [
        "" if known_us >= NEVER_US else f"{start + timedelta(microseconds=known_us):%H}"
        for known_us in rows.known_us.tolist()
    ]


def _total(times_us: Ints) -> tuple[int, int]:
    """Return the exact sum of the times that happened, and how many these are."""
    happened = times_us[times_us < NEVER_US]
    return int(happened.sum()), happened.size
