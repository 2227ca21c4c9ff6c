"""Volunteers and incidents as they are now; only `state` changes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim.eventlog import NEVER_US, Status
from patrolsim.volunteers.habits import WEEK_US, willingness

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
class WeekBook:
    """What a volunteer has done since Monday, for those for whom a week may bring too much.

    Attributes
    ----------
    most_alerts, most_work_us
        The limits; None without one.
    alerts, worked_us
        How often they were asked, and how long they have worked, the present work left out.
    since_us
        Since when they work on an incident, or since Monday if that is later; None for not.
    """

    most_alerts: int | None
    most_work_us: int | None
    alerts: int = 0
    worked_us: int = 0
    since_us: int | None = None

    def is_full(self, now_us: int) -> bool:
        """Whether they are not to be asked any more this week."""
        if self.most_alerts is not None and self.alerts >= self.most_alerts:
            return True
        working_us = 0 if self.since_us is None else now_us - self.since_us
        return self.most_work_us is not None and self.worked_us + working_us >= self.most_work_us


@dataclass(slots=True, eq=False)
class AlertBook:
    """What was asked for the present stage of an incident.

    Attributes
    ----------
    since_us
        When the first alert was sent; None while none was.
    sent
        How many alerts there were.
    asked
        Who has not answered yet, in the order in which they were asked.
    timer
        When the policy wants to be asked again; None for not by the clock.
    """

    since_us: int | None = None
    sent: int = 0
    asked: list[VolunteerState] = field(default_factory=list)
    timer: Timer | None = None


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
    skills
        What they can do by now.
    alert
        The incident to which they are asked to go, beside others; None when nobody waits for
        their answer.
    week, accepted_us
        What they have done since Monday, and when they have accepted alerts lately; None for
        people without a limit, and for people who do not tire.
    has_worked
        Whether they have left a scene since they came on duty.
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
    skills: frozenset[str] = field(init=False)
    alert: IncidentState | None = None
    week: WeekBook | None = None
    accepted_us: list[int] | None = None
    has_worked: bool = False
    id: int = field(init=False)

    def __post_init__(self) -> None:
        """Keep the number at hand, and books for those who need them."""
        self.id = self.person.volunteer_id
        self.skills = self.person.skills_at(0)
        habits = self.person.habits
        if habits is None:
            return
        if habits.has_limits:
            self.week = WeekBook(habits.most_alerts, habits.most_work_us)
        if habits.tires > 0:
            self.accepted_us = []

    def accepted_lately(self, now_us: int) -> int:
        """Return how many alerts they have accepted in the last 7 days."""
        return sum(at_us > now_us - WEEK_US for at_us in self.accepted_us or ())

    def willingness(self, now_us: int) -> float:
        """Return the probability that they go when they hear that they are asked."""
        tires = 0.0 if self.person.habits is None else self.person.habits.tires
        return willingness(self.person.acceptance, tires, self.accepted_lately(now_us))

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
    scene
        Where stages at the scene are: where it occurred, or where somebody was found.
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
    is_lost
        Whether a search was given up, so that only stages for the escalated follow.
    queue_entry
        Its entry in the queue; None while it does not wait there.
    patience, work
        Timers.
    alerts
        What was asked for the present stage; None while nobody was asked beside others.
    alert_count
        How many alerts there were for all stages.
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
    scene: Stop = field(init=False)
    place: Stop | None = None
    left_us: int = 0
    working_since_us: int | None = None
    offers: int = 0
    declined: frozenset[int] = NOT_DECLINED
    was_reached: bool = False
    has_quorum: bool = False
    is_lost: bool = False
    queue_entry: tuple[Any, int, IncidentState] | None = None
    patience: Timer | None = None
    work: Timer | None = None
    alerts: AlertBook | None = None
    alert_count: int = 0

    def __post_init__(self) -> None:
        """Begin where it occurs."""
        self.scene = self.row.stop

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
