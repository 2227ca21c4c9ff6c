"""Kinds of incident and their stages, as a scenario declares them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patrolsim.distributions import Distribution
    from patrolsim.units import WeeklyHours

FOLLOW_UP_STRIDE = 1_000_000_000
"""A follow-up has the id of its parent plus this number, so ids never depend on decisions."""


class Where(Enum):
    """Where a stage is worked on."""

    SCENE = "scene"
    REMOTE = "remote"
    NEAREST = "nearest"


class StartsWith(Enum):
    """When work on a stage starts."""

    FIRST = "first"
    QUORUM = "quorum"


class Outcome(IntEnum):
    """How an incident ends; the codes stand in event logs and must never change."""

    SETTLED = 0
    ESCALATED = 1
    GAVE_UP = 2
    UNSERVED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """People that a stage needs.

    Attributes
    ----------
    skill
        The skill that each of them has; None for anybody.
    people
        How many, 1 or more.
    """

    skill: str | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of answering an incident.

    Attributes
    ----------
    name
        The planner's word for it.
    where
        At the scene, remote (no travel), or at the nearest of `places`.
    places
        Names of the places for ``Where.NEAREST``, one or more; empty otherwise.
    takes
        How long the work lasts, in seconds.
    needs
        Who is needed, in the order in which the needs are filled.
    starts_with
        Whether work starts with the first person there or with the quorum.
    can_hand_over
        Whether the rest of the work can pass to others at a shift's end.
    skills
        One entry per person of `needs`, in their order: the skill, or None for anybody.
    """

    name: str
    where: Where
    places: tuple[str, ...]
    takes: Distribution
    needs: tuple[Need, ...]
    starts_with: StartsWith
    can_hand_over: bool
    skills: tuple[str | None, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Spell the needs out, once for all incidents."""
        skills = tuple(need.skill for need in self.needs for _ in range(need.people))
        object.__setattr__(self, "skills", skills)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRule:
    """What makes incidents of a kind requests: they may be scheduled before a due time.

    Attributes
    ----------
    due_within_us
        How long after it became known a request is due to be done; None for appointments at
        fixed times, which are due to begin then.
    windows
        When work that is not remote may start; None for any time.
    """

    due_within_us: int | None
    windows: WeeklyHours | None

    @property
    def is_fixed(self) -> bool:
        """Whether the time of each is fixed."""
        return self.due_within_us is None

    def windows_of(self, stage: Stage) -> WeeklyHours | None:
        """Return when work on a stage may start; None for any time."""
        return None if stage.where is Where.REMOTE else self.windows


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """An incident that may grow out of a closed one.

    Attributes
    ----------
    kind
        Name of the kind of the new incident.
    chance
        Probability that it happens, from 0 to 1.
    after
        Time from the end of the parent to the new incident, in seconds.
    outcomes
        The ends of the parent after which it can happen.
    """

    kind: str
    chance: float
    after: Distribution
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The type of an incident.

    Attributes
    ----------
    name
        The planner's word for it.
    priority
        1 is the most urgent.
    target_s
        Response time that the planner aims at, in seconds; None without a target.
    patience
        Time from known after which the caller gives up unless somebody has come; None for never.
    stages
        What has to be done, in order; at least one.
    teams
        Names of the teams that may answer; empty for all.
    seen_by_patrols
        Whether a patrol that passes the place discovers it before it is reported.
    escalates
        Probability that it ends escalated instead of settled.
    follow_up
        What may grow out of it; None for nothing.
    request
        What makes it a request; None for an incident that is answered at once.
    item_of
        The kind of whose catalogue it is an item; None for a kind that stands for itself.
    """

    name: str
    priority: int
    target_s: float | None
    patience: Distribution | None
    stages: tuple[Stage, ...]
    teams: tuple[str, ...]
    seen_by_patrols: bool
    escalates: float
    follow_up: FollowUp | None
    request: RequestRule | None = None
    item_of: str | None = None
