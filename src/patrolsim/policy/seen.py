"""What a policy sees of one thing: an incident, a person, a place, a shift."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class OpenIncident(NamedTuple):
    """An incident as the control room knows it: no duration, no outcome, no future.

    Attributes
    ----------
    incident_id, kind, priority, known_s
        Its number, the name of its kind, its priority (1 is the most urgent), and when it became
        known, in seconds since the start of the period.
    x, y
        Where the present stage is worked on, metres.
    target_s
        The response time aimed at; None without a target.
    missing
        How many people the present stage still needs.
    skills
        The skills still missing, each as often as it is needed; None stands for anybody.
    """

    incident_id: int
    kind: str
    priority: int
    known_s: float
    x: float
    y: float
    target_s: float | None
    missing: int
    skills: tuple[str | None, ...]


class Request(NamedTuple):
    """A request that needs people who are not reserved yet, as the control room knows it.

    Attributes
    ----------
    incident
        The incident that it is; `missing` and `skills` leave out those who are reserved.
    stage
        Name of the present stage.
    due_s
        When it is due to be done, in seconds since the start of the period; a fixed appointment
        is due to begin then.
    is_fixed, is_remote
        Whether it begins at `due_s` and not before; whether nobody travels for this stage.
    work_s, left_s
        Expected work of the present stage, and of all stages that are left, in seconds.
    teams
        Names of the teams that may do it; empty for all.
    openings
        Spans (from, to) in which work may start, seconds, from now on for a week; empty for any
        time.
    """

    incident: OpenIncident
    stage: str
    due_s: float
    is_fixed: bool
    is_remote: bool
    work_s: float
    left_s: float
    teams: tuple[str, ...]
    openings: tuple[tuple[float, float], ...]

    def next_start_s(self, time_s: float) -> float:
        """Return the first moment at or after a time at which work may start.

        Infinite when there is none for a week.
        """
        if self.is_fixed:
            return max(time_s, self.due_s)
        if not self.openings:
            return time_s
        later = (max(time_s, opens) for opens, closes in self.openings if closes > time_s)
        return next(later, math.inf)


class Booking(NamedTuple):
    """A volunteer who is reserved for a request that starts at a time, in seconds."""

    volunteer_id: int
    incident_id: int
    start_s: float


class Candidate(NamedTuple):
    """A volunteer who could be sent, with the expected time of arrival from now.

    Attributes
    ----------
    volunteer_id
        Who.
    eta_s
        Expected turnout and travel time from now, in seconds.
    leaves
        The incident that the volunteer would have to abandon; None for a free volunteer.
    """

    volunteer_id: int
    eta_s: float
    leaves: int | None


class VolunteerView(NamedTuple):
    """A volunteer as the control room knows them now.

    Attributes
    ----------
    volunteer_id, team, mode, skills
        Number, name of the team, name of the mode, names of the skills.
    status
        Word for the state, as in `patrolsim.eventlog.Status`, in lower case: ``standing_by``.
    x, y
        Position now, metres.
    shift_end_s
        End of the present shift; None off duty.
    incident_id
        What they are assigned to; None for nothing.
    trade
        Name of the trade in the team; empty in a team without trades.
    has_worked
        Whether they have left a scene since they came on duty.
    """

    volunteer_id: int
    team: str
    mode: str
    skills: frozenset[str]
    status: str
    x: float
    y: float
    shift_end_s: float | None
    incident_id: int | None
    trade: str = ""
    has_worked: bool = False


class AlertsOut(NamedTuple):
    """What has been asked for the present stage of an incident.

    Attributes
    ----------
    volunteer_ids
        Who has been asked and has not answered, in the order in which they were asked.
    sent
        How many were asked, whatever they answered.
    since_s
        When the first of them was asked; None while nobody was.
    """

    volunteer_ids: tuple[int, ...]
    sent: int
    since_s: float | None


class HotSpot(NamedTuple):
    """A place with much risk.

    Attributes
    ----------
    node, x, y
        Index of its street node, and where it is, metres.
    weight
        Expected incidents there per day, by the forecast.
    """

    node: int
    x: float
    y: float
    weight: float


class DemandMap(NamedTuple):
    """Where how much is to be expected, cell by cell: read-only arrays, shape (n_cells,).

    Attributes
    ----------
    x, y
        Middle of each cell, metres.
    weight
        Its share of all demand; the sum is 1.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]


class ShiftPlan(NamedTuple):
    """One person on duty from start to end, in seconds since the start of the period."""

    volunteer_id: int
    start_s: float
    end_s: float
