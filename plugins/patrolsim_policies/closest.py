"""Send whoever is there first: the baseline of all the literature.

Source: rules D1 (closest), D2 (diversion on the way), D3 (queue by priority) and D7 (parties)
of the catalogue in docs/policies.md; the presets of diversion are those of JEMSS.jl.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim import (
    Assignment,
    Explanation,
    Interruption,
    Parameter,
    PolicySpec,
    Preemption,
    Role,
    Weighed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from patrolsim import Candidate, OpenIncident, StateView

LEAST_URGENT = 9
RUNNERS_UP = 4
"""How many of those who were not sent an explanation names."""
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
    the incident per decision, stopped at the last person needed; for a party of several skills
    at most one for each doubling of the number of people looked at.
    """

    preemption: Preemption
    queue: str
    waits_for_all: bool

    @property
    def promises(self) -> frozenset[str]:
        """What an audit may hold this policy to."""
        return frozenset() if self.waits_for_all else frozenset({"nearest", "work_conserving"})

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return the people who are there first, as many as are missing or can be found."""
        if len(set(incident.skills)) == 1:
            found = list(view.nearest(incident, incident.missing))
        else:
            found = _party(view, incident)
        if not found or (self.waits_for_all and len(found) < incident.missing):
            return None
        return Assignment(incident.incident_id, tuple(one.volunteer_id for one in found))

    def explain(
        self, view: StateView, incident: OpenIncident, decision: Assignment | None
    ) -> Explanation:
        """Return who could have been sent, and when each would have been there."""
        nearest = view.nearest(incident, incident.missing + RUNNERS_UP)
        return Explanation(
            rule="seconds until they are there: the least; ties go to the lowest number",
            candidates=tuple(_weighed(one) for one in nearest),
            chosen=() if decision is None else decision.volunteer_ids,
        )

    def queue_key(self, incident: OpenIncident) -> tuple[float, float]:
        """Return the place in the queue: the most urgent first, or first come first served."""
        rank = incident.priority if self.queue == "priority" else 0
        return rank, incident.known_s


def _weighed(one: Candidate) -> Weighed:
    note = "" if one.leaves is None else f"would leave incident {one.leaves}"
    return Weighed(one.volunteer_id, one.eta_s, note)


def _party(view: StateView, incident: OpenIncident) -> list[Candidate]:
    """Return the party for needs of several kinds, looking no further away than it takes."""
    count = incident.missing
    while True:
        nearest = view.nearest(incident, count)
        party = choose_party(incident.skills, nearest, lambda who: view.volunteer(who).skills)
        if len(party) == incident.missing or len(nearest) < count:
            return party
        count *= 2


def choose_party(
    needs: Sequence[str | None],
    candidates: Sequence[Candidate],
    skills_of: Callable[[int], frozenset[str]],
) -> list[Candidate]:
    """Return who fills the needs: as many as can be filled, with the earliest arrivals.

    Takes the candidates in order of arrival and keeps each with whom one more need can be
    filled, others changing places if they must. No other choice that fills as many needs has an
    earlier last arrival, nor a smaller sum. O(candidates x needs^2).

    Parameters
    ----------
    needs
        Skills, each as often as it is needed; None for anybody.
    candidates
        By time of arrival.
    skills_of
        The skills of a volunteer.

    Returns
    -------
    list
        In the order of the needs that they fill: sent in this order, each fills the first need
        that is open and fits, and nobody is left over.

    References
    ----------
    Edmonds and Fulkerson (1965), Transversals and matroid partition: the sets of people who can
    be seated are a matroid, so the greedy choice is the best one.
    """
    seats: dict[int, Candidate] = {}
    skills: dict[int, frozenset[str]] = {}
    for one in candidates:
        if len(seats) == len(needs):
            break
        skills[one.volunteer_id] = skills_of(one.volunteer_id)
        _seat(one, needs, skills, seats, set())
    return [seats[number] for number in sorted(seats)]


def _seat(
    one: Candidate,
    needs: Sequence[str | None],
    skills: Mapping[int, frozenset[str]],
    seats: dict[int, Candidate],
    tried: set[int],
) -> bool:
    """Seat a candidate at a need, moving others if there is no free one; say whether it worked."""
    mine = skills[one.volunteer_id]
    fitting = [number for number, need in enumerate(needs) if need is None or need in mine]
    free = [number for number in fitting if number not in seats]
    for number in free or fitting:
        if number in tried:
            continue
        tried.add(number)
        if number not in seats or _seat(seats[number], needs, skills, seats, tried):
            seats[number] = one
            return True
    return False


def _build(parameters: Mapping[str, Any]) -> Closest:
    divert = parameters["divert"]
    preemption = Preemption(
        divert=PRESETS.get(divert, frozenset()) | frozenset(parameters["pairs"] or ()),
        interrupt=PRESETS[parameters["interrupt"]],
        interruption=Interruption(parameters["interrupted_work"]),
        with_city_pairs=divert == "as_city",
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
            " as_city takes those of a city file, where pairs and interrupt are left out.",
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
