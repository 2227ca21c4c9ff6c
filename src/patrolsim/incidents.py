"""Kinds of incident and their stages, as a scenario declares them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.distributions import Distribution
    from patrolsim.units import WeeklyHours

FOLLOW_UP_STRIDE = 1_000_000_000
"""A follow-up has the id of its parent plus this number, so ids never depend on decisions."""


class Where(Enum):
    """Where a stage is worked on."""

    SCENE = "scene"
    REMOTE = "remote"
    NEAREST = "nearest"
    ADDRESS = "address"


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
        The skill that each of them has; None for anybody. The name of a team stands for its
        members: where a need names a team, its people have that name among their skills.
    people
        How many, 1 or more.
    """

    skill: str | None
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How somebody who is looked for walks about before they stay where they are.

    Attributes
    ----------
    speed_mps
        How fast they walk, metres per second.
    lasts
        How long they walk, from the moment at which it happens.
    """

    speed_mps: float
    lasts: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How somebody is looked for along the streets.

    Attributes
    ----------
    ring_m
        Mean distance from the last known place, metres; None when all distances are alike.
    streets, paths
        How likely a metre of a street is that is open to cars, and of one that is closed to them,
        beside each other.
    places, near_m
        How many times as likely a metre of street is within so many metres of a named place.
    sweep_m, passers_by_m
        Width that one person sees, metres, who searches and who only passes.
    street_m
        Width of the strip along a street in which somebody may be, metres.
    speed_mps
        How fast people search, metres per second.
    movement
        How the subject walks about; None for somebody who stays.
    target_s
        Time from known in which the planner wants them found; None without such a target.
    when_lost
        How the incident ends when the time of the search is over.
    """

    ring_m: float | None
    streets: float
    paths: float
    places: tuple[tuple[str, float], ...]
    near_m: float
    sweep_m: float
    passers_by_m: float
    street_m: float
    speed_mps: float
    movement: Movement | None
    target_s: float | None
    when_lost: Outcome

    @property
    def effort_of_searcher(self) -> float:
        """Coverage W / width that one searcher adds where they pass."""
        return self.sweep_m / self.street_m

    @property
    def effort_of_passer_by(self) -> float:
        """Coverage that anybody else adds who passes."""
        return self.passers_by_m / self.street_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of answering an incident.

    Attributes
    ----------
    name
        The planner's word for it.
    where
        At the scene, remote (no travel), at the nearest of `places`, or at the address that is
        drawn for the incident.
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
    teams
        Names of the teams that may answer this stage; empty for those of the kind.
    chance
        Probability that it happens when its turn comes.
    settles
        Probability that it settles the matter, so that the following stages are left out.
    only_when
        The outcome with which alone it happens; None for any.
    search
        How somebody is looked for; the work then lasts until they are found, and `takes` at
        most. None for any other work.
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
    teams: tuple[str, ...] = ()
    chance: float = 1.0
    settles: float = 0.0
    only_when: Outcome | None = None
    search: Search | None = None
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
class Stake:
    """What is lost unless work on an incident starts in time.

    Attributes
    ----------
    amount
        How much, in whole `unit`; drawn before the run. Its numbers are no seconds.
    unit
        What is counted: yuan, people.
    lost_after
        Time from what happens to the loss, in seconds.
    """

    amount: Distribution
    unit: str
    lost_after: Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """A team that may be called to what another team answers.

    Attributes
    ----------
    team, helped
        Who helps whom.
    after_us
        How long after an incident has become known its open needs may be filled by the helpers.
    """

    team: str
    helped: str
    after_us: int


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
    helps
        Who may help the teams that answer it; of no account where all teams answer.
    stake
        What is lost unless work starts in time; None for nothing.
    answering
        For each stage the teams that may answer, each with the time in microseconds that must
        have passed since the incident became known; None where all may.
    help_after_us
        The times after an incident became known at which more teams may be called, rising.
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
    helps: tuple[Help, ...] = ()
    stake: Stake | None = None
    answering: tuple[Mapping[str, int] | None, ...] = field(init=False, repr=False, compare=False)
    help_after_us: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Say for each stage who may answer, once for all incidents."""
        answering = tuple(self._answering(stage.teams or self.teams) for stage in self.stages)
        waits = {us for teams in answering if teams for us in teams.values() if us > 0}
        object.__setattr__(self, "answering", answering)
        object.__setattr__(self, "help_after_us", tuple(sorted(waits)))

    @property
    def branches(self) -> bool:
        """Whether some stage may be left out."""
        return any(
            stage.chance < 1 or stage.settles > 0 or stage.only_when is not None
            for stage in self.stages
        )

    def likelihoods(self) -> tuple[float, ...]:
        """Return the probability that each stage happens."""
        found, open_still = [], 1.0
        for stage in self.stages:
            left = {
                None: open_still,
                Outcome.ESCALATED: open_still * self.escalates,
                Outcome.SETTLED: 1 - open_still * self.escalates,
            }
            found.append(left[stage.only_when] * stage.chance)
            if stage.only_when is None:
                open_still -= found[-1] * stage.settles
        return tuple(found)

    def answers(self, team: str) -> bool:
        """Whether a team answers some stage by itself, without being called for help."""
        return any(
            not (stage.teams or self.teams) or team in (stage.teams or self.teams)
            for stage in self.stages
        )

    def _answering(self, teams: tuple[str, ...]) -> Mapping[str, int] | None:
        if not teams:
            return None
        found = {
            one.team: one.after_us
            for one in sorted(self.helps, key=lambda one: -one.after_us)
            if one.helped in teams
        }
        return found | dict.fromkeys(teams, 0)
