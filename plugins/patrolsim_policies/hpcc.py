"""Patrol to a place that is near and has waited long, by a way over places that have waited.

Source: rule P3 of docs/policies.md; the heuristic pathfinder conscientious cognitive agents of
Almeida, Ramalho, Santana, Tedesco, Menezes, Corruble and Chevaleyre (2004), Recent advances on
multi-agent patrolling, SBIA 2004, LNCS 3171, 474-483, as in patrolling_sim of Portugal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from patrolsim import PolicySpec, Role, Walk
from patrolsim_policies.idleness import Idleness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from patrolsim import StateView

    Graph = Mapping[int, Mapping[int, float]]
    Cost = Callable[[int, float], float]


@dataclass(slots=True)
class Pathfinder:
    """Chooses a corner and the way there; everything that can be reached on the streets counts.

    Looks at: all streets that can be reached (once per mode, with the times of that moment, and
    again when a street has been opened or closed), and what its own patrols have passed. Two
    searches of O(E log V) in plain Python per decision: for graphs of some hundred corners.

    Attributes
    ----------
    idleness
        What was passed.
    graphs
        The time of each street by its two ends, by mode.
    """

    idleness: Idleness = field(default_factory=Idleness)
    graphs: dict[str, Graph] = field(default_factory=dict)

    def next_patrol(self, view: StateView, volunteer_id: int) -> Walk | None:
        """Return the way to the next corner; None where no street leaves."""
        self.idleness.look(view, volunteer_id)
        here = view.node_of(volunteer_id)
        graph = self._graph(view, volunteer_id, here)
        times_s, _before = search(graph, here, lambda _head, time_s: time_s)
        others = [node for node in sorted(times_s) if node != here]
        if not others:
            return None
        idle_s = {node: self.idleness.of(view, node) for node in times_s}
        target = choose_target(others, times_s, idle_s)
        longest_s = max(time_s for ways in graph.values() for time_s in ways.values())
        most_idle_s = max(idle_s.values())

        def cost(head: int, time_s: float) -> float:
            busy = 0.0 if most_idle_s == 0 else (most_idle_s - idle_s[head]) / most_idle_s
            return (time_s / longest_s if longest_s else 0.0) + busy

        _costs, before = search(graph, here, cost)
        way = [target]
        while before[way[-1]] != here:
            way.append(before[way[-1]])
        way.reverse()
        self.idleness.plan(view, volunteer_id, way)
        return Walk(tuple(way))

    def _graph(self, view: StateView, volunteer_id: int, here: int) -> Graph:
        mode = view.volunteer(volunteer_id).mode
        known = self.graphs.get(mode, {})
        if here not in known or not is_present(known, view, volunteer_id):
            self.graphs[mode] = explore(view, volunteer_id, here)
        return self.graphs[mode]


def choose_target(
    nodes: list[int], times_s: Mapping[int, float], idle_s: Mapping[int, float]
) -> int:
    """Return the node with the largest (Dmax - d) / Dmax + I / Imax; ties: nearer, lower id."""
    farthest_s = max(times_s[node] for node in nodes)
    most_idle_s = max(idle_s[node] for node in nodes)

    def score(node: int) -> float:
        near = (farthest_s - times_s[node]) / farthest_s if farthest_s else 0.0
        return near + (idle_s[node] / most_idle_s if most_idle_s else 0.0)

    return min(nodes, key=lambda node: (-score(node), times_s[node], node))


def explore(view: StateView, volunteer_id: int, start: int) -> Graph:
    """Return all streets that can be reached from a node, with the times of this moment."""
    graph: dict[int, Mapping[int, float]] = {}
    open_nodes = [start]
    while open_nodes:
        node = open_nodes.pop()
        if node in graph:
            continue
        ways = view.neighbours(volunteer_id, node)
        graph[node] = {head: view.arc_time_s(volunteer_id, node, head) for head in ways}
        open_nodes += ways
    return graph


def is_present(graph: Graph, view: StateView, volunteer_id: int) -> bool:
    """Return whether the streets of a graph are those that are open now."""
    return all(
        ways.keys() == set(view.neighbours(volunteer_id, node)) for node, ways in graph.items()
    )


def search(graph: Graph, start: int, cost: Cost) -> tuple[dict[int, float], dict[int, int]]:
    """Return the least cost to each node that can be reached, and the node before it.

    `cost` gives the cost of a street from its end and its time. Ties: the lower node.
    """
    best, before = {start: 0.0}, {}
    queue, done = [(0.0, start)], set()
    while queue:
        so_far, node = heappop(queue)
        if node in done:
            continue
        done.add(node)
        for head, time_s in graph[node].items():
            total = so_far + cost(head, time_s)
            if total < best.get(head, math.inf):
                best[head], before[head] = total, node
                heappush(queue, (total, head))
    return best, before


HPCC = PolicySpec(
    name="hpcc",
    role=Role.PATROL,
    build=lambda _parameters: Pathfinder(),
    about="Patrols go to near places that have waited long, over places that have waited.",
)
