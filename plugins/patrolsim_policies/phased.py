"""Alert in waves, the next only while people are missing: rule V3 of docs/policies.md."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from patrolsim import Alert, Explanation, Parameter, PolicySpec, Role
from patrolsim_policies.reasons import why_alerted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import AlertsOut, OpenIncident, StateView


@dataclass(frozen=True, slots=True)
class Phased:
    """Asks the nearest few, after a while some more, and so on; then as many as in the last wave.

    Looks at: who is free and fit, their expected times of answer, turnout and travel, and who
    was asked since when. One search from the incident per wave, stopped at the last person asked.

    Attributes
    ----------
    waves
        Pairs (seconds after the first alert, how many people), by time; the first at 0.
    """

    waves: tuple[tuple[float, int], ...]

    def alert(self, view: StateView, incident: OpenIncident) -> Alert | None:
        """Return the people of the waves that are due and were not asked yet."""
        out = view.alerted(incident)
        # whole microseconds, so that a wave is due at its very instant
        passed_s = 0.0 if out.since_s is None else round(view.now_s - out.since_s, 6)
        later_s = [start_s for start_s, _people in self.waves if start_s > passed_s]
        wanted = self._wanted(out, passed_s)
        found = view.nearest(incident, wanted) if wanted > 0 else ()
        chosen = tuple(one.volunteer_id for one in found)
        return Alert(incident.incident_id, chosen, later_s[0] - passed_s if later_s else None)

    def _wanted(self, out: AlertsOut, passed_s: float) -> int:
        """Return how many more people are due to be asked."""
        due = sum(people for start_s, people in self.waves if start_s <= passed_s)
        is_last = self.waves[-1][0] <= passed_s
        if due <= out.sent and is_last and not out.volunteer_ids:
            return self.waves[-1][1]
        return due - out.sent

    def explain(self, view: StateView, incident: OpenIncident, alert: Alert | None) -> Explanation:
        """Return who was alerted, and who would have been the next."""
        return why_alerted(
            view, incident, alert, "as many of the nearest as the waves so far ask for"
        )


def _build(parameters: Mapping[str, Any]) -> Phased:
    waves = parameters["waves"]
    if not waves or waves[0][0] != 0:
        raise ValueError("the first wave must be at 0 s")
    if any(later[0] <= wave[0] for wave, later in pairwise(waves)):
        raise ValueError("each wave must come after the one before")
    if any(people < 1 for _start_s, people in waves):
        raise ValueError("each wave needs at least 1 person")
    return Phased(waves)


PHASED = PolicySpec(
    name="phased",
    role=Role.ALERTS,
    build=_build,
    about="Alerts a few, and more in waves while people are missing.",
    parameters={
        "waves": Parameter(
            kind="waves",
            default=[["0 s", 3], ["30 s", 3], ["90 s", 6]],
            about="Pairs: time after the first alert, and how many people are asked then.",
        )
    },
)
