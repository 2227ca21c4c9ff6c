"""What the auditor believes about each incident and volunteer while it reads the trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappush
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.eventlog import NEVER_US, NOBODY, Status
from patrolsim.incidents import Where
from patrolsim.volunteers.habits import WEEK_US

if TYPE_CHECKING:
    from patrolsim.audit.findings import Findings
    from patrolsim.audit.legs import Leg
    from patrolsim.audit.rules import AuditRules
    from patrolsim.audit.whereabouts import Whereabouts
    from patrolsim.demand.table import Incident
    from patrolsim.incidents import Kind, Stage
    from patrolsim.network.streets import Stop
    from patrolsim.volunteers.habits import Answer
    from patrolsim.volunteers.people import Volunteer
    from patrolsim.world import World

FREE = frozenset({Status.STANDING_BY, Status.PATROLLING, Status.GOING_TO_POST})
ENGAGED = frozenset(Status) - FREE - {Status.OFF_DUTY}
BEFORE_FIRST = -1
"""`Case.stage` of an incident whose handling has not started."""


class Row(NamedTuple):
    """One row of the event table."""

    time_us: int
    event: int
    incident_id: int
    volunteer_id: int
    detail: int


@dataclass(slots=True, eq=False)
class Case:
    """An incident so far.

    Attributes
    ----------
    row, kind
        What was drawn for it, and its kind.
    known_us, ready_us
        When it became known, and from when on people can be sent; None before.
    stage, needs, left_us
        The present stage, the skills of the people it needs, the work left in it.
    slots, there
        Who fills each need, and which of them are where the work is.
    spare
        People whom the present stage does not need: they must leave at once.
    scene, hunt, is_lost
        Where somebody was found, None before; the search that is on; whether one was given up.
    working_since_us
        When work last started; None while nobody works.
    offers, alerts, declined
        How many people were assigned and how many alerted, and who said no or nothing.
    reached_us, closed_us, outcome
        When somebody first was there, when it ended and how; None before.
    due_us
        When the trace says that a request is due; None before it says so.
    first_work_us
        When work first started; None before.
    has_stake, is_stake_decided, lost_us
        Whether the trace names something at stake, whether that is kept safe or lost, and when
        it was lost.
    box, fetched_us
        Where a letter waits, and when a round has worked there; None for anything else, or
        before.
    """

    row: Incident
    kind: Kind
    known_us: int | None = None
    ready_us: int | None = None
    stage: int = BEFORE_FIRST
    needs: tuple[str | None, ...] = ()
    left_us: int = 0
    slots: list[int | None] = field(default_factory=list)
    there: set[int] = field(default_factory=set)
    spare: set[int] = field(default_factory=set)
    scene: Stop | None = None
    hunt: Hunt | None = None
    is_lost: bool = False
    working_since_us: int | None = None
    offers: int = 0
    alerts: int = 0
    declined: set[int] = field(default_factory=set)
    reached_us: int | None = None
    closed_us: int | None = None
    outcome: int | None = None
    due_us: int | None = None
    first_work_us: int | None = None
    has_stake: bool = False
    is_stake_decided: bool = False
    lost_us: int | None = None
    box: tuple[float, float] | None = None
    fetched_us: int | None = None

    @property
    def id(self) -> int:
        """Number of the incident."""
        return self.row.incident_id

    @property
    def present(self) -> Stage | None:
        """The present stage; None before the first and after the last."""
        stages = self.kind.stages
        return stages[self.stage] if 0 <= self.stage < len(stages) else None

    @property
    def missing(self) -> int:
        """How many people the present stage still needs."""
        return self.slots.count(None)

    def team(self) -> list[int]:
        """Return everybody who fills a need, in the order of the needs."""
        return [who for who in self.slots if who is not None]

    def open_slot(self, skills: frozenset[str]) -> int | None:
        """Return the first open need that these skills fill; None without one."""
        for slot, skill in enumerate(self.needs):
            if self.slots[slot] is None and (skill is None or skill in skills):
                return slot
        return None


@dataclass(slots=True, eq=False)
class Hunt:
    """A search from its begin to its end.

    Attributes
    ----------
    case, stage
        The incident, and the stage that is a search.
    begin_us, end_us
        From when to when somebody was looked for; the end is None while it is on.
    finder
        Who found them; `NOBODY` when nobody did.
    """

    case: Case
    stage: int
    begin_us: int
    end_us: int | None = None
    finder: int = NOBODY


@dataclass(slots=True, eq=False)
class Person:
    """A volunteer so far.

    Attributes
    ----------
    facts
        Who it is.
    status
        What they do.
    case
        What they are assigned to.
    shift_end_us
        End of the present shift; None off duty and after its end.
    last_end_us
        End of the last shift that started.
    due_us, leg, is_escorting
        When they will be where they go for their incident, None while they do not go; the leg,
        None when they need none; whether they bring the matter to another place.
    taken_from
        The incident and the reason for which they were called away, until it is explained.
    alert, accepted
        The incident and its stage for which they are asked beside others, and the incident to
        which they have just said yes; else None.
    drawn, answers_us
        What they must answer, None when nobody waits for it, and when.
    first_monday_us
        A Monday 00:00, for the limits of a week.
    asked_us, worked_us, accepted_us
        When they were asked, from when to when they worked (`NEVER_US` while they do), when they
        accepted an alert that they might have declined.
    """

    facts: Volunteer
    first_monday_us: int = 0
    status: int = Status.OFF_DUTY
    case: Case | None = None
    shift_end_us: int | None = None
    last_end_us: int = -1
    due_us: int | None = None
    leg: Leg | None = None
    is_escorting: bool = False
    taken_from: tuple[Case, int] | None = None
    alert: tuple[Case, int] | None = None
    accepted: Case | None = None
    drawn: Answer | None = None
    answers_us: int = 0
    asked_us: list[int] = field(default_factory=list)
    worked_us: list[tuple[int, int]] = field(default_factory=list)
    accepted_us: list[int] = field(default_factory=list)

    def accepted_lately(self, now_us: int) -> int:
        """Return how many alerts they have accepted in the last 7 days."""
        return sum(now_us - at_us < WEEK_US for at_us in self.accepted_us)

    def note_question(self, now_us: int) -> None:
        """Remember that they were asked, if a week may bring too much."""
        if self.facts.habits is not None and self.facts.habits.has_limits:
            self.asked_us.append(now_us)

    def note_work(self, now_us: int, *, begins: bool) -> None:
        """Remember when work begins or ends, if a week may bring too much."""
        if self.facts.habits is None or not self.facts.habits.has_limits:
            return
        if begins:
            self.worked_us.append((now_us, NEVER_US))
        elif self.worked_us:
            self.worked_us[-1] = (self.worked_us[-1][0], now_us)

    def has_had_enough(self, now_us: int) -> bool:
        """Whether the limits of a week keep them from being asked now."""
        habits = self.facts.habits
        if habits is None or not habits.has_limits:
            return False
        monday_us = now_us - (now_us - self.first_monday_us) % WEEK_US
        asked = sum(at_us >= monday_us for at_us in self.asked_us)
        spans = ((max(a, monday_us), min(b, now_us)) for a, b in self.worked_us)
        worked_us = sum(max(b - a, 0) for a, b in spans)
        is_asked_out = habits.most_alerts is not None and asked >= habits.most_alerts
        is_worked_out = habits.most_work_us is not None and worked_us >= habits.most_work_us
        return is_asked_out or is_worked_out

    @property
    def id(self) -> int:
        """Number of the volunteer."""
        return self.facts.volunteer_id

    @property
    def must_stop_us(self) -> int:
        """From when on work is handed over; `NEVER_US` when it is finished."""
        overtime_us = self.facts.overtime_us
        return NEVER_US if overtime_us >= NEVER_US else self.last_end_us + overtime_us

    def mode_for(self, priority: int) -> int:
        """Return the index of the mode in which they answer incidents of a priority."""
        return self.facts.mode_by_priority.get(priority, self.facts.mode)


@dataclass(slots=True, eq=False, kw_only=True)
class Scene:
    """Everything that the auditor knows at a moment of the trace.

    Attributes
    ----------
    facts
        What was drawn for each incident that has to occur, follow-ups of closed ones included.
    touched_cases, touched_people
        Whom the rows of this instant concern.
    waiting, free
        Incidents in the queue, and people who could be sent.
    roster
        Planned end of each shift that has not started, by volunteer and start.
    chosen
        The decision that is being read: incident, who is sent, what they did before.
    bookings
        For which request each reserved volunteer leaves, and its planned start.
    withdrawn
        Alerts taken back at this instant: who was asked for which incident and stage.
    displaced
        Incidents that a patrol has driven elsewhere.
    dues
        Heap of (time, incident, volunteer): when something has to have happened to one of them.
    letters
        Letters that no round has fetched, by the kind of the round.
    hunts
        All searches that have begun.
    """

    world: World
    rules: AuditRules
    findings: Findings
    whereabouts: Whereabouts
    people: list[Person]
    facts: dict[int, Incident]
    horizon_us: int
    cases: dict[int, Case] = field(default_factory=dict)
    now_us: int = 0
    touched_cases: dict[int, Case] = field(default_factory=dict)
    touched_people: dict[int, Person] = field(default_factory=dict)
    waiting: dict[int, Case] = field(default_factory=dict)
    free: set[int] = field(default_factory=set)
    roster: dict[tuple[int, int], int] = field(default_factory=dict)
    chosen: list[tuple[Case, Person, int]] = field(default_factory=list)
    bookings: dict[int, tuple[Case, int]] = field(default_factory=dict)
    displaced: set[int] = field(default_factory=set)
    dues: list[tuple[int, int, int]] = field(default_factory=list)
    letters: dict[int, list[Case]] = field(default_factory=dict)
    withdrawn: list[tuple[Person, Case, int]] = field(default_factory=list)
    hunts: list[Hunt] = field(default_factory=list)

    def find(self, rule: str, text: str) -> None:
        """Note a finding at the present time."""
        self.findings.add(rule, self.now_us, text)

    def expect(self, time_us: int, case_id: int = NOBODY, person_id: int = NOBODY) -> None:
        """Look at an incident or a volunteer again at the end of a later instant."""
        heappush(self.dues, (time_us, case_id, person_id))

    def places_of(self, case: Case) -> tuple[Stop, ...] | None:
        """Return the places where the present stage can be worked on; None for remote work."""
        stage = case.present
        if stage is None or stage.where is Where.REMOTE:
            return None
        if stage.where is Where.SCENE:
            return (case.row.stop if case.scene is None else case.scene,)
        if stage.where is Where.ADDRESS:
            return () if case.row.particulars.address is None else (case.row.particulars.address,)
        return tuple(stop for name in stage.places for stop in self.world.places[name])
