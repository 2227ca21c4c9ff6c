"""Who may be first at which incident: people whom the rules cannot tell apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.bounds.cases import LONGEST_US, addresses_of
from patrolsim.bounds.footing import FAR_US
from patrolsim.bounds.model import Roster
from patrolsim.eventlog import NEVER_US
from patrolsim.network.streets import NO_NODE

if TYPE_CHECKING:
    import numpy.typing as npt

    from patrolsim.bounds.cases import Cases
    from patrolsim.volunteers.people import Volunteer
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]
    Spells = tuple[tuple[int, int], ...]

LEAST_CHANCE = 2.0**-54
"""Below every number that a stream draws: its quantile is the least delay there can be."""


class CrewKey(NamedTuple):
    """What people of a crew have in common; spells of duty are pairs (start, end)."""

    team: str
    skills: tuple[str, ...]
    mode: int
    mode_by_priority: tuple[tuple[int, int], ...]
    answer_us: int
    hands_over: bool
    spells: Spells

    def mode_for(self, priority: int) -> int:
        """Return the mode in which they answer incidents of a priority."""
        return dict(self.mode_by_priority).get(priority, self.mode)

    @property
    def modes(self) -> frozenset[int]:
        """Every mode that they use."""
        return frozenset({self.mode, *dict(self.mode_by_priority).values()})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crew:
    """People who differ in nothing but where they start.

    Attributes
    ----------
    key, people
        What they have in common; who they are.
    may_answer
        Whether they may be first at each case, shape (n,).
    notice_us
        The least time from being sent to being there, wherever they may have waited, shape (n,).
    earliest_us
        When one of them can be first at each case at the earliest; `FAR_US` for never.
    """

    key: CrewKey
    people: tuple[Volunteer, ...]
    may_answer: Bools
    notice_us: Ints
    earliest_us: Ints


def form_crews(world: World, cases: Cases, roster: Roster) -> list[Crew]:
    """Return the crews of a world, those that may answer anything."""
    spells = _spells(world, roster)
    members: dict[CrewKey, list[Volunteer]] = defaultdict(list)
    for person in world.volunteers:
        own = spells[person.volunteer_id]
        if own:
            members[_key_of(person, own)].append(person)
    is_shared = _shares_its_place(world, cases)
    crews = [
        _crew(world, cases, key, tuple(members[key]), is_shared)
        for key in sorted(members, key=repr)
    ]
    return [crew for crew in crews if crew.may_answer.any()]


def _crew(
    world: World, cases: Cases, key: CrewKey, people: tuple[Volunteer, ...], is_shared: Bools
) -> Crew:
    may_answer = np.array(
        [
            _may_answer(world, cases, number, key) if stage >= 0 else False
            for number, stage in enumerate(cases.first_stage.tolist())
        ],
        np.bool_,
    )
    off_road_us = np.array(
        [row.stop.off_road_us[key.mode_for(row.priority)] for row in cases.rows], np.int64
    )
    notice_us = key.answer_us + np.where(is_shared, 0, off_road_us)
    on_duty_us = _on_duty_from(key.spells, cases.release_us)
    earliest_us = np.where(may_answer, on_duty_us + notice_us, FAR_US)
    return Crew(
        key=key,
        people=people,
        may_answer=may_answer,
        notice_us=notice_us,
        earliest_us=np.minimum(earliest_us, FAR_US),
    )


def _spells(world: World, roster: Roster) -> dict[int, Spells]:
    """Return when everybody may be on duty."""
    if roster is Roster.ANY:
        whole = ((0, world.horizon_us),)
        return {person.volunteer_id: whole for person in world.volunteers}
    own: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for shift in world.shifts:
        own[shift.volunteer_id].append((shift.start_us, shift.end_us))
    return {p.volunteer_id: tuple(sorted(own[p.volunteer_id])) for p in world.volunteers}


def _key_of(person: Volunteer, spells: Spells) -> CrewKey:
    answer_us = 0
    if person.answers_after is not None:
        answer_us = min(int(person.answers_after.quantile_us(LEAST_CHANCE)), LONGEST_US)
    return CrewKey(
        team=person.team,
        skills=tuple(sorted(person.skills)),
        mode=person.mode,
        mode_by_priority=tuple(sorted(person.mode_by_priority.items())),
        answer_us=answer_us,
        hands_over=person.overtime_us != NEVER_US,
        spells=spells,
    )


def _may_answer(world: World, cases: Cases, number: int, key: CrewKey) -> bool:
    """Whether the rules let them be sent to the first stage of a case."""
    row = cases.rows[number]
    kind = world.kinds[row.kind]
    skills = kind.stages[int(cases.first_stage[number])].skills
    is_placed = bool(cases.is_placed[number])
    if is_placed and row.stop.nodes[key.mode_for(row.priority)] == NO_NODE:
        return False
    answering = kind.answering[int(cases.first_stage[number])]
    is_of_team = answering is None or key.team in answering
    return is_of_team and any(skill is None or skill in key.skills for skill in skills)


def _shares_its_place(world: World, cases: Cases) -> Bools:
    """Whether somebody may stand at the very place of a case before it is known.

    Nobody waits off the road but at a base, at a named place, or where they have worked.
    """
    streets = world.streets
    known = Counter((stop.x, stop.y) for stop in world.incidents.stops)
    known.update((stop.x, stop.y) for stop in addresses_of(world))
    known.update((person.base.x, person.base.y) for person in world.volunteers)
    known.update((stop.x, stop.y) for stops in world.places.values() for stop in stops)
    known.update(set(zip(streets.x.tolist(), streets.y.tolist(), strict=True)))
    return np.array(
        [
            not is_placed or known[row.stop.x, row.stop.y] > 1
            for row, is_placed in zip(cases.rows, cases.is_placed.tolist(), strict=True)
        ],
        np.bool_,
    )


def _on_duty_from(spells: Spells, release_us: Ints) -> Ints:
    """Return when somebody with these spells can be sent at the earliest; `FAR_US` for never."""
    first_us = np.full(len(release_us), FAR_US, np.int64)
    for start_us, end_us in spells:
        sent_us = np.maximum(start_us, release_us)
        first_us = np.where(sent_us < end_us, np.minimum(first_us, sent_us), first_us)
    return first_us
