"""Alert as many as are worth it: rule V7 of docs/policies.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from patrolsim import Alert, Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.reasons import why_alerted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import OpenIncident, StateView


class Prospect(NamedTuple):
    """Somebody who may come: when, from now, how likely, and who it is."""

    eta_s: float
    chance: float
    volunteer_id: int


def expected_wait_s(people: Sequence[Prospect], missing: int, nobody_s: float) -> float:
    """Return the expected time until enough of those who were asked are there.

    Each comes with a chance of their own, independently, at the expected time. With A(j, i) the
    probability that exactly j of the i who would be first come, it is the sum over i of
    eta(i) chance(i) A(missing - 1, i - 1), plus `nobody_s` times the probability that fewer than
    `missing` come. Takes n x missing steps.

    Parameters
    ----------
    people
        Who was asked, in any order.
    missing
        How many people are needed, 1 or more.
    nobody_s
        What it counts when too few come.
    """
    exactly = [1.0, *[0.0] * (missing - 1)]
    total_s = 0.0
    for one in sorted(people):
        total_s += one.eta_s * one.chance * exactly[-1]
        for number in reversed(range(missing)):
            before = exactly[number - 1] if number else 0.0
            exactly[number] = exactly[number] * (1.0 - one.chance) + before * one.chance
    return total_s + nobody_s * sum(exactly)


def choose_worthwhile(
    asked: Sequence[Prospect],
    candidates: Sequence[Prospect],
    missing: int,
    *,
    nobody_s: float,
    cost_s: float,
) -> list[Prospect]:
    """Return whom to ask: always the one who shortens the wait most, while it is worth the cost.

    As many as are missing are asked even if it is not. Ties go to who would be there first, then
    to the lowest number.
    """
    chosen: list[Prospect] = []
    left = sorted(candidates, key=lambda one: (one.eta_s, one.volunteer_id))
    wait_s = expected_wait_s(asked, missing, nobody_s)
    while left:
        waits_s = [expected_wait_s([*asked, *chosen, one], missing, nobody_s) for one in left]
        best_s = min(waits_s)
        if wait_s - best_s <= cost_s and len(asked) + len(chosen) >= missing:
            break
        chosen.append(left.pop(waits_s.index(best_s)))
        wait_s = best_s
    return chosen


@dataclass(slots=True)
class ProbabilityAware:
    """Weighs how much sooner somebody comes against the trouble of asking one more.

    Looks at: who is free and fit, their expected times of answer, turnout and travel, and how
    often people like them come. One search from the incident and O(n^3) steps for n candidates.
    """

    nobody_s: float
    cost_s: float
    most: int
    _due_s: dict[int, dict[int, float]] = field(default_factory=dict)

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        """Return whom it is worth to ask beside those who have not answered yet."""
        due_s = self._due_s.get(incident.incident_id, {})
        waiting = view.alerted(incident).volunteer_ids
        now_s = view.now_s
        asked = [
            Prospect(max(due_s.get(who, now_s) - now_s, 0.0), view.chance_to_come(who), who)
            for who in waiting
        ]
        candidates = [
            Prospect(one.eta_s, view.chance_to_come(one.volunteer_id), one.volunteer_id)
            for one in view.nearest(incident, max(self.most, incident.missing))
        ]
        chosen = choose_worthwhile(
            asked, candidates, incident.missing, nobody_s=self.nobody_s, cost_s=self.cost_s
        )
        self._due_s[incident.incident_id] = {
            one.volunteer_id: now_s + one.eta_s for one in (*asked, *chosen)
        }
        return Alert(incident.incident_id, tuple(one.volunteer_id for one in chosen))

    @property
    def _rule(self) -> str:
        return f"one more as long as the expected wait falls by more than {self.cost_s:g} s"

    def explain(self, view: StateView, incident: OpenIncident, alert: Alert | None) -> Explanation:
        """Return who was alerted, and who would have been the next."""
        return why_alerted(
            view,
            incident,
            alert,
            self._rule,
            lambda one: f"comes with {view.chance_to_come(one.volunteer_id):.0%}",
        )


PROBABILITY_AWARE = PolicySpec(
    name="probability_aware",
    role=Role.ALERTS,
    build=lambda parameters: ProbabilityAware(
        parameters["nobody"], parameters["cost"], parameters["most"]
    ),
    about="Alerts as many as are worth it, by how likely they come and how soon.",
    parameters={
        "nobody": Parameter(
            kind="duration",
            default="30 min",
            about="The wait that it counts when nobody comes.",
        ),
        "cost": Parameter(
            kind="duration",
            default="15 s",
            about="One more alert must shorten the expected wait by more than this.",
        ),
        "most": Parameter(
            kind="count", default=20, about="Of the nearest, so many are weighed at most."
        ),
    },
)
