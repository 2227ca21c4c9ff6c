"""Prints what private memory a run on the streets of a scenario adds, in MB, as JSON.

The libraries are imported, and the searches compiled, before the first look.
"""

import json
import sys
from pathlib import Path

import numpy as np
from tests.runs import run

from patrolsim.engine.clock import Clock
from patrolsim.engine.travel import Travel
from patrolsim.network.router import Router
from patrolsim.network.streets import UNREACHABLE_US, Streets
from patrolsim.scenario.reader import read_scenario
from patrolsim.testing import Arc, make_streets
from patrolsim.world import WorldBuilder
from patrolsim.world.maps import read_ground

PEOPLE, QUESTIONS = 1500, 3000


def private_mb() -> float:
    """Return the memory of this process that no other process shares."""
    text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    rows = [line.split() for line in text.splitlines() if line.startswith("Private")]
    return sum(int(row[1]) for row in rows) / 1024


def ask(streets: Streets, router: Router, people: int, questions: int) -> None:
    """Ask who of many is first at a node, and by which way."""
    generator = np.random.Generator(np.random.Philox(key=1))
    usable = np.flatnonzero(streets.usable[0])
    ids, never = np.arange(people), np.full(people, UNREACHABLE_US)
    for target in generator.choice(usable, questions).tolist():
        nodes = generator.choice(usable, people)
        seeds = (ids, nodes, generator.integers(0, 60_000_000, people), never)
        ((_arrival_us, first),) = router.nearest_of([(target, 0)], seeds, mode=0, count=1)
        router.route([(int(nodes[first]), 0)], [(target, 0)], mode=0)


tiny = make_streets([(0.0, 0.0), (1.0, 1.0)], [Arc(0, 1, 5), Arc(1, 0, 5)])
ask(tiny, Router(tiny), people=2, questions=3)
scenario = read_scenario(Path(sys.argv[1])).scenario
before_mb = private_mb()
streets = read_ground(scenario).streets
travel = Travel(streets, (), Clock())
ask(streets, travel.router, PEOPLE, QUESTIONS)
routing_mb = private_mb() - before_mb
world = WorldBuilder(scenario).build(0)
run(world)
sys.stdout.write(json.dumps({"routing": routing_mb, "world": private_mb() - before_mb}))
