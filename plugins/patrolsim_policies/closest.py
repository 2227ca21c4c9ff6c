"""Send whoever is there first: the baseline of all the literature.

Source: rules D1 (closest), D2 (diversion on the way), D3 (queue by priority) and D7 (parties)
of the catalogue in docs/policies.md; the presets of diversion are those of JEMSS.jl.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

from patrolsim import Assignment, Interruption, Parameter, PolicySpec, Preemption, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim import Candidate, OpenIncident, StateView

LEAST_URGENT = 9
SMALL_PARTY = 3
"""Parties up to this size are put together by trying every order of the skills."""
PRESETS: Mapping[str, frozenset[tuple[int, int]]] = {
    "off": frozenset(),
    "low_to_high": frozenset({(3, 1)}),
    "low_to_higher": frozenset({(3, 1), (3, 2)}),
    "lower_to_high": frozenset({(2, 1), (3, 1)}),
    "lower_to_higher": frozenset(
        (left, gained) for left in range(1, LEAST_URGENT + 1) for gained in range(1, left)
    ),
}


@dataclass(frozen=True, slots=True)
class Closest:
    """Sends the people with the least expected time of arrival; ties go to the lowest number.

    Looks at: who is free and fit, and their expected turnout and travel times. One search from
    the incident per decision, stopped at the last person needed.
    """

    preemption: Preemption | None
    queue: str
    waits_for_all: bool

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return the people who are there first, as many as are missing or can be found."""
        if incident.missing == 1:
            found = list(view.nearest(incident, 1))
        else:
            found = self._party(view, incident)
        if not found or (self.waits_for_all and len(found) < incident.missing):
            return None
        return Assignment(incident.incident_id, tuple(one.volunteer_id for one in found))

    def queue_key(self, incident: OpenIncident) -> tuple[float, float]:
        """Return the place in the queue: the most urgent first, or first come first served."""
        rank = incident.priority if self.queue == "priority" else 0
        return rank, incident.known_s

    def _party(self, view: StateView, incident: OpenIncident) -> list[Candidate]:
        """Return people for several needs whose last arrival is as early as possible."""
        everybody = view.nearest(incident, len(view.available(incident)) + LEAST_URGENT)
        if len(set(incident.skills)) == 1:
            return list(everybody[: incident.missing])
        skills = {one.volunteer_id: view.volunteer(one.volunteer_id).skills for one in everybody}
        orders = _orders(incident.skills)
        parties = [_fill(order, everybody, skills) for order in orders]
        return min(parties, key=lambda party: (-len(party), _last_eta(party)))


def _orders(skills: tuple[str | None, ...]) -> list[tuple[str | None, ...]]:
    """Return the orders in which to fill the needs: anybody last; all orders of few skills."""
    special = sorted(skill for skill in skills if skill is not None)
    anybody = (None,) * (len(skills) - len(special))
    if len(special) > SMALL_PARTY:
        return [(*special, *anybody)]
    return [(*order, *anybody) for order in sorted(set(permutations(special)))]


def _fill(
    needs: tuple[str | None, ...],
    candidates: Sequence[Candidate],
    skills: Mapping[int, frozenset[str]],
) -> list[Candidate]:
    """Give each need the first candidate who has its skill and is still without one."""
    party: list[Candidate] = []
    for need in needs:
        fit = (
            one
            for one in candidates
            if one not in party and (need is None or need in skills[one.volunteer_id])
        )
        chosen = next(fit, None)
        if chosen is not None:
            party.append(chosen)
    return party


def _last_eta(party: Sequence[Candidate]) -> float:
    return max((one.eta_s for one in party), default=0.0)


def _build(parameters: Mapping[str, Any]) -> Closest:
    divert, interrupt = parameters["divert"], parameters["interrupt"]
    pairs = frozenset(parameters["pairs"] or ())
    preemption = None
    if divert != "as_city" or pairs or interrupt != "off":
        preemption = Preemption(
            divert=PRESETS.get(divert, frozenset()) | pairs,
            interrupt=PRESETS[interrupt],
            interruption=Interruption(parameters["interrupted_work"]),
        )
    return Closest(preemption, parameters["queue"], parameters["party"] == "together")


CLOSEST = PolicySpec(
    name="closest",
    role=Role.DISPATCH,
    build=_build,
    about="Sends whoever is there first.",
    parameters={
        "divert": Parameter(
            kind="text",
            default="as_city",
            choices=("as_city", *PRESETS),
            about="Which people on the way may be turned round for something more urgent;"
            " as_city takes the pairs that a city file brings, else none.",
        ),
        "pairs": Parameter(
            kind="pairs",
            default=None,
            about="Further pairs (priority left, priority gained) for turning people round.",
        ),
        "interrupt": Parameter(
            kind="text",
            default="off",
            choices=tuple(PRESETS),
            about="Which people at work may be called away for something more urgent.",
        ),
        "interrupted_work": Parameter(
            kind="text",
            default="resume",
            choices=("resume", "repeat"),
            about="Whether work that was interrupted goes on or starts again.",
        ),
        "queue": Parameter(
            kind="text",
            default="priority",
            choices=("priority", "fcfs"),
            about="Who is served first when people become free.",
        ),
        "party": Parameter(
            kind="text",
            default="as they come",
            choices=("as they come", "together"),
            about="Whether some go ahead when not all people needed can be found.",
        ),
    },
)
