"""What a roster policy is told, where there is hardly a map."""

from __future__ import annotations

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
