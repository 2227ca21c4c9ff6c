"""Policies with one fault each, named after the check that must catch it; never installed.

Each is sound in all else, so that no other check may blame it.
"""

from __future__ import annotations

import os
import random  # noqa: TID251 - a fault that is meant
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from patrolsim import (
    Assignment,
    Base,
    Explanation,
    GoTo,
    OpenIncident,
    Parameter,
    PolicySpec,
    Role,
    ShiftPlan,
    StateView,
    Sweep,
    Visit,
    Walk,
    hookimpl,
)
from patrolsim.demand.subjects import draw_subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import RosterView, SearchTask

FAR_S = 1e9
NUMBERS = random.Random(7)  # noqa: S311 - a fault that is meant
TEAM_NAMES = tuple(f"street {number}" for number in range(9))


class Nearest:
    """The closest dispatch; faulty ones choose among the nearest in another way."""

    def dispatch(self, view: StateView, incident: OpenIncident) -> Any:
        found = [one.volunteer_id for one in view.nearest(incident, 4)]
        if not found:
            return None
        return Assignment(incident.incident_id, (found[self.pick(view, incident, len(found))],))

    def pick(self, _view: Any, _incident: OpenIncident, _count: int) -> int:
        return 0


class SendsTheFirstOnDuty(Nearest):
    def dispatch(self, view: StateView, incident: OpenIncident) -> Any:
        return Assignment(incident.incident_id, (view.on_duty()[0],))


class WaitsNowhere:
    def standby(self, _view: StateView, _volunteer_id: int) -> Any:
        return GoTo(float("nan"), 0.0)


class WalksThroughWalls:
    def next_patrol(self, view: StateView, volunteer_id: int) -> Any:
        return Walk(((view.node_of(volunteer_id) + 12) % 25,), 60.0)


class NeverEnds:
    def plan_roster(self, view: RosterView) -> Any:
        return [ShiftPlan(0, 0.0, view.period_s + 1.0)]


class SetsTheClock(Nearest):
    def pick(self, view: Any, _incident: OpenIncident, _count: int) -> int:
        try:
            view.now_s = 0.0
        except AttributeError:
            return 0
        return 0


class DrawsFromPython(Nearest):
    def pick(self, _view: Any, _incident: OpenIncident, count: int) -> int:
        return random.randrange(count)  # noqa: S311


class DrawsFromNumpy:
    def next_patrol(self, view: StateView, volunteer_id: int) -> Any:
        ways = view.neighbours(volunteer_id, view.node_of(volunteer_id))
        return Visit(ways[np.random.randint(len(ways))], 60.0) if ways else None  # noqa: NPY002


class LooksAtTheClock(Nearest):
    def pick(self, _view: Any, _incident: OpenIncident, count: int) -> int:
        return time.perf_counter_ns() // 100 % count


class AsksTheSystem:
    def standby(self, view: StateView, volunteer_id: int) -> Any:
        posts = [(x, y) for _name, x, y in view.posts()]
        open_posts = [one for one in posts if view.travel_time_s(volunteer_id, *one) < FAR_S]
        return GoTo(*open_posts[os.urandom(1)[0] % len(open_posts)]) if open_posts else None


class CountsForAll(Nearest):
    calls: ClassVar[list[int]] = []

    def pick(self, _view: Any, incident: OpenIncident, count: int) -> int:
        self.calls.append(incident.incident_id)
        return len(self.calls) % count


class DrawsFromItsModule(Nearest):
    def pick(self, _view: Any, _incident: OpenIncident, count: int) -> int:
        return NUMBERS.randrange(count)


class IsKept(Nearest):
    """Counts in itself, as is right; but it is built only once."""

    def __init__(self) -> None:
        self.calls = 0

    def pick(self, _view: Any, _incident: OpenIncident, count: int) -> int:
        self.calls += 1
        return self.calls % count


KEPT = IsKept()


class KnowsTheWork(Nearest):
    def pick(self, view: Any, incident: OpenIncident, count: int) -> int:
        work_us = int(view._world.incidents.stage_us[incident.incident_id, 0])
        return count - 1 if work_us > 1_500_000_000 else 0


class KnowsWhatIsNext:
    """Goes to wait where the next call will be: it finds the world through a method's owner."""

    def standby(self, view: Any, volunteer_id: int) -> Any:
        table = view.on_duty.__self__._world.incidents
        later = np.flatnonzero(table.occurred_us > view.now_s * 1e6)
        if not len(later):
            return Base.OWN
        x, y = float(table.x[later[0]]), float(table.y[later[0]])
        return GoTo(x, y) if view.travel_time_s(volunteer_id, x, y) < FAR_S else Base.OWN


class NearestStreet:
    """Searches the nearest street that nobody has claimed; faulty ones choose in another way."""

    def next_search(self, view: StateView, task: SearchTask) -> Any:
        streets = np.flatnonzero(self.is_open(task) & np.isfinite(task.tail_s + task.head_s))
        if not len(streets):
            return None
        street = self.pick(view, task, streets[np.argsort(task.tail_s[streets], kind="stable")])
        return Sweep((int(task.tail[street]), int(task.head[street])))

    def is_open(self, task: SearchTask) -> Any:
        return ~task.is_claimed

    def pick(self, _view: Any, _task: SearchTask, streets: Any) -> int:
        return int(streets[0])


class SearchesWhereNoStreetIs(NearestStreet):
    def next_search(self, _view: StateView, task: SearchTask) -> Any:
        return Sweep((int(task.tail[0]), int(task.head[-1])))


class SearchesWithOthers(NearestStreet):
    def is_open(self, task: SearchTask) -> Any:
        return task.sweep_s > 0


class DrawsAStreet(NearestStreet):
    def pick(self, _view: Any, _task: SearchTask, streets: Any) -> int:
        return int(np.random.choice(streets))  # noqa: NPY002


class KnowsWhereTheyAre(NearestStreet):
    """Goes to the lost: it finds the world through a method's owner, and draws them as it does."""

    def pick(self, view: Any, task: SearchTask, streets: Any) -> int:
        world = view.on_duty.__self__._world
        row = world.incidents.row(task.incident_id)
        subject = draw_subject(world.searches[row.kind, 0], world.streets, row, 0, world.streams)
        arc = world.streets.tail[subject.parts[-1].arc], world.streets.head[subject.parts[-1].arc]
        here = [s for s in streets if (task.tail[s], task.head[s]) == arc]
        return int(here[0] if here else streets[0])


class VisitsTheBusiest:
    def next_patrol(self, view: StateView, _volunteer_id: int) -> Any:
        return Visit(view.hot_spots(1)[0].node, 600.0)


class TakesTimesForNames(Nearest):
    def __init__(self) -> None:
        self.seen: dict[tuple[float, str], int] = {}

    def pick(self, _view: Any, incident: OpenIncident, _count: int) -> int:
        key = incident.known_s, incident.kind
        if self.seen.setdefault(key, incident.incident_id) != incident.incident_id:
            raise ValueError("two calls of one name")
        return 0


class NeedsSomebody(Nearest):
    def dispatch(self, view: StateView, incident: OpenIncident) -> Any:
        max(view.on_duty())
        return super().dispatch(view, incident)


class TakesTheSecondStreet:
    def next_patrol(self, view: StateView, volunteer_id: int) -> Any:
        return Visit(view.neighbours(volunteer_id, view.node_of(volunteer_id))[1], 60.0)


class PromisesTooMuch(Nearest):
    promises = frozenset({"nearest", "work_conserving"})

    def pick(self, _view: Any, _incident: OpenIncident, count: int) -> int:
        return count - 1


class DrawsToExplain(Nearest):
    def pick(self, view: Any, _incident: OpenIncident, count: int) -> int:
        return int(view.rng.integers(count))

    def explain(self, view: StateView, _incident: OpenIncident, _decision: object) -> Explanation:
        return Explanation(f"a number: {view.rng.integers(9)}")


class GoesByASet(Nearest):
    def pick(self, _view: Any, incident: OpenIncident, count: int) -> int:
        names = set(TEAM_NAMES[: 3 + incident.incident_id % 6])
        return TEAM_NAMES.index(next(iter(names))) % count


class IsSlow(Nearest):
    def pick(self, _view: Any, incident: OpenIncident, _count: int) -> int:
        if incident.incident_id > 12:  # not in the many small worlds: this test need not be slow
            start_ns = time.thread_time_ns()
            while time.thread_time_ns() < start_ns + 30_000_000:
                pass
        return 0


@dataclass(frozen=True)
class Built(Nearest):
    reserve: int

    @classmethod
    def by_a_wrong_name(cls, parameters: Mapping[str, Any]) -> Built:
        return cls(parameters["reserved"])

    @classmethod
    def by_choice(cls, parameters: Mapping[str, Any]) -> Built:
        return cls({"few": 1, "some": 2}[parameters["keep"]])

    @classmethod
    def plain(cls, _parameters: Mapping[str, Any]) -> Built:
        return cls(1)


RESERVE = Parameter(kind="count", default=2)
KEEP = Parameter(kind="text", default="few", choices=("few", "some", "many"))
NO_NUMBER = Parameter(kind="number", default=float("nan"))

FAULTS: Mapping[str, tuple[tuple[Role, Any], ...]] = {
    "feasible": (
        (Role.DISPATCH, SendsTheFirstOnDuty),
        (Role.STANDBY, WaitsNowhere),
        (Role.PATROL, WalksThroughWalls),
        (Role.ROSTER, NeverEnds),
        (Role.SEARCH, SearchesWhereNoStreetIs),
    ),
    "unclaimed": ((Role.SEARCH, SearchesWithOthers),),
    "no_mutation": ((Role.DISPATCH, SetsTheClock),),
    "no_global_random": (
        (Role.DISPATCH, DrawsFromPython),
        (Role.PATROL, DrawsFromNumpy),
        (Role.SEARCH, DrawsAStreet),
    ),
    "deterministic": ((Role.DISPATCH, LooksAtTheClock), (Role.STANDBY, AsksTheSystem)),
    "no_shared_state": ((Role.DISPATCH, CountsForAll), (Role.DISPATCH, DrawsFromItsModule)),
    "no_peeking": (
        (Role.DISPATCH, KnowsTheWork),
        (Role.STANDBY, KnowsWhatIsNext),
        (Role.SEARCH, KnowsWhereTheyAre),
    ),
    "unreachable": ((Role.PATROL, VisitsTheBusiest),),
    "one_instant": ((Role.DISPATCH, TakesTimesForNames),),
    "nobody_free": ((Role.DISPATCH, NeedsSomebody),),
    "any_world": ((Role.PATROL, TakesTheSecondStreet),),
    "audited": ((Role.DISPATCH, PromisesTooMuch),),
    "explains": ((Role.DISPATCH, DrawsToExplain),),
    "hash_order": ((Role.DISPATCH, GoesByASet),),
    "quick": ((Role.DISPATCH, IsSlow),),
}
"""By the check that must catch it."""
SPECIAL = {
    "builds": PolicySpec(
        name="by_a_wrong_name",
        role=Role.DISPATCH,
        build=Built.by_a_wrong_name,
        parameters={"reserve": RESERVE},
    ),
    "parameters": PolicySpec(
        name="by_choice", role=Role.DISPATCH, build=Built.by_choice, parameters={"keep": KEEP}
    ),
    "parameters ": PolicySpec(
        name="no_number", role=Role.DISPATCH, build=Built.plain, parameters={"x": NO_NUMBER}
    ),
    "no_shared_state": PolicySpec(
        name="is_kept", role=Role.DISPATCH, build=lambda _parameters: KEPT
    ),
}


def specs() -> list[tuple[str, PolicySpec]]:
    """Return each faulty policy with the name of the check that must catch it."""
    plain = [
        (check, PolicySpec(name=fault.__name__, role=role, build=_builder(fault)))
        for check, faults in FAULTS.items()
        for role, fault in faults
    ]
    return plain + [(check.strip(), spec) for check, spec in SPECIAL.items()]


def _builder(fault: Any) -> Any:
    return lambda _parameters: fault()


@hookimpl
def patrolsim_policies() -> Sequence[PolicySpec]:
    """Offer them all."""
    return [spec for _check, spec in specs()]
