"""From the doors of a scenario's people to its places: travel times before and after a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.errors import MisfitError
from patrolsim.metrics.areas import areas_of
from patrolsim.network.joints import both_directions, ways_in, ways_out
from patrolsim.network.phases import check_phase, phase_of
from patrolsim.network.router import Router
from patrolsim.network.streets import NO_NODE, UNREACHABLE_US
from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from patrolsim.network.phases import Phase
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.world import World

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

SAME_S = 0.5e-6
"""Times are whole microseconds: what differs less does not differ."""


class Question(NamedTuple):
    """What is asked.

    Attributes
    ----------
    changes
        The interventions that are judged; empty for all that are not given.
    given
        Those that hold before and after.
    places
        The places to go to; empty for all named places.
    """

    changes: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


class PlainArcs(NamedTuple):
    """The streets as plain lists, with the times of those who are on an arc."""

    tail: list[int]
    head: list[int]
    twin: list[int]
    weight_us: list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoorTimes:
    """The times of one mode, for h doors and p places.

    Attributes
    ----------
    mode
        How people move.
    places
        The names of the places; of a group the nearest counts.
    areas
        The square of the map in which each door lies, as in `patrolsim.metrics.areas`.
    before_s, after_s
        The time from each door to each place in seconds, shape (h, p).
    """

    mode: str
    places: tuple[str, ...]
    areas: tuple[str, ...]
    before_s: Floats
    after_s: Floats

    @property
    def changed(self) -> npt.NDArray[np.bool_]:
        """Which doors have another time to some place; shape (h,)."""
        most_s = np.abs(self.after_s - self.before_s).max(axis=1)
        changed: npt.NDArray[np.bool_] = most_s > SAME_S
        return changed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIf:
    """What some interventions do to travel times.

    Attributes
    ----------
    changes, given
        The interventions that are judged, and those that hold before and after.
    modes
        The times by mode; only modes in which somebody gets from a door to a place.
    """

    changes: tuple[str, ...]
    given: tuple[str, ...]
    modes: tuple[DoorTimes, ...]


def ask_what_if(world: World, question: Question) -> WhatIf:
    """Return the times from everybody's base to the places, before and after some interventions.

    Nothing is simulated: people move at their usual speed, whatever the hour.

    Parameters
    ----------
    world
        A world of the scenario.
    question
        What is asked.

    Raises
    ------
    MisfitError
        If there is nothing to change, no such intervention or place, or nowhere to go to.
    NetworkError
        If the interventions would cut corners off.
    """
    names = [one.name for one in world.interventions]
    _check_known("intervention", (*question.changes, *question.given), names)
    changes = question.changes or tuple(n for n in names if n not in question.given)
    places = _places_asked(world, question.places)
    if not changes:
        raise _misfit("interventions", "there is no intervention to judge", "add one")
    before, after = (
        _phase(world, [n for n in names if n in held])
        for held in (question.given, {*question.given, *changes})
    )
    doors = [person.base for person in world.volunteers]
    found = (_door_times(world, (before, after), doors, places, m) for m in _modes(world))
    modes = tuple(times for times in found if times is not None)
    if not modes:
        raise _misfit("places", "no way leads from a door to a place", "look at the map")
    return WhatIf(changes=changes, given=question.given, modes=modes)


def solve_door_times(
    phase: Phase, doors: Sequence[Stop], places: Mapping[str, Sequence[Stop]], mode: int
) -> Ints:
    """Return the time from each door to the nearest stop of each place, shape (h, p).

    Parameters
    ----------
    phase
        The streets.
    doors, places
        Where people set out, and where they go to.
    mode
        Index of the mode.

    Returns
    -------
    ndarray of int64
        Microseconds; `UNREACHABLE_US` where no way leads.
    """
    streets, router = phase.streets, Router(phase.streets)
    arcs = _plain(streets, phase.local_us)
    exits = [(door, ways_out(arcs, door, mode)) for door in doors]
    found = np.full((len(doors), len(places)), UNREACHABLE_US, np.int64)
    for column, stops in enumerate(places.values()):
        for stop in stops:
            to_stop_us = _times_to(router, arcs, stop, mode)
            for row, (door, ways) in enumerate(exits):
                for way in ways:
                    if to_stop_us[way.node] < UNREACHABLE_US:
                        time_us = way.cost_us + door.off_road_us[mode] + int(to_stop_us[way.node])
                        found[row, column] = min(found[row, column], time_us)
                for time_us in _straight(arcs, door, stop, mode):
                    found[row, column] = min(found[row, column], time_us)
    return found


def _door_times(
    world: World,
    phases: tuple[Phase, Phase],
    doors: Sequence[Stop],
    places: Mapping[str, Sequence[Stop]],
    mode: int,
) -> DoorTimes | None:
    """Return the times of a mode, of the doors from which all places are reached."""
    before_us, after_us = (solve_door_times(phase, doors, places, mode) for phase in phases)
    kept = np.flatnonzero((np.maximum(before_us, after_us) < UNREACHABLE_US).all(axis=1))
    if not len(kept):
        return None
    x, y = (np.array([door[axis] for door in doors], np.float64)[kept] for axis in (0, 1))
    return DoorTimes(
        mode=world.streets.modes[mode].name,
        places=tuple(places),
        areas=tuple(areas_of(x, y, world.streets)),
        before_s=before_us[kept] / 1e6,
        after_s=after_us[kept] / 1e6,
    )


def _times_to(router: Router, arcs: PlainArcs, stop: Stop, mode: int) -> Ints:
    """Return the time from each corner to a stop."""
    best_us = np.full(len(router.streets.x), UNREACHABLE_US, np.int64)
    for joint in ways_in(arcs, stop, mode):
        row_us = router.times_to(joint.node, mode)
        more_us = joint.cost_us + stop.off_road_us[mode]
        is_reached = row_us < UNREACHABLE_US
        best_us = np.minimum(best_us, np.where(is_reached, row_us + more_us, UNREACHABLE_US))
    return best_us


def _straight(arcs: PlainArcs, door: Stop, stop: Stop, mode: int) -> Iterator[int]:
    """Yield the times to a stop that meet no corner: at the same place, or along one street."""
    if (door.x, door.y) == (stop.x, stop.y):
        yield 0
    first, last = door.spot(mode), stop.spot(mode)
    if first is None or last is None:
        return
    ends = {here.arc: here for here in both_directions(arcs, last)}
    off_us = door.off_road_us[mode] + stop.off_road_us[mode]
    for here in both_directions(arcs, first):
        there = ends.get(here.arc)
        if there is not None and there.share >= here.share:
            whole_us = arcs.weight_us[mode][here.arc]
            yield there.along_us(whole_us) - here.along_us(whole_us) + off_us


def _plain(streets: Streets, local_us: Ints) -> PlainArcs:
    ends = (streets.tail.tolist(), streets.head.tolist(), streets.twin.tolist())
    return PlainArcs(*ends, local_us.tolist())


def _phase(world: World, names: Collection[str]) -> Phase:
    """Return the streets while some interventions hold, whatever the time."""
    held = dict(enumerate(world.interventions))
    active = [number for number, one in held.items() if one.name in names]
    phase = phase_of(world.streets, held, active)
    check_phase(phase, [one.name for one in world.interventions])
    return phase


def _modes(world: World) -> list[int]:
    """Return the modes in which anybody of the scenario moves, rising."""
    used = {person.mode for person in world.volunteers}
    used |= {mode for person in world.volunteers for mode in person.mode_by_priority.values()}
    return sorted(used)


def _places_asked(world: World, names: Sequence[str]) -> dict[str, Sequence[Stop]]:
    """Return the places to go to; those that no mode reaches are left out unless named."""
    _check_known("place", names, list(world.places))
    chosen = names or [
        name
        for name, stops in world.places.items()
        if all(NO_NODE not in stop.nodes for stop in stops)
    ]
    if not chosen:
        raise _misfit("places", "there is no place to go to", "name one under places")
    return {name: world.places[name] for name in chosen}


def _check_known(what: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            hint = suggestion(name, known, otherwise=f"known: {', '.join(known) or 'none'}")
            key = "places" if what == "place" else "interventions"
            raise _misfit(key, f"there is no {what} called {quoted(name)}", hint)


def _misfit(key: str, message: str, hint: str) -> MisfitError:
    return MisfitError(("places",) if key == "places" else ("streets", key), message, hint)
