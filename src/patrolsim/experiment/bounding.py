"""What no strategy of an experiment could beat, on the days that they met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim.experiment.placing import builder_of
from patrolsim.experiment.promises import rules_of
from patrolsim.experiment.workshop import build_policies
from patrolsim.output_analysis import estimate_ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolsim.experiment.design import Arm
    from patrolsim.experiment.workshop import PolicySource
    from patrolsim.output_analysis import Estimate
    from patrolsim.world import World

MOST_DAYS = 30
"""On so many replications the bounds are found at most: a large one takes seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Bounds over replications.

    Attributes
    ----------
    wait_s
        Least mean time from known until the first person is on scene, or until the caller gives
        up or the period ends when nobody comes; None above the size limit, or without incidents.
    within_target
        Greatest share reached within the target; None above the size limit, or without targets.
    replications
        On how many replications they were found.
    most_incidents
        How many incidents one of these has at most.
    holds_for
        The strategies that cannot beat them, in words.
    is_too_large
        Whether a replication has more incidents than can be looked at together.
    """

    wait_s: Estimate | None
    within_target: Estimate | None
    replications: int
    most_incidents: int
    holds_for: str
    is_too_large: bool


def bound_arms(arms: Sequence[Arm], host: PolicySource, replications: Sequence[int]) -> Bounds:
    """Return the bounds that hold for all of some strategies of one scenario.

    Parameters
    ----------
    arms
        The strategies; all of the same scenario.
    host
        Where policies come from: they say whether they interrupt work.
    replications
        The replications that they met; the first `MOST_DAYS` are looked at.
    """
    from patrolsim.bounds import Roster, bound_lateness, bound_response
    from patrolsim.bounds.lateness import MOST_CASES

    builder = builder_of(arms[0].loaded, host)
    days = replications[:MOST_DAYS]
    own = all("roster" not in arm.chosen for arm in arms)
    roster = Roster.OWN if own else Roster.ANY
    preempts = _any_interrupts(arms, host, builder.build(days[0]))
    late, waits = [], []
    for world in map(builder.build, days):
        late.append(bound_lateness(world, preempts=preempts, roster=roster))
        waits.append(bound_response(world, preempts=preempts, roster=roster))
    is_too_large = max(one.count for one in waits) > MOST_CASES
    return Bounds(
        wait_s=None if is_too_large else _ratio((one.value, one.count) for one in waits),
        within_target=None
        if is_too_large
        else _ratio((one.count - one.value, one.count) for one in late),
        replications=len(days),
        most_incidents=max(one.count for one in waits),
        holds_for=waits[0].holds_for,
        is_too_large=is_too_large,
    )


def _any_interrupts(arms: Sequence[Arm], host: PolicySource, world: World) -> bool:
    """Return whether the dispatch of any of the arms may take people away from their work."""
    policies = [build_policies(arm.chosen, host) for arm in arms]
    return any(rules_of(some, world).interrupt for some in policies)


def _ratio(pairs: Iterable[tuple[float, float]]) -> Estimate | None:
    found = list(pairs)
    return estimate_ratio([pair[0] for pair in found], [float(pair[1]) for pair in found])
