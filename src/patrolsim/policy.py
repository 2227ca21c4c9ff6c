"""What a policy sees and what it decides.

A policy is any object with the method of its role; nobody subclasses anything. It is built
fresh for each replication, sees a read-only `StateView`, and returns a decision. The engine
checks the decision and then applies it; an illegal one is a `PolicyError`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

API_VERSION = "1"


class Role(Enum):
    """What a policy decides."""

    DISPATCH = "dispatch"
    STANDBY = "standby"
    PATROL = "patrol"
    ROSTER = "roster"


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


class ShiftPlan(NamedTuple):
    """One person on duty from start to end, in seconds since the start of the period."""

    volunteer_id: int
    start_s: float
    end_s: float


class StateView(Protocol):
    """The present, read-only, one live object per run. Nothing that a dispatcher cannot know."""

    @property
    def now_s(self) -> float:
        """Simulated time, in seconds since the start of the period."""

    @property
    def rng(self) -> np.random.Generator:
        """The policy's own random stream: drawing from it changes nothing else in the world."""

    @property
    def open_incidents(self) -> Sequence[OpenIncident]:
        """Known incidents that still need people, most urgent first."""

    def volunteer(self, volunteer_id: int) -> VolunteerView:
        """Return what is known of one volunteer."""

    def on_duty(self) -> Sequence[int]:
        """Return the ids of all volunteers on duty, rising."""

    def free(self) -> Sequence[int]:
        """Return the ids of all who are on duty and have nothing to do but wait or patrol."""

    def available(self, incident: OpenIncident) -> Sequence[int]:
        """Return the ids of free volunteers who may be sent to it, rising."""

    def nearest(self, incident: OpenIncident, count: int = 1) -> Sequence[Candidate]:
        """Return who would be there first, by (eta, id).

        Free people, and those whom the preemption rules of this dispatch policy allow to leave
        what they do.
        """

    def travel_time_s(self, volunteer_id: int, x: float, y: float) -> float:
        """Return the time from now to the node nearest to a point; infinite without a way."""

    def travel_time_to_node_s(self, volunteer_id: int, node: int) -> float:
        """Return the travel time from where the volunteer is now; infinite without a way."""

    def times_to_s(self, volunteer_id: int, node: int) -> npt.NDArray[np.float64]:
        """Return the usual travel times of their mode from every node to one, shape (n_nodes,).

        Read-only; infinite without a way. A search over all streets: keep what is needed.
        """

    def destination(self, volunteer_id: int) -> int:
        """Return the node that the volunteer goes to, or is at; -1 for none."""

    def node_near(self, volunteer_id: int, x: float, y: float) -> int:
        """Return the node at which the volunteer leaves the streets to wait at a point."""

    def team_names(self) -> Sequence[str]:
        """Return the names of all teams, in the order of the scenario."""

    def post(self, volunteer_id: int) -> tuple[float, float]:
        """Return where the volunteer's own base lies, metres."""

    def posts(self) -> Sequence[tuple[str, float, float]]:
        """Return all named places at which people may wait: name, x, y."""

    def neighbours(self, volunteer_id: int, node: int) -> Sequence[int]:
        """Return the nodes one street away that the volunteer may go to, rising."""

    def node_of(self, volunteer_id: int) -> int:
        """Return the node at which the volunteer is, or the next one they come to."""

    def arc_time_s(self, volunteer_id: int, node: int, next_node: int) -> float:
        """Return the time that the volunteer needs for a street to a neighbour, entered now."""

    def hot_spots(self, count: int) -> Sequence[HotSpot]:
        """Return the nodes with the most expected incidents, heaviest first."""

    def patrol_targets(self) -> Mapping[int, int]:
        """Return where patrols are or go: volunteer id to node."""


class RosterView(Protocol):
    """What a roster policy knows before the period starts."""

    @property
    def rng(self) -> np.random.Generator:
        """The policy's own random stream."""

    @property
    def period_s(self) -> float:
        """Length of the period, in seconds."""

    @property
    def start_hour_of_week(self) -> float:
        """Hour of the week at which the period starts; 0 is Monday 00:00."""

    @property
    def planned(self) -> Sequence[ShiftPlan]:
        """The scenario's own roster, by (volunteer, start)."""

    def team_of(self, volunteer_id: int) -> str:
        """Return the name of the volunteer's team."""

    def expected_incidents(self, team: str) -> Sequence[float]:
        """Return the forecast for each hour of the period: incidents that the team may answer."""

    def expected_work_s(self, team: str) -> float:
        """Return the expected person-seconds that one incident takes the team, travel included."""


class Assignment(NamedTuple):
    """Decision of a dispatch policy: send these volunteers to this incident.

    Sending fewer than are missing is legal: the incident stays open for the rest.
    """

    incident_id: int
    volunteer_ids: tuple[int, ...]


class GoTo(NamedTuple):
    """Decision of a standby policy: wait at a point (the node nearest to it)."""

    x: float
    y: float


class Base(Enum):
    """Decision of a standby policy: wait at one's own base (home or post)."""

    OWN = "own"


class Visit(NamedTuple):
    """Decision of a patrol policy: go to a node by the fastest way and stay for a while."""

    node: int
    dwell_s: float = 0.0


class Walk(NamedTuple):
    """Decision of a patrol policy: walk these nodes, each a neighbour of the one before.

    The first node is a neighbour of `StateView.node_of`.
    """

    nodes: tuple[int, ...]
    dwell_s: float = 0.0


class Interruption(Enum):
    """What happens to work that is interrupted for something more urgent."""

    RESUME = "resume"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preemption:
    """Who may be taken away from what; a dispatch policy has it as attribute ``preemption``.

    Attributes
    ----------
    divert, interrupt
        Pairs (priority left, priority gained): people on the way who may be turned round, and
        people at work who may be called away.
    interruption
        Whether interrupted work goes on where it stopped or starts again.
    with_city_pairs
        Whether the pairs that a city file brings count among `divert` too.
    """

    divert: frozenset[tuple[int, int]] = frozenset()
    interrupt: frozenset[tuple[int, int]] = frozenset()
    interruption: Interruption = Interruption.RESUME
    with_city_pairs: bool = False


@runtime_checkable
class DispatchPolicy(Protocol):
    """Chooses whom to send.

    Optional: an attribute ``preemption`` (a `Preemption`; without it nobody is preempted) and a
    method ``queue_key(incident)`` (a sortable key; without it (priority, known time)).
    """

    def dispatch(self, view: StateView, incident: OpenIncident) -> Assignment | None:
        """Return whom to send, or None to leave the incident in the queue."""


@runtime_checkable
class StandbyPolicy(Protocol):
    """Chooses where a free person waits."""

    def standby(self, view: StateView, volunteer_id: int) -> GoTo | Base | None:
        """Return where to wait; None to stay where one is."""


@runtime_checkable
class PatrolPolicy(Protocol):
    """Chooses where a patrolling person goes next."""

    def next_patrol(self, view: StateView, volunteer_id: int) -> Visit | Walk | None:
        """Return the next leg of the patrol; None to stand by instead."""


@runtime_checkable
class RosterPolicy(Protocol):
    """Chooses who is on duty when, before the period starts."""

    def plan_roster(self, view: RosterView) -> Sequence[ShiftPlan]:
        """Return all shifts of the period."""


ROLE_METHODS = {
    Role.DISPATCH: "dispatch",
    Role.STANDBY: "standby",
    Role.PATROL: "next_patrol",
    Role.ROSTER: "plan_roster",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a policy, as a scenario may set it.

    Attributes
    ----------
    kind
        How the scenario writes it: ``duration`` (a policy gets float seconds), ``durations`` (a
        span such as ``10-16 min``: a pair of float seconds), ``share`` (float), ``number``
        (float), ``count`` (int), ``text`` (str), ``pairs`` (a list of pairs of whole numbers).
    default
        The value as a scenario would write it; None when the policy has its own way.
    about
        One sentence for the planner.
    choices
        For ``text``: the words allowed; empty for any.
    """

    kind: str
    default: Any
    about: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySpec:
    """A named recipe for a policy, as a plugin registers it.

    Attributes
    ----------
    name
        The name that a scenario file uses.
    role
        What it decides.
    build
        Builds a fresh policy for one replication from the checked parameters.
    parameters
        What the scenario may set, by name.
    version, about
        The policy's own version, and one sentence for the planner.
    api
        Version of this interface that it was written for.
    """

    name: str
    role: Role
    build: Callable[[Mapping[str, Any]], object]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    version: str = "1"
    about: str = ""
    api: str = API_VERSION
