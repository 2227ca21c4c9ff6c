"""How soon somebody can be first at an incident, from duty or after another incident."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.bounds.cases import addresses_of
from patrolsim.bounds.footing import FAR_US, Footing
from patrolsim.bounds.model import Roster
from patrolsim.network.phases import least_weights
from patrolsim.network.streets import CLOSED_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from patrolsim.bounds.cases import Cases
    from patrolsim.bounds.crews import Crew
    from patrolsim.network.streets import Streets
    from patrolsim.world import World

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrivals:
    """The least times of first arrivals, for one class of strategies.

    Attributes
    ----------
    first_us
        Arrival of a person who was first nowhere else in this spell of duty, shape (spells, n);
        `FAR_US` where it cannot be.
    after_us
        Arrival (column) of a person who was first at another case (row) before, shape (n, n).
    held_us
        How long whoever is first at a case is held there, at least, shape (n,).
    lead_us
        How long whoever is first at a case was on the way and thought it over, at least, since
        the last case or the start of duty, shape (n,).
    """

    first_us: Ints
    after_us: Ints
    held_us: Ints
    lead_us: Ints


def solve_arrivals(world: World, cases: Cases, crews: Sequence[Crew], roster: Roster) -> Arrivals:
    """Return the least times of first arrivals, by searches on the streets."""
    ways, n = _Ways(world, cases), len(cases)
    first_us = [np.empty((0, n), np.int64)]
    after_us = np.full((n, n), FAR_US, np.int64)
    held_us = cases.hold_us.copy()
    lead_us = np.full(n, FAR_US, np.int64)
    for crew in crews:
        between_us, from_base_us = ways.of(crew)
        answer_us = crew.key.answer_us
        for start_us, _end_us in crew.key.spells:
            first_us.append(_not_before(crew, start_us + answer_us + from_base_us))
        gap_us = cases.hold_us[:, None] + between_us
        back_us = from_base_us.min(axis=0, initial=FAR_US)
        if roster is Roster.ANY and crew.key.hands_over:
            held_us = np.minimum(held_us, cases.hold_at_shift_end_us)
        if roster is Roster.ANY:
            gap_us = np.minimum(gap_us, _until_free_us(cases, crew)[:, None] + back_us)
        later_us = crew.earliest_us[:, None] + gap_us + answer_us
        after_us = np.minimum(after_us, _not_before(crew, later_us))
        nearest_us = np.minimum(between_us.min(axis=0, initial=FAR_US), back_us)
        lead_us = np.where(crew.may_answer, np.minimum(lead_us, nearest_us + answer_us), lead_us)
    return Arrivals(
        first_us=np.concatenate(first_us), after_us=after_us, held_us=held_us, lead_us=lead_us
    )


def _until_free_us(cases: Cases, crew: Crew) -> Ints:
    """Return how long the first person is held before a roster can send them back to base."""
    return cases.hold_at_shift_end_us if crew.key.hands_over else cases.hold_us


def _not_before(crew: Crew, times_us: Ints) -> Ints:
    """Return arrivals, no earlier than the crew can be there and `FAR_US` where it never can."""
    return np.minimum(np.maximum(times_us, crew.earliest_us), FAR_US)


def _at_best(world: World) -> Streets:
    """Return the streets with the least time that each arc takes at any moment."""
    if not world.interventions:
        return world.streets
    least_us = least_weights(world.streets, world.interventions)
    return replace(world.streets, weight_us=least_us, packed=(), cells=None)


def leaves_across(world: World, mode: int) -> bool:
    """Whether a search may find somebody on a street that is closed to a mode."""
    streets = world.streets
    is_open, is_usable = streets.weight_us[mode] < CLOSED_US, streets.usable[mode]
    for ground in world.searches.values():
        back = streets.twin[ground.arc]
        is_walked = is_open[ground.arc] | ((back >= 0) & is_open[back])
        is_reached = is_usable[ground.tail] & is_usable[ground.head]
        if ground.mode != mode and not bool((is_walked & is_reached).all()):
            return True
    return False


class _Ways:
    """The least times between cases, and from the bases, by what modes people have."""

    def __init__(self, world: World, cases: Cases) -> None:
        stops = [*world.incidents.stops, *(person.base for person in world.volunteers)]
        stops += [stop for places in world.places.values() for stop in places]
        stops += addresses_of(world)
        self._footing = Footing(_at_best(world), stops, is_steady=not world.interventions)
        self._cases = cases
        self._profiles = world.profiles
        self._points = np.array([self._footing.point(row.stop) for row in cases.rows], np.int64)
        self._targets, self._target_of = np.unique(self._points, return_inverse=True)
        self._solved: dict[frozenset[int], Ints] = {}
        self._world = world

    def of(self, crew: Crew) -> tuple[Ints, Ints]:
        """Return the times between cases, shape (n, n), and from bases, shape (people, n).

        Between cases that the crew cannot answer, and from a case to itself, it is `FAR_US`.
        """
        modes = crew.key.modes
        if modes not in self._solved:
            self._solved[modes] = self._least_times(modes)[self._target_of]
        to_case = self._solved[modes]
        is_placed, may_answer = self._cases.is_placed, crew.may_answer
        between_us = to_case[:, self._points].T.copy()
        between_us[~is_placed] = crew.notice_us - crew.key.answer_us
        between_us[:, ~is_placed] = 0
        between_us[~may_answer] = FAR_US
        between_us[:, ~may_answer] = FAR_US
        np.fill_diagonal(between_us, FAR_US)
        bases = [self._footing.point(person.base) for person in crew.people]
        from_base_us = to_case[:, bases].T.copy()
        from_base_us[:, ~is_placed] = 0
        return between_us, from_base_us

    def _least_times(self, own: frozenset[int]) -> Ints:
        """Return the least times to the places of the cases, whatever is searched on the way.

        Whoever searches has the pace of a search too. Where they find somebody on a street on
        which they may not go themselves, they leave it across the blocks.
        """
        targets = self._targets.tolist()
        modes = own | {ground.mode for ground in self._world.searches.values()}
        times_us = self._footing.least_times(targets, modes, fastest=self._fastest(modes))
        if any(leaves_across(self._world, mode) for mode in own):
            times_us = np.where(times_us < FAR_US, 0, times_us)
        return times_us

    def _fastest(self, modes: frozenset[int]) -> int | None:
        """Return the highest speed of some modes at any hour; None where it never changes."""
        profiles = [self._profiles[mode] for mode in sorted(modes)] if self._profiles else []
        changes = any(not profile.is_usual for profile in profiles)
        return max(profile.fastest for profile in profiles) if changes else None
