"""The whole that a policy sees: the present, or the period before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from patrolsim.policy.seen import (
        AlertsOut,
        Booking,
        Candidate,
        DemandMap,
        HotSpot,
        OpenIncident,
        ShiftPlan,
        VolunteerView,
    )


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

    @property
    def bookings(self) -> Sequence[Booking]:
        """Who is reserved for a request and has not left for it, by (start, id)."""

    def volunteer(self, volunteer_id: int) -> VolunteerView:
        """Return what is known of one volunteer."""

    def on_duty(self) -> Sequence[int]:
        """Return the ids of all volunteers on duty, rising."""

    def free(self) -> Sequence[int]:
        """Return the ids of all who are on duty and have nothing to do but wait or patrol."""

    def available(self, incident: OpenIncident) -> Sequence[int]:
        """Return the ids of free volunteers who may be sent to it, rising.

        Under a strategy with an alerts policy that policy sees here, and in `nearest`, those who
        may decline, and the dispatch policy the others.
        """

    def nearest(self, incident: OpenIncident, count: int = 1) -> Sequence[Candidate]:
        """Return who would be there first, by (eta, id).

        Free people, and those whom the preemption rules of this dispatch policy allow to leave
        what they do.
        """

    def alerted(self, incident: OpenIncident) -> AlertsOut:
        """Return who has been asked for the present stage of it, and has not answered yet."""

    def chance_to_come(self, volunteer_id: int) -> float:
        """Return the share of alerts to which they would go at present, by what is usual."""

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

    def bound_for(self, volunteer_id: int) -> tuple[float, float]:
        """Return the point that the volunteer goes to, or is at, metres."""

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

    def demand_map(self, name: str) -> DemandMap:
        """Return a map of demand that the scenario names."""

    def times_over_map_s(
        self, volunteer_id: int, x: float, y: float, name: str, priority: int | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the usual times from a point to each cell of a map of demand, shape (n_cells,).

        Door to door: with the ways off the road at both ends, in the mode in which the volunteer
        answers incidents of a priority; without one in their ordinary mode. Infinite without a
        way; read-only. A search over all streets: keep what is needed.
        """

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

    def trade_of(self, volunteer_id: int) -> str:
        """Return the name of the volunteer's trade; empty in a team without trades."""

    def skills_of(self, volunteer_id: int, at_s: float = 0.0) -> frozenset[str]:
        """Return what the volunteer can do at a time: some are trained during the period."""

    def expected_incidents(self, team: str) -> Sequence[float]:
        """Return the forecast for each hour of the period: incidents that the team may answer."""

    def expected_work_s(self, team: str) -> float:
        """Return the expected person-seconds that one incident takes the team, travel included."""
