"""Group ``search``: the share of lost people found by a time, on a walk that is known."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.eventlog import Event
from patrolsim.units import US_PER_S
from patrolsim.verification import maps
from patrolsim.verification.rows import Limits, Row, measured
from patrolsim.verification.studies import Observation, Setup, Size, Study

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.verification.trial import Trial

GROUP = "search"
SIDE = 5
STREETS = 2 * SIDE * (SIDE - 1)
STREET_S = 1.0
"""Streets of a metre, searched at a metre per second."""
EFFORT = 0.5
"""Coverage of one passing: sweep width over street width."""
HOUR_S = 3600
STEPS = (20, 40, 60, 80)
"""Streets walked by one searcher; after the last each street was walked both ways."""


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    for people, word in ((1, "one searcher"), (2, "two searchers, one of them backwards")):
        study = Study(
            name=f"search/grid-{people}",
            setup=partial(setup, people),
            observe=observe_finds,
            full=Size(20, 5),
            quick=Size(10, 1),
        )
        for steps in STEPS:
            yield Row(
                id=f"search1/k{people}/after{steps}",
                group=GROUP,
                what=f"Share found after {steps} streets, {word}, on a grid of {STREETS} streets",
                source="Koopman: mean of 1 - exp(-n W / width) over all streets",
                find=measured(study, f"after {steps}", share_found(people, steps)),
                limits=Limits(0.12, 0.03, scale=1.0),
                is_quick=people == 1,
            )


def tour() -> list[int]:
    """Return a closed walk from corner 0 that takes each street of the grid once each way."""
    onward: dict[int, list[int]] = {}
    for way in maps.grid(SIDE, STREET_S):
        onward.setdefault(way.tail, []).append(way.head)
    # Hierholzer (1873): walk on while there is a way, and put in the rounds that are left over
    walk, found = [0], []
    while walk:
        if onward[walk[-1]]:
            walk.append(onward[walk[-1]].pop())
        else:
            found.append(walk.pop())
    return found[::-1]


def share_found(people: int, steps: int) -> float:
    """Return the chance of a find within so many streets of each searcher.

    Somebody who stays is on each street with the same chance, and found there with probability
    1 - exp(-n e) after n passings, wherever on the street.
    """
    walks = [tour(), tour()[::-1]][:people]
    passed = Counter(frozenset(street) for walk in walks for street in pairwise(walk[: steps + 1]))
    return math.fsum(-math.expm1(-EFFORT * count) for count in passed.values()) / STREETS


def setup(people: int, hours: int, _draw: int = 0) -> Setup:
    """Return the scenario of so many hours: the last known place is always corner 0."""
    nodes = " ".join(str(node) for node in tour())
    text = f"""\
name: A search
streets: {maps.STREETS}
period: {{from: 2025-03-10 00:00, length: {hours * HOUR_S} s}}
teams:
  searchers: {{members: members.csv, modes: {{walker: 100%}}}}
incidents:
  lost:
    how often: 30 per h
    where: {{nodes: where.csv}}
    stages:
      search:
        search: {{sweep width: {20 * EFFORT:g} m, street width: 20 m, speed: 3.6 km/h,
          give up after: {max(STEPS) * STREET_S:g} s}}
        needs: {people}
strategies:
  theory: {{dispatch: closest, standby: home, patrol: random_walk,
    search: {{policy: verify_sweeps, nodes: "{nodes}"}}}}
"""
    files = maps.map_files(maps.square(SIDE), maps.grid(SIDE, STREET_S))
    tables = {
        "members.csv": maps.members_file([0] * people),
        "where.csv": maps.weights_file([0]),
    }
    return Setup(text, files | tables)


def observe_finds(trial: Trial, hours: int) -> Observation:
    """Measure the share found by the time of searching, of all searches that end in the run."""
    begun_us = _first_times(trial, Event.STAGE_STARTED)
    found_us = _first_times(trial, Event.FOUND)
    last_us = round((hours * HOUR_S - max(STEPS) * STREET_S) * US_PER_S)
    took_us = [
        found_us.get(number, math.inf) - since_us
        for number, since_us in begun_us.items()
        if since_us <= last_us
    ]
    return Observation(_shares(took_us))


def _shares(took_us: Sequence[float]) -> dict[str, float]:
    took = np.array(took_us)
    return {
        f"after {steps}": float((took <= steps * STREET_S * US_PER_S).mean()) for steps in STEPS
    }


def _first_times(trial: Trial, event: Event) -> dict[int, int]:
    events = trial.log.events
    chosen = np.flatnonzero(events.event == event)
    found: dict[int, int] = {}
    columns = events.incident_id[chosen].tolist(), events.time_us[chosen].tolist()
    for number, time_us in zip(*columns, strict=True):
        found.setdefault(number, time_us)
    return found
