"""Volunteers of a scenario: the same people every day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.demand.rows import TableProblems, position_in, read_rows
from patrolsim.errors import NetworkError
from patrolsim.eventlog import NEVER_US
from patrolsim.network.datum import Datum
from patrolsim.network.streets import NO_NODE
from patrolsim.units import quoted, to_us
from patrolsim.volunteers.people import Volunteer
from patrolsim.world.far_points import advised
from patrolsim.world.misfits import about
from patrolsim.world.trades import dealt_out, divide_team, habits_of, join_dates, shuffled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from patrolsim.demand.rows import Row
    from patrolsim.network.streets import Stop, Streets
    from patrolsim.scenario.team_models import TeamModel
    from patrolsim.streams import RandomStreams
    from patrolsim.world.places import Gazetteer, Position
    from patrolsim.world.reach import Reach
    from patrolsim.world.trades import Crew, Joining

LONGEST_NUMBER = 9
"""Digits of the number of a station; Python reads no number of thousands of digits."""
STATIONS = "stations"
"""The group of places that the members of a JEMSS city belong to, by number from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What is needed to say who everybody is.

    Attributes
    ----------
    gazetteer, places, streets
        Where things are: points in metres, stops by name, the network.
    reach
        Joins points to the streets.
    streams
        Random numbers of the people: the same in every replication.
    default_mode
        Index of the mode of a team that names none.
    mode_by_priority
        Modes by priority that a city file brings.
    start
        First moment of the period, local time.
    """

    gazetteer: Gazetteer
    places: Mapping[str, tuple[Stop, ...]]
    streets: Streets
    reach: Reach
    streams: RandomStreams
    default_mode: int
    mode_by_priority: Mapping[int, int]
    start: datetime


def make_team(name: str, model: TeamModel, census: Census, first_id: int) -> list[Volunteer]:
    """Return the members of a team, numbered from `first_id`.

    Raises
    ------
    ScenarioError, NetworkError
        If a member or post does not exist, or somebody's base cannot be reached.
    """
    if model.members is not None:
        listed = _bases_of_members(model.members, census, Datum(model.coords))
        count = len(listed)
    else:
        listed, count = None, model.number or 0
    joining = join_dates(model, count, census.start)
    people: list[Volunteer] = []
    for crew in divide_team(name, model, count, census.streams):
        bases = _bases(crew, census) if listed is None else [listed[n] for n in crew.numbers]
        people += _make_crew(crew, bases, joining, census)
    people = [
        replace(person, volunteer_id=first_id + person.volunteer_id)
        for person in sorted(people, key=lambda person: person.volunteer_id)
    ]
    _check_reach(people, census.streets)
    return people


def _make_crew(
    crew: Crew, bases: Sequence[tuple[Stop, str]], joining: Joining, census: Census
) -> list[Volunteer]:
    """Return the people of one trade, with the numbers that they have in their team."""
    key, model, count = crew.key, crew.model, len(crew.numbers)
    modes = _modes(key, model, census, count)
    skills = _skills(key, model, census, count)
    patrolling = _share_of(model.patrols, f"patrols/{key}", census.streams, count)
    by_priority = dict(census.mode_by_priority)
    by_priority |= {p: census.streets.mode_index(m) for p, m in model.mode_by_priority.items()}
    return [
        Volunteer(
            volunteer_id=number,
            team=crew.team,
            label=f"{crew.team} {number + 1}",
            mode=modes[place],
            mode_by_priority=by_priority,
            base=bases[place][0],
            base_name=bases[place][1],
            skills=skills[place],
            patrols=place in patrolling,
            acceptance=model.acceptance,
            answers_after=model.answers_after,
            turnout=model.turnout,
            overtime_us=_overtime_us(model.overtime),
            trade=crew.trade,
            habits=habits_of(model),
            joins_us=joining.joins_us[number],
            learns_us=joining.learns_us[number],
        )
        for place, number in enumerate(crew.numbers)
    ]


def _bases(crew: Crew, census: Census) -> list[tuple[Stop, str]]:
    """Return base and name of the base of each of some people: a post in turn, or a home."""
    model, count = crew.model, len(crew.numbers)
    if model.posts:
        posts = [(stop, post) for post in model.posts for stop in census.places[post]]
        return [posts[number % len(posts)] for number in range(count)]
    area = census.gazetteer.area(model.homes)
    way = ("teams", crew.team, *crew.way_to("homes"))
    with about(*way):
        census.reach.check_area(".".join(way), area)
    ids = np.arange(count, dtype=np.int64)
    x, y = area.sample(ids, f"home/{crew.key}", census.streams)
    return [(stop, "") for stop in census.reach.snap_drawn(x, y)]


def _bases_of_members(members: Path, census: Census, datum: Datum) -> list[tuple[Stop, str]]:
    """Return the bases that a table of members names, row by row."""
    problems = TableProblems(members)
    bases: list[tuple[Stop, str] | None] = []
    places: list[tuple[int, Position]] = []
    for line, row in read_rows(members, problems, _lacking_base):
        try:
            base = _named_base(row, census)
            if base is None:
                places.append((line, census.gazetteer.position(position_in(row))))
            bases.append(base)
        except NetworkError as error:
            problems.add(line, str(error))
    if not bases:
        problems.add(None, "the table has no members")
    problems.check()
    x, y = census.gazetteer.points_of(members, places, datum)
    try:
        stops = iter(census.reach.snap(x, y))
    except NetworkError as error:
        text = advised(str(error), census.gazetteer.files[-1], census.gazetteer, census.reach)
        raise NetworkError(f"{members}: {text}") from None
    return [(next(stops), "") if base is None else base for base in bases]


def _lacking_base(names: Sequence[str]) -> str:
    forms = ({"post"}, {"stationIndex"}, {"lon", "lat"}, {"x", "y"}, {"node"})
    if any(form <= set(names) for form in forms):
        return ""
    return "the column post is missing (or lon and lat, or x and y, or node)"


def _named_base(row: Row, census: Census) -> tuple[Stop, str] | None:
    """Return the post of a member: by name, or by the number of a station of a city."""
    post = row.get("post", "")
    if post:
        if post not in census.places:
            raise NetworkError(f"post: there is no place {quoted(post)}")
        return census.places[post][0], post
    station = row.get("stationIndex", "")
    if not station:
        return None
    stations = census.places.get(STATIONS, ())
    number = int(station) if station.isdecimal() and len(station) <= LONGEST_NUMBER else 0
    if not 1 <= number <= len(stations):
        message = f"stationIndex: {quoted(station)} is no station from 1 to {len(stations)}"
        raise NetworkError(message)
    return stations[number - 1], f"station {number}"


def _modes(name: str, model: TeamModel, census: Census, count: int) -> list[int]:
    """Deal the modes by largest remainder, to people in an order drawn once."""
    if not model.modes:
        return [census.default_mode] * count
    shares = {census.streets.mode_index(mode): share for mode, share in model.modes.items()}
    dealt = [mode for mode, number in dealt_out(shares, count).items() for _ in range(number)]
    order = shuffled(f"mode/{name}", census.streams, count)
    modes = [census.default_mode] * count
    for place, mode in zip(order, dealt, strict=False):
        modes[place] = mode
    return modes


def _skills(name: str, model: TeamModel, census: Census, count: int) -> list[frozenset[str]]:
    """Say who has which skill, each drawn by itself."""
    owners = {
        skill: _share_of(share, f"skill/{name}/{skill}", census.streams, count)
        for skill, share in model.skills.items()
    }
    return [
        frozenset(skill for skill, people in owners.items() if number in people)
        for number in range(count)
    ]


def _share_of(share: float, purpose: str, streams: RandomStreams, count: int) -> frozenset[int]:
    """Return a share of the people of a team: at least one, unless the share is 0."""
    wanted = max(1, round(share * count)) if share > 0 else 0
    return frozenset(shuffled(purpose, streams, count)[:wanted])


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
