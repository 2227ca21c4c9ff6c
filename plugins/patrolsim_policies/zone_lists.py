"""Send by zone: each part of the district has its own list of teams, the first of it first.

Source: rule D8 of docs/policies.md; Larson and Odoni (1981), Urban Operations Research, chapter
5: fixed preferences per place (beats), which the hypercube queueing model describes exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Assignment, Parameter, PolicySpec, Role
from patrolsim_policies.closest import choose_party

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import Candidate, OpenIncident, StateView


@dataclass(slots=True)
class ZoneLists:
    """Sends by (place in the list of the zone, arrival, number).

    Looks at: who is free and fit with their expected arrival, their team or own base, and the
    named places. One search from the incident that looks at everybody who is free.

    Attributes
    ----------
    lists
        Teams by the name of a zone's place, each with its place in the list, from 0; empty:
        first those whose own base lies in the zone, then the others.
    others_go
        Whether people who stand on no list go when nobody of the list is free.
    homes
        The zone in which each volunteer's own base lies, as far as that was asked.
    """

    lists: Mapping[str, Mapping[str, int]]
    others_go: bool
    homes: dict[int, str] = field(default_factory=dict)
    is_checked: bool = False

    @property
    def promises(self) -> frozenset[str]:
        """What an audit may hold this policy to."""
        return frozenset({"work_conserving"}) if self.others_go else frozenset()

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return the people of the zone's list who are free, as many as are missing."""
        self._check(view)
        zone = zone_of(view, incident.x, incident.y)
        everybody = view.nearest(incident, len(view.available(incident)))
        ranked = sorted(
            (rank, one.eta_s, one.volunteer_id, one)
            for one in everybody
            if (rank := self._rank(view, zone, one)) < math.inf
        )
        found = choose_party(
            incident.skills,
            [one for *_key, one in ranked],
            lambda who: view.volunteer(who).skills,
        )
        if not found:
            return None
        return Assignment(incident.incident_id, tuple(one.volunteer_id for one in found))

    def _rank(self, view: StateView, zone: str, one: Candidate) -> float:
        """Return the place in the list; infinite for somebody who does not go there."""
        otherwise = math.inf
        if zone in self.lists:
            teams = self.lists[zone]
            otherwise = len(teams) if self.others_go else math.inf
            return teams.get(view.volunteer(one.volunteer_id).team, otherwise)
        if self.lists:
            return 0 if self.others_go else math.inf
        if self._home(view, one.volunteer_id) == zone:
            return 0
        return 1 if self.others_go else math.inf

    def _home(self, view: StateView, volunteer_id: int) -> str:
        if volunteer_id not in self.homes:
            self.homes[volunteer_id] = zone_of(view, *view.post(volunteer_id))
        return self.homes[volunteer_id]

    def _check(self, view: StateView) -> None:
        """Refuse names that the scenario does not have: such a list would do nothing."""
        if self.is_checked:
            return
        places = {name for name, _x, _y in view.posts()}
        teams = {team for zone in self.lists.values() for team in zone}
        for what, unknown in (
            ("place", sorted(set(self.lists) - places)),
            ("team", sorted(teams - set(view.team_names()))),
        ):
            if unknown:
                raise ValueError(f"lists: the scenario has no {what} {unknown[0]!r}")
        self.is_checked = True


def zone_of(view: StateView, x: float, y: float) -> str:
    """Return the name of the place that lies nearest in a straight line; ties: the first.

    Empty without any named place: all is one zone.
    """
    best, zone = math.inf, ""
    for name, place_x, place_y in view.posts():
        square = (place_x - x) ** 2 + (place_y - y) ** 2
        if square < best:
            best, zone = square, name
    return zone


def parse_lists(text: str) -> dict[str, dict[str, int]]:
    """Return the lists of a text such as ``market: north, south; school: south``.

    Raises
    ------
    ValueError
        If a part is not ``place: team, team``, or a place or a team of a list stands there twice.
    """
    lists: dict[str, dict[str, int]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        zone, colon, names = (word.strip() for word in part.partition(":"))
        teams = [name.strip() for name in names.split(",")]
        if not (zone and colon and all(teams)):
            raise ValueError(f"lists: {part!r} is not like 'market: north, south'")
        if zone in lists or len(set(teams)) < len(teams):
            raise ValueError(f"lists: {part!r} names something twice")
        lists[zone] = {team: rank for rank, team in enumerate(teams)}
    return lists


def _build(parameters: Mapping[str, Any]) -> ZoneLists:
    return ZoneLists(parse_lists(parameters["lists"] or ""), parameters["others"] == "closest")


ZONE_LISTS = PolicySpec(
    name="zone_lists",
    role=Role.DISPATCH,
    build=_build,
    about="Sends by zone: the people of the place nearest to the incident first.",
    parameters={
        "lists": Parameter(
            kind="text",
            default=None,
            about="Teams by place, the first of a list first: 'market: north, south; school:"
            " south'; left out, those whose own base lies in the zone come first.",
        ),
        "others": Parameter(
            kind="text",
            default="closest",
            choices=("closest", "wait"),
            about="Whether the closest of all others goes when nobody of the list is free.",
        ),
    },
)
