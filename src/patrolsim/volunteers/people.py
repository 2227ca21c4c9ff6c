"""Volunteers as they are; what they do at a moment stands in the engine's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.distributions import Distribution
    from patrolsim.network.streets import Stop
    from patrolsim.volunteers.habits import Habits


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteer:
    """A person who can be asked.

    Attributes
    ----------
    volunteer_id
        Number, from 0, in the order of the teams.
    team, label
        Name of the team, and the person's own name or number in it.
    mode
        Index of the mode in which they ordinarily move.
    mode_by_priority
        The mode in which they answer incidents of a priority, where it differs.
    base, base_name
        Where they wait when nothing else is said: home or post; the name of a post.
    skills
        What they can do.
    patrols
        Whether they patrol while they are on duty and free.
    acceptance
        Probability that they go when they are asked.
    answers_after, turnout
        Time to the answer, and from the answer to leaving; None for at once.
    overtime_us
        How long after a shift's end work goes on before it is handed over: 0 for not at all,
        `NEVER_US` for until it is finished.
    trade
        Name of the trade in the team; empty in a team without trades.
    habits
        Further rules about being asked; None without any.
    joins_us
        When they join: before, they are not on duty.
    learns_us
        From when on they have their skills.
    """

    volunteer_id: int
    team: str
    label: str
    mode: int
    mode_by_priority: Mapping[int, int]
    base: Stop
    base_name: str
    skills: frozenset[str]
    patrols: bool
    acceptance: float
    answers_after: Distribution | None
    turnout: Distribution | None
    overtime_us: int
    trade: str = ""
    habits: Habits | None = None
    joins_us: int = 0
    learns_us: int = 0

    @property
    def may_decline(self) -> bool:
        """Whether they may fail to come when they are asked."""
        return self.acceptance < 1.0 or (self.habits is not None and self.habits.may_decline)

    def skills_at(self, time_us: int) -> frozenset[str]:
        """Return what they can do at a time, in microseconds since the start of the period."""
        # the name of the team, where needs ask for it, is nothing that one has to learn
        return self.skills if time_us >= self.learns_us else self.skills & {self.team}
