"""Shipped patrols on two classic graphs of the literature, beside results that others published.

``python -m benchmarks.patrol_graphs DATA OUT`` reads ``map_a`` and ``complete50`` and their
results from a folder and writes a page.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.visits import Intervals, intervals_between_visits

from patrolsim.verification import maps
from patrolsim.verification.laboratory import Laboratory, verification_host
from patrolsim.verification.studies import Setup

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GRAPHS = ("map_a", "complete50")
AGENTS = (1, 4)
LENGTH_S = 5_000
SEEDS = range(1, 4)
PUBLISHED = ("RSearch-NCount", "RSearch-Vaw", "RSearch-LRTA*-unit", "RSearch-Full-LRTA*")
"""Those published strategies that are no variants of another one."""


class Graph(NamedTuple):
    """A graph of the literature: one step moves one unit of length.

    Attributes
    ----------
    places
        How many nodes it has.
    ways
        Its streets, both ways; a unit of length takes a second.
    """

    places: int
    ways: tuple[maps.Way, ...]


class Published(NamedTuple):
    """A published result: means over the runs of its authors."""

    strategy: str
    agents: int
    intervals: Intervals


def read_graph(file: Path) -> Graph:
    """Return a graph from its file."""
    data = json.loads(file.read_text(encoding="utf-8"))
    number = {name: place for place, name in enumerate(data["nodes"])}
    ways: list[maps.Way] = []
    for edge in data["edges"]:
        ways += maps.both_ways(number[edge["u"]], number[edge["v"]], edge["length"])
    return Graph(len(number), tuple(ways))


def read_published(file: Path) -> list[Published]:
    """Return the means of the published strategies that are compared with."""
    found: dict[tuple[str, int], dict[str, float]] = {}
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["stat"] == "Mean" and row["strategy"] in PUBLISHED:
                cell = found.setdefault((row["strategy"], int(row["agents"])), {})
                cell[row["metric"]] = float(row["value"])
    return [
        Published(strategy, agents, Intervals(cell["Max Interval"], cell["QMI"]))
        for (strategy, agents), cell in found.items()
    ]


def patrols_of(graph: Graph, agents: int) -> dict[str, str]:
    """Return the shipped patrols that are compared, as a scenario writes them."""
    return {
        "random_walk": "{policy: random_walk, turn back: uniform, stretch: 1 s}",
        "conscientious_reactive": "conscientious_reactive",
        "hpcc": "hpcc",
        "cyclic": f"{{policy: cyclic, hot spots: {graph.places}, people: {agents}}}",
    }


def simulate_patrol(
    graph: Graph, patrol: str, agents: int, *, length_s: int = LENGTH_S, seed: int = 1
) -> Intervals:
    """Return how long a patrol leaves corners alone; the seed chooses where it starts."""
    starts = [(seed * 17 + k * 11) % graph.places for k in range(agents)]
    laboratory = Laboratory(verification_host(), is_quick=False)
    (trial,) = laboratory.trials(_setup(graph, patrol, starts, length_s), seed=seed)
    return intervals_between_visits(trial.log, trial.world)


def mean_of(found: Sequence[Intervals]) -> Intervals:
    """Return the mean over runs of both measures."""
    return Intervals(*(fmean(column) for column in zip(*found, strict=True)))


def _setup(graph: Graph, patrol: str, starts: Sequence[int], length_s: int) -> Setup:
    """Return the scenario: people who only patrol; all corners are alike."""
    text = f"""\
name: A graph of the literature
streets: {maps.STREETS}
period: {{from: 2025-03-10 00:00, length: {length_s} s}}
teams:
  patrols: {{members: members.csv, modes: {{walker: 100%}}, patrols: 100%}}
channels:
  nobody reports: {{delay: 365 days}}
incidents:
  nothing: {{how often: 1 per day, where: {{nodes: where.csv}}, takes: 1 s,
    channel: nobody reports}}
strategies:
  one: {{dispatch: closest, standby: stay, patrol: {patrol}}}
"""
    files = maps.map_files(maps.circle(graph.places), graph.ways)
    tables = {
        "members.csv": maps.members_file(starts),
        "where.csv": maps.weights_file(range(graph.places)),
    }
    return Setup(text, files | tables)


def write_page(data: Path) -> str:
    """Return the page: each graph with each number of patrols, ours and the published ones."""
    return "\n".join([INTRODUCTION, *_tables(data), ""])


def _tables(data: Path) -> Iterator[str]:
    for name in GRAPHS:
        graph = read_graph(data / f"{name}.json")
        published = read_published(data / f"results_{name}.csv")
        for agents in AGENTS:
            yield f"\n## {name}, {agents} patrol{'s' if agents > 1 else ''}\n"
            yield "| strategy | from | worst interval | quadratic mean |\n|---|---|---:|---:|"
            rows = [
                (one.strategy, "published", one.intervals)
                for one in published
                if one.agents == agents
            ]
            rows += _ours(graph, agents)
            for strategy, source, (worst_s, mean_s) in sorted(rows, key=lambda row: row[2]):
                yield f"| {strategy} | {source} | {worst_s:.0f} | {mean_s:.0f} |"


def _ours(graph: Graph, agents: int) -> Iterator[tuple[str, str, Intervals]]:
    for policy, written in patrols_of(graph, agents).items():
        runs = [simulate_patrol(graph, written, agents, seed=seed) for seed in SEEDS]
        yield f"`{policy}`", "patrolsim", mean_of(runs)


INTRODUCTION = f"""\
# Classic patrol graphs

The literature on patrols compares strategies by how long places are left alone: the worst
interval between two visits of a place, and the quadratic mean of all intervals. This page puts
four shipped patrols beside published results on two of its graphs, `map_a` and `complete50` (50
places each; a patrol moves one unit of length a second). The published numbers are means over
runs of 50,000 steps, from the results that P. Sampaio keeps with his program
([pablo-sampaio/patrolling](https://github.com/pablo-sampaio/patrolling), commit 20d52ad1,
GPL-3.0; only numbers are taken). Ours are means over {len(SEEDS)} runs of {LENGTH_S:,} s from
other starts. `python -m benchmarks.patrol_graphs DATA docs/patrol-graphs.md` writes this page.

What to look for:

- The published strategies are of one family: real-time searches that look at the neighbours only.
  `Vaw` (vertex-ant-walk) is the relative of `conscientious_reactive`: both go to the neighbour
  that was left longest. Their worst intervals lie within a quarter of each other.
- The order of ours is that of the literature: a round (`cyclic`), then the pathfinder (`hpcc`),
  then the reactive patrol. Chance (`random_walk`) is last with one patrol. The worst interval of
  the round is shorter than everything that is published there, that of chance longer.
- The quadratic mean of `conscientious_reactive` is 1.2 to 1.7 times that of `Vaw`. `Full-LRTA*`,
  which weighs the length of streets, has a lower quadratic mean than our round and a longer worst
  interval: the mean is taken over visits, so places on short streets that are visited often
  count more.
- This collection has no results of a random walk, a pathfinder or a round: for these the order
  can be compared, not the value.
- Every place counts as visited when a run begins and when it ends. Chance may not come to every
  place within a run: then its worst interval is the whole run.
"""


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(write_page(Path(sys.argv[1])), encoding="utf-8")
