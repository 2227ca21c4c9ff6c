"""Keep a few alerts open: who says no, or nothing, is replaced. Rule V4 of docs/policies.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim import Alert, Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.k_nearest import read_people
from patrolsim_policies.reasons import why_alerted

if TYPE_CHECKING:
    from patrolsim import OpenIncident, StateView


@dataclass(frozen=True, slots=True)
class ReplaceOnReject:
    """Asks the nearest few, and for each who does not come the next one at once.

    Looks at: who is free and fit, their expected times of answer, turnout and travel, and who
    has not answered yet. One search from the incident per answer.

    References
    ----------
    van den Berg et al. (PLOS One 2026), on alerting seven volunteers to a cardiac arrest and
    replacing each who rejects.
    """

    people: int

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        """Return as many people as keep the number of open alerts."""
        waiting = len(view.alerted(incident).volunteer_ids)
        wanted = max(self.people, incident.missing) - waiting
        if wanted <= 0:
            return None
        found = view.nearest(incident, wanted)
        return Alert(incident.incident_id, tuple(one.volunteer_id for one in found))

    def explain(self, view: StateView, incident: OpenIncident, alert: Alert | None) -> Explanation:
        """Return who was alerted, and who would have been the next."""
        return why_alerted(
            view, incident, alert, "the nearest, so that always as many answers are open"
        )


REPLACE_ON_REJECT = PolicySpec(
    name="replace_on_reject",
    role=Role.ALERTS,
    build=lambda parameters: ReplaceOnReject(read_people(parameters)),
    about="Keeps a few alerts open and replaces whoever says no.",
    parameters={
        "people": Parameter(
            kind="count",
            default=7,
            about="How many open alerts there are at any time; never fewer than are missing.",
        )
    },
)
