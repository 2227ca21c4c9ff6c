"""Maps of the table as two tables of streets; every street takes a stated time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STREETS = (
    "{nodes: nodes.csv, edges: edges.csv, snap: node,"
    " travel times: {walker: {column: time_s, off road: 1 m/s}}}"
)
"""The key ``streets`` of a scenario on such a map; its people move in the mode ``walker``."""
NODES, EDGES = "nodes.csv", "edges.csv"


class Way(NamedTuple):
    """A one-way street: the numbers of its ends, and the seconds that it takes."""

    tail: int
    head: int
    time_s: float


def map_files(points: Sequence[tuple[float, float]], ways: Iterable[Way]) -> dict[str, str]:
    """Return the two tables of a map; node number i is called i."""
    nodes = [f"{number},{x:g},{y:g}" for number, (x, y) in enumerate(points)]
    edges = [f"{way.tail},{way.head},1,{way.time_s:.6f}" for way in ways]
    return {
        NODES: "\n".join(["node,x,y", *nodes]) + "\n",
        EDGES: "\n".join(["u,v,length_m,time_s", *edges]) + "\n",
    }


def weights_file(nodes: Iterable[int]) -> str:
    """Return a table that gives each of these nodes the same weight."""
    return "node,weight\n" + "".join(f"{node},1\n" for node in nodes)


def members_file(nodes: Iterable[int]) -> str:
    """Return a table of members, one at each of these nodes."""
    return "node\n" + "".join(f"{node}\n" for node in nodes)


def square(side: int) -> list[tuple[float, float]]:
    """Return the corners of a grid, row by row, a metre apart."""
    return [(float(column), float(row)) for row in range(side) for column in range(side)]


def grid(side: int, time_s: float, *, is_torus: bool = False) -> list[Way]:
    """Return the streets of a square grid, both ways; on a torus opposite borders are glued."""
    ways = []
    for row in range(side):
        for column in range(side):
            for right, down in ((1, 0), (0, 1)):
                other_row, other_column = row + down, column + right
                if not is_torus and side in {other_row, other_column}:
                    continue
                other = other_row % side * side + other_column % side
                ways += both_ways(row * side + column, other, time_s)
    return ways


def both_ways(one: int, other: int, time_s: float) -> list[Way]:
    """Return a street that is walked both ways."""
    return [Way(one, other, time_s), Way(other, one, time_s)]


def ring(nodes: Sequence[int], time_s: float) -> list[Way]:
    """Return one-way streets round some nodes."""
    heads = [*nodes[1:], nodes[0]]
    return [Way(tail, head, time_s) for tail, head in zip(nodes, heads, strict=True)]


def circle(count: int) -> list[tuple[float, float]]:
    """Return points on a circle."""
    turns = [2 * math.pi * number / count for number in range(count)]
    return [(100 * math.cos(turn), 100 * math.sin(turn)) for turn in turns]


def everybody_to_everybody(points: Sequence[tuple[float, float]], speed_mps: float) -> list[Way]:
    """Return a straight street from each point to each other one."""
    return [
        Way(i, j, math.dist(a, b) / speed_mps)
        for i, a in enumerate(points)
        for j, b in enumerate(points)
        if i != j
    ]
