"""Patrol to whichever next corner has waited longest.

Source: rule P1 of docs/policies.md; the conscientious reactive agents of Machado, Ramalho, Zucker
and Drogoul (2003), MABS 2002, LNCS 2581, as in the program patrolling_sim of Portugal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from patrolsim import PolicySpec, Role, Walk
from patrolsim_policies.idleness import Idleness

if TYPE_CHECKING:
    from patrolsim import StateView


@dataclass(slots=True)
class ConscientiousReactive:
    """Walks one street: to the neighbour with the largest idleness; ties by its own stream.

    Looks at: the streets at the corner, and what its own patrols have passed. O(degree).
    """

    idleness: Idleness = field(default_factory=Idleness)

    def next_patrol(self, view: StateView, volunteer_id: int) -> Walk | None:
        """Return the next street; None where no street leaves."""
        self.idleness.look(view, volunteer_id)
        ways = view.neighbours(volunteer_id, view.node_of(volunteer_id))
        if not ways:
            return None
        longest_s = max(self.idleness.of(view, node) for node in ways)
        best = [node for node in ways if self.idleness.of(view, node) == longest_s]
        # Drawn even without a tie: the stream does not depend on how idleness is rounded.
        chosen = best[int(view.rng.random() * len(best))]
        self.idleness.plan(view, volunteer_id, [chosen])
        return Walk((chosen,))


CONSCIENTIOUS_REACTIVE = PolicySpec(
    name="conscientious_reactive",
    role=Role.PATROL,
    build=lambda _parameters: ConscientiousReactive(),
    about="Patrols go to whichever next corner has waited longest.",
)
