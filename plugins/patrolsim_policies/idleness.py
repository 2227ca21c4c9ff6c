"""What patrols remember: when each place was last passed, by anybody.

Idleness I_v(t) = t - last visit of v. Source: Machado, Ramalho, Zucker and Drogoul (2003),
Multi-agent patrolling: an empirical analysis of alternative architectures, MABS 2002, LNCS 2581.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim import StateView


class Pass(NamedTuple):
    """A place that somebody should come to, and when."""

    at_s: float
    node: int


@dataclass(slots=True)
class Idleness:
    """The last visit of each place; before the first one, the start of the period.

    Places on the way of a patrol count from the moment at which it should be there. A way that
    was broken off counts no longer: nobody is known to have been there.

    Attributes
    ----------
    last_s
        When each node was last passed.
    plans
        What each volunteer has still to pass on the present way, by time.
    """

    last_s: dict[int, float] = field(default_factory=dict)
    plans: dict[int, list[Pass]] = field(default_factory=dict)

    def of(self, view: StateView, node: int) -> float:
        """Return for how long a place has not been passed, in seconds."""
        return view.now_s - self.last_s.get(node, 0.0)

    def look(self, view: StateView, asked: int) -> None:
        """Note what was passed up to now; `asked` has ended a way, or broken it off."""
        ends = dict(view.patrol_targets())
        ends[asked] = view.node_of(asked)
        for who, plan in list(self.plans.items()):
            if ends.get(who) != plan[-1].node:
                del self.plans[who]
                continue
            while plan and plan[0].at_s <= view.now_s:
                passed = plan.pop(0)
                self.last_s[passed.node] = max(passed.at_s, self.last_s.get(passed.node, 0.0))
            if not plan:
                del self.plans[who]
        self.last_s[ends[asked]] = view.now_s

    def plan(self, view: StateView, volunteer_id: int, nodes: Sequence[int]) -> None:
        """Keep the way that somebody is sent: from where they are over these nodes."""
        here, at_s, plan = view.node_of(volunteer_id), view.now_s, []
        for node in nodes:
            at_s += view.arc_time_s(volunteer_id, here, node)
            plan.append(Pass(at_s, node))
            here = node
        self.plans[volunteer_id] = plan

    def plan_stop(self, view: StateView, volunteer_id: int, node: int, way_s: float) -> None:
        """Keep the place that somebody is sent to, by whatever way."""
        self.plans[volunteer_id] = [Pass(view.now_s + way_s, node)]
