"""Volunteers and incidents as they are now; only `state` changes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim.eventlog import NEVER_US, Status

if TYPE_CHECKING:
    from patrolsim.demand.table import Incident
    from patrolsim.engine.clock import Timer
    from patrolsim.engine.legs import Leg
    from patrolsim.incidents import Kind, Stage
    from patrolsim.network.streets import Stop
    from patrolsim.volunteers.people import Volunteer

STANDING_BY = Status.STANDING_BY
NOT_DECLINED: frozenset[int] = frozenset()


@dataclass(slots=True, eq=False)
class VolunteerState:
    """A volunteer now.

    Attributes
    ----------
    person, id
        Who it is, and their number; never change.
    status, is_free
        What they do, and whether they are on duty and it can wait.
    stop, leg
        Where they rest, or the leg that they are on or that was broken off under them: exactly
        one of the two is set.
    incident
        What they are assigned to.
    shift_end_us
        End of the present shift; None off duty.
    must_stop_us
        From when on they hand their work over; `NEVER_US` when they finish it.
    since_us
        When they began to do it.
    timer
        What happens to them next: an arrival, an answer, a departure.
    """

    person: Volunteer
    status: Status = Status.OFF_DUTY
    is_free: bool = False
    stop: Stop | None = None
    leg: Leg | None = None
    incident: IncidentState | None = None
    shift_end_us: int | None = None
    must_stop_us: int = NEVER_US
    since_us: int = 0
    timer: Timer | None = None
    id: int = field(init=False)

    def __post_init__(self) -> None:
        """Keep the number at hand."""
        self.id = self.person.volunteer_id

    def has_stood_by(self, now_us: int) -> bool:
        """Whether they stand by and have to get ready before they leave.

        Whoever has become free at this very instant is on their feet still.
        """
        return self.status is STANDING_BY and self.since_us < now_us

    def mode_for(self, priority: int) -> int:
        """Return the index of the mode in which they answer incidents of a priority."""
        return self.person.mode_by_priority.get(priority, self.person.mode)


@dataclass(slots=True, eq=False)
class IncidentState:
    """An incident now.

    Attributes
    ----------
    id, row, kind
        Its number, and what was drawn for it before the run; never change.
    known_us
        When it became known; `NEVER_US` before.
    is_closed
        Whether it has ended.
    stage
        Index of the present stage; -1 before the first.
    skills, people
        One entry per person needed in the present stage: the skill (None for anybody), and who
        fills it (None while nobody does).
    missing
        How many of them nobody fills.
    place
        Where the present stage is worked on; None for remote work.
    left_us
        Work left in the present stage.
    working_since_us
        When work last started; None while nobody works.
    offers, declined
        How many people were asked so far, and the ids of those who said no.
    was_reached, has_quorum
        Whether somebody has been on scene; whether all people of the present stage are there.
    queue_entry
        Its entry in the queue; None while it does not wait there.
    patience, work
        Timers.
    """

    id: int
    row: Incident
    kind: Kind
    known_us: int = NEVER_US
    is_closed: bool = False
    stage: int = -1
    skills: tuple[str | None, ...] = ()
    people: list[VolunteerState | None] = field(default_factory=list)
    missing: int = 0
    place: Stop | None = None
    left_us: int = 0
    working_since_us: int | None = None
    offers: int = 0
    declined: frozenset[int] = NOT_DECLINED
    was_reached: bool = False
    has_quorum: bool = False
    queue_entry: tuple[Any, int, IncidentState] | None = None
    patience: Timer | None = None
    work: Timer | None = None

    @property
    def present_stage(self) -> Stage:
        """What is being done."""
        return self.kind.stages[self.stage]

    def missing_skills(self) -> tuple[str | None, ...]:
        """Return the skills still needed, each as often as it is needed."""
        if self.missing == len(self.skills):
            return self.skills
        return tuple(
            skill for skill, who in zip(self.skills, self.people, strict=True) if who is None
        )

    def team(self) -> list[VolunteerState]:
        """Return everybody who is assigned, in the order of the needs."""
        return [who for who in self.people if who is not None]

    def open_slot(self, skills: frozenset[str]) -> int | None:
        """Return the first open need that somebody with these skills fills; None without one."""
        people = self.people
        for slot, skill in enumerate(self.skills):
            if people[slot] is None and (skill is None or skill in skills):
                return slot
        return None
