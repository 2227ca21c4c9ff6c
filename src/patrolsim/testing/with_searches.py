"""The same world with people to look for, for policies that search; and others to look for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from patrolsim.demand.search_ground import make_search_ground
from patrolsim.demand.subjects import DRAWN_AS
from patrolsim.distributions import Fixed
from patrolsim.incidents import Movement, Outcome, Search, StartsWith
from patrolsim.streams import RandomStreams
from patrolsim.units import to_us

if TYPE_CHECKING:
    from patrolsim.incidents import Kind
    from patrolsim.policy import SearchTask, Sweep
    from patrolsim.world import World

GIVE_UP_S = 2400.0
EVERY = 3
"""One kind in so many begins with a search: the first, and the one that needs two people."""
SEARCH = Search(
    ring_m=350.0,
    streets=1.0,
    paths=1.0,
    places=(("gate", 3.0),),
    near_m=200.0,
    sweep_m=20.0,
    passers_by_m=0.0,
    street_m=40.0,
    speed_mps=1.0,
    movement=None,
    target_s=None,
    when_lost=Outcome.ESCALATED,
)
WALKS = Movement(speed_mps=0.4, lasts=Fixed(1200.0))


def with_searches(world: World) -> World:
    """Return a world in which every third kind begins with a search, unless patrols see it.

    Whoever is looked for in the first kind stays, in the next they walk about. People search in
    their own mode. A world without a street between two corners is left as it is.
    """
    numbers = [n for n in range(0, len(world.kinds), EVERY) if not world.kinds[n].seen_by_patrols]
    draws = [(world.places[name], times) for name, times in SEARCH.places]
    kinds, grounds = list(world.kinds), {}
    for number in numbers:
        search = replace(SEARCH, movement=WALKS if number % 2 else None)
        ground = make_search_ground(world.streets, search, 0, draws)
        if ground is None:
            return world
        kinds[number], grounds[number, 0] = _with_search(kinds[number], search), ground
    stage_us = world.incidents.stage_us.copy()
    is_searched = [kind in numbers for kind in world.incidents.kind.tolist()]
    stage_us[is_searched, 0] = to_us(GIVE_UP_S)
    table = replace(world.incidents, stage_us=stage_us)
    return replace(world, kinds=tuple(kinds), incidents=table, searches=grounds)


def _with_search(kind: Kind, search: Search) -> Kind:
    first, *rest = kind.stages
    looks = replace(first, search=search, takes=Fixed(GIVE_UP_S), starts_with=StartsWith.FIRST)
    return replace(kind, stages=(looks, *rest))


def with_other_subject(world: World, incident_id: int) -> World:
    """Return a world in which somebody else is looked for, somewhere else, at one incident."""
    return replace(world, streams=_OtherSubject(world.streams, incident_id))


class _OtherSubject(RandomStreams):
    """The random numbers of a replication, but others for the subject of one search."""

    def __init__(self, streams: RandomStreams, incident_id: int) -> None:
        super().__init__(streams.root, streams.replication)
        self._incident_id = incident_id

    def uniform(self, purpose: str, *ids: int) -> float:
        """Return the number of a key."""
        is_other = purpose.startswith(DRAWN_AS) and ids == (self._incident_id,)
        return super().uniform(f"another {purpose}" if is_other else purpose, *ids)


def takes_claimed(task: SearchTask, sweep: Sweep) -> bool:
    """Whether a sweep leads through a street that another searcher has claimed."""
    claimed = {
        frozenset({int(task.tail[street]), int(task.head[street])})
        for street in task.is_claimed.nonzero()[0]
    }
    steps = zip(sweep.nodes, sweep.nodes[1:], strict=False)
    return any(frozenset(step) in claimed for step in steps)
