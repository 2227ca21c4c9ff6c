"""Volunteers of a scenario: the same people every day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError, Problem, ScenarioError
from patrolsim.eventlog import NEVER_US
from patrolsim.network.streets import NO_NODE
from patrolsim.units import to_us
from patrolsim.volunteers.people import Volunteer
from patrolsim.world.places import read_rows, where_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from patrolsim.network.streets import Stop, Streets
    from patrolsim.scenario.models import TeamModel
    from patrolsim.streams import RandomStreams
    from patrolsim.world.places import Gazetteer

    Snap = Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], list[Stop]]

MOST_SHOWN = 20
STATIONS = "stations"
"""The group of places that the members of a JEMSS city belong to, by number from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What is needed to say who everybody is.

    Attributes
    ----------
    gazetteer, places, streets
        Where things are: points in metres, stops by name, the network.
    snap, snap_drawn
        Join points to the streets; points that were drawn need not keep the limit.
    streams
        Random numbers of the people: the same in every replication.
    default_mode
        Index of the mode of a team that names none.
    mode_by_priority
        Modes by priority that a city file brings.
    """

    gazetteer: Gazetteer
    places: Mapping[str, tuple[Stop, ...]]
    streets: Streets
    snap: Snap
    snap_drawn: Snap
    streams: RandomStreams
    default_mode: int
    mode_by_priority: Mapping[int, int]


def make_team(name: str, model: TeamModel, census: Census, first_id: int) -> list[Volunteer]:
    """Return the members of a team, numbered from `first_id`.

    Raises
    ------
    ScenarioError, NetworkError
        If a member or post does not exist, or somebody's base cannot be reached.
    """
    bases = _bases(name, model, census)
    count = len(bases)
    ids = np.arange(count, dtype=np.int64)
    modes = _modes(name, model, census, count)
    skills = _skills(name, model, census, ids)
    patrols = census.streams.uniforms(f"patrols/{name}", ids) < model.patrols
    by_priority = dict(census.mode_by_priority)
    by_priority |= {p: census.streets.mode_index(m) for p, m in model.mode_by_priority.items()}
    people = [
        Volunteer(
            volunteer_id=first_id + number,
            team=name,
            label=f"{name} {number + 1}",
            mode=modes[number],
            mode_by_priority=by_priority,
            base=base,
            base_name=base_name,
            skills=skills[number],
            patrols=bool(patrols[number]),
            acceptance=model.acceptance,
            answers_after=model.answers_after,
            turnout=model.turnout,
            overtime_us=_overtime_us(model.overtime),
        )
        for number, (base, base_name) in enumerate(bases)
    ]
    _check_reach(people, census.streets)
    return people


def _bases(name: str, model: TeamModel, census: Census) -> list[tuple[Stop, str]]:
    """Return base and name of the base of each member."""
    if model.members is not None:
        return _bases_of_members(model.members, census)
    count = model.number or 0
    if model.posts:
        posts = [(stop, post) for post in model.posts for stop in census.places[post]]
        return [posts[number % len(posts)] for number in range(count)]
    ids = np.arange(count, dtype=np.int64)
    x, y = census.gazetteer.area(model.homes).sample(ids, f"home/{name}", census.streams)
    return [(stop, "") for stop in census.snap_drawn(x, y)]


def _bases_of_members(members: Path, census: Census) -> list[tuple[Stop, str]]:
    """Return the bases that a table of members names, row by row."""
    problems: list[Problem] = []
    named: dict[int, tuple[Stop, str]] = {}
    points: dict[int, tuple[float, float]] = {}
    for number, (line, row) in enumerate(read_rows(members)):
        try:
            base = _named_base(row, census)
            if base is None:
                points[number] = census.gazetteer.point(where_of(row))
            else:
                named[number] = base
        except (NetworkError, ValueError) as error:
            problems.append(Problem(line, 1, None, str(error)))
        if len(problems) >= MOST_SHOWN:
            break
    if not named and not points and not problems:
        problems.append(Problem(None, None, None, "the table has no members"))
    if problems:
        raise ScenarioError(str(members), tuple(problems))
    if points:
        x, y = (np.array(values) for values in zip(*points.values(), strict=True))
        stops = census.snap(x, y)
        named |= {number: (stop, "") for number, stop in zip(points, stops, strict=True)}
    return [named[number] for number in sorted(named)]


def _named_base(row: Mapping[str, str], census: Census) -> tuple[Stop, str] | None:
    """Return the post of a member: by name, or by the number of a station of a city."""
    post = (row.get("post") or "").strip()
    if post:
        if post not in census.places:
            raise NetworkError(f"post: there is no place {post!r}")
        return census.places[post][0], post
    station = (row.get("stationIndex") or "").strip()
    if not station:
        return None
    stations = census.places.get(STATIONS, ())
    if not station.isdecimal() or not 1 <= int(station) <= len(stations):
        raise NetworkError(f"stationIndex: {station!r} is no station from 1 to {len(stations)}")
    return stations[int(station) - 1], f"station {station}"


def _modes(name: str, model: TeamModel, census: Census, count: int) -> list[int]:
    """Deal the modes by largest remainder, to people in an order drawn once."""
    if not model.modes:
        return [census.default_mode] * count
    shares = [(census.streets.mode_index(mode), share) for mode, share in model.modes.items()]
    whole = [int(share * count) for _, share in shares]
    rest = [share * count - number for (_, share), number in zip(shares, whole, strict=True)]
    for index in sorted(range(len(shares)), key=lambda i: (-rest[i], i))[: count - sum(whole)]:
        whole[index] += 1
    dealt = [mode for (mode, _), number in zip(shares, whole, strict=True) for _ in range(number)]
    order = _shuffled(f"mode/{name}", census.streams, count)
    modes = [census.default_mode] * count
    for place, mode in zip(order, dealt, strict=False):
        modes[place] = mode
    return modes


def _skills(
    name: str, model: TeamModel, census: Census, ids: npt.NDArray[np.int64]
) -> list[frozenset[str]]:
    """Say who has which skill: the given share of people, at least one of them."""
    owners: list[set[str]] = [set() for _ in range(len(ids))]
    for skill, share in model.skills.items():
        wanted = max(1, round(share * len(ids))) if share > 0 else 0
        for place in _shuffled(f"skill/{name}/{skill}", census.streams, len(ids))[:wanted]:
            owners[place].add(skill)
    return [frozenset(owned) for owned in owners]


def _shuffled(purpose: str, streams: RandomStreams, count: int) -> list[int]:
    keys = streams.uniforms(purpose, np.arange(count, dtype=np.int64))
    return [int(place) for place in np.argsort(keys, kind="stable")]


def _overtime_us(overtime: str | float) -> int:
    if overtime == "finish":
        return NEVER_US
    return 0 if isinstance(overtime, str) else to_us(overtime)


def _check_reach(people: Sequence[Volunteer], streets: Streets) -> None:
    """Refuse people who could never leave their base."""
    stuck = [p for p in people if p.base.nodes[p.mode] == NO_NODE]
    if stuck:
        person = stuck[0]
        mode = streets.modes[person.mode].name
        where = f"({person.base.x:.0f} m, {person.base.y:.0f} m)"
        raise NetworkError(
            f"{len(stuck)} people cannot leave their base by {mode}; the first is {person.label}"
            f" at {where}: choose another mode, base or snap_limit"
        )
