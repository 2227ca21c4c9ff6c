"""A patrol that does what its policy says, in a view made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from patrolsim import Walk

if TYPE_CHECKING:
    from tests.plugins.fakes import FakeView

ME = 5


class Came(NamedTuple):
    """Somebody came to a node."""

    at_s: float
    node: int


def grid(side: int) -> dict[tuple[int, int], float]:
    """Return the streets of a square grid, 1 s each."""
    ways = [(node, node + 1) for node in range(side * side) if (node + 1) % side]
    ways += [(node, node + side) for node in range(side * (side - 1))]
    return dict.fromkeys(ways, 1.0)


def patrol(policy: Any, view: FakeView, decisions: int) -> list[Came]:
    """Let volunteer 5 do what a policy says so many times; return the corners passed."""
    passed = []
    for _ in range(decisions):
        decision = policy.next_patrol(view, ME)
        nodes = decision.nodes if isinstance(decision, Walk) else (decision.node,)
        for node in nodes:
            view.now_s += view.travel_time_to_node_s(ME, node)
            view.nodes[ME] = node
            passed.append(Came(view.now_s, node))
        view.now_s += decision.dwell_s
    return passed
