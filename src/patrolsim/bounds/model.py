"""What a bound is, and which strategies it speaks about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Roster(StrEnum):
    """Who may be on duty when, under the strategies that a bound speaks about."""

    OWN = "own"
    """The scenario's own shifts."""
    ANY = "any"
    """Any shifts of the scenario's people: a roster policy may have moved them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategies:
    """The class of strategies that a bound holds for.

    Attributes
    ----------
    preempts
        Whether people may be taken away from their work for something more urgent. To turn
        somebody round who is still on the way is always allowed.
    roster
        Whose shifts they keep.
    """

    preempts: bool = True
    roster: Roster = Roster.ANY

    def __str__(self) -> str:
        work = "any dispatch" if self.preempts else "any dispatch that interrupts no work"
        shifts = "the scenario's own roster" if self.roster is Roster.OWN else "any roster"
        return f"{work}; any standby and patrol policy; {shifts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What no strategy can go below on one drawn day, whatever it knows of the future.

    Attributes
    ----------
    value
        The sum over the incidents that it counts: how many are late, or the seconds that they
        wait.
    count
        How many incidents it counts; `measured_lateness` and `measured_response` count the same.
    unit
        ``incidents`` or ``s``.
    method
        The relaxation that gave it.
    holds_for
        The strategies that cannot beat it.
    n_incidents
        How many incidents were drawn for the day.
    left_out
        What is drawn, or may happen, and is not counted; one sentence each.
    """

    value: float
    count: int
    unit: str
    method: str
    holds_for: str
    n_incidents: int
    left_out: tuple[str, ...]

    @property
    def per_incident(self) -> float | None:
        """The late share, or the mean in seconds; None when nothing is counted."""
        return self.value / self.count if self.count else None
