"""Patrol without a plan: at each corner any street, but not straight back.

Source: rule P0 of docs/policies.md. A walk that may turn back at every corner covers less
ground and does not meet the formula for memoryless passes; one that does not comes close.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolsim import Parameter, PolicySpec, Role, Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim import StateView


@dataclass(slots=True)
class RandomWalk:
    """Walks a stretch at a time, each street drawn uniformly from those that leave a corner.

    Looks at: the streets at each corner. Draws from its own stream once per corner.

    Attributes
    ----------
    stretch_s
        How far ahead a walk is planned.
    may_turn_back
        Whether the street just walked is drawn like any other; else only in a blind alley.
    last
        The last two corners of the walk of each volunteer.
    """

    stretch_s: float
    may_turn_back: bool
    last: dict[int, tuple[int, int]] = field(default_factory=dict)

    def next_patrol(self, view: StateView, volunteer_id: int) -> Walk | None:
        """Return the next stretch; None where no street leaves."""
        return self.wander(view, volunteer_id, self.stretch_s)

    def wander(self, view: StateView, volunteer_id: int, stretch_s: float) -> Walk | None:
        """Return a walk that takes at least so long; None where no street leaves."""
        here = view.node_of(volunteer_id)
        before, end = self.last.get(volunteer_id, (-1, -1))
        if end != here:
            before = -1
        nodes: list[int] = []
        length_s = 0.0
        draw = view.rng.integers
        while length_s < stretch_s or not nodes:
            choices = view.neighbours(volunteer_id, here)
            if before in choices and len(choices) > 1 and not self.may_turn_back:
                choices = [node for node in choices if node != before]
            if not choices:
                break
            before, here = here, choices[int(draw(0, len(choices)))]
            nodes.append(here)
            length_s += view.arc_time_s(volunteer_id, before, here)
        self.last[volunteer_id] = (before, here)
        return Walk(tuple(nodes)) if nodes else None


@dataclass(frozen=True, slots=True)
class Stand:
    """Patrols nowhere: those who would patrol stand by."""

    def next_patrol(self, _view: StateView, _volunteer_id: int) -> None:
        """Return nothing."""


def _build(parameters: Mapping[str, Any]) -> RandomWalk:
    return RandomWalk(parameters["stretch"], parameters["turn_back"] == "uniform")


RANDOM_WALK = PolicySpec(
    name="random_walk",
    role=Role.PATROL,
    build=_build,
    about="Patrols wander: at each corner any street, but not straight back.",
    parameters={
        "stretch": Parameter(
            kind="duration", default="10 min", about="How far ahead a walk is planned."
        ),
        "turn_back": Parameter(
            kind="text",
            default="never",
            choices=("never", "uniform"),
            about="Whether a patrol may turn back at a corner that has other streets.",
        ),
    },
)
STAND = PolicySpec(
    name="stand",
    role=Role.PATROL,
    build=lambda _parameters: Stand(),
    about="Nobody patrols: those who would, stand by.",
)
