"""What a roster policy is told, where there is hardly a map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.runs import run

from patrolsim.testing import Person, TinyWorld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.policy import RosterView, ShiftPlan

HOUR_US = 3_600_000_000


class AsksForTheWork:
    """Keeps the roster, and remembers the work that it was told."""

    work_s = -1.0

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        self.work_s = view.expected_work_s("team")
        return view.planned


def test_work_is_finite_where_no_street_leads_anywhere() -> None:
    policy = AsksForTheWork()
    run(TinyWorld(calls=[], people=[Person()], horizon_us=HOUR_US).build(), roster=policy)
    assert policy.work_s == 0.0


class AsksForTheSkills:
    """Keeps the roster, and remembers what people can do at the start and after an hour."""

    def __init__(self) -> None:
        self.told: list[tuple[str, list[str], list[str]]] = []

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        for who in range(2):
            first, later = (sorted(view.skills_of(who, at_s)) for at_s in (0.0, 3600.0))
            self.told.append((view.trade_of(who), first, later))
        return view.planned


def test_skills_are_known_with_the_time_from_which_on_people_have_them() -> None:
    first_aid = frozenset({"first aid"})
    people = [Person(skills=first_aid), Person(skills=first_aid, learns_us=HOUR_US)]
    world = TinyWorld(calls=[], people=people, horizon_us=2 * HOUR_US).build()
    first, second = world.volunteers
    world = replace(world, volunteers=(replace(first, trade="nurse"), second))
    policy = AsksForTheSkills()
    run(world, roster=policy)
    known = ["first aid"]
    assert policy.told == [("nurse", known, known), ("", [], known)]
