"""Group ``patrol``: what patrols meet, and how long places are left alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import Purpose
from patrolsim.metrics.patrol import patrol_dose
from patrolsim.units import US_PER_S
from patrolsim.verification import maps
from patrolsim.verification.rows import Finding, Limits, Row, measured
from patrolsim.verification.studies import Observation, Setup, Size, Study

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from patrolsim.verification.laboratory import Laboratory
    from patrolsim.verification.trial import Trial

    Ints = npt.NDArray[np.int64]

GROUP = "patrol"
ROUND = 40
"""Blocks of a round."""
BLOCK_S = 1.0
RANDOM_WALK = "{policy: random_walk, stretch: 10 s}"
UNIFORM_WALK = "{policy: random_walk, stretch: 10 s, turn back: uniform}"
CORNERS = 12
"""Nodes of the map on which passes have no memory: each leads to each other one."""
GRID_SIDE = 5
UNSEEN_DAYS = 1
"""Nobody reports what happens within the period: only a patrol finds it."""
AFTERWARDS_S = 60
"""Time at the end of a replication in which patrols find what happened."""


class Beat(NamedTuple):
    """Patrols on a map, and what happens at its nodes.

    Attributes
    ----------
    files
        The streets.
    starts
        Where the patrols start.
    patrol
        The patrol policy, as a scenario writes it.
    nodes
        The nodes at which something happens.
    a_minute
        How often something happens anywhere.
    """

    files: dict[str, str]
    starts: tuple[int, ...]
    patrol: str
    nodes: tuple[int, ...]
    a_minute: int = 15

    def setup(self, length_s: int, _draw: int = 0) -> Setup:
        """Return the scenario of so many seconds."""
        text = f"""\
name: A beat
streets: {maps.STREETS}
period: {{from: 2025-03-10 00:00, length: {length_s + AFTERWARDS_S} s}}
teams:
  patrols: {{members: members.csv, modes: {{walker: 100%}}, patrols: 100%}}
channels:
  nobody reports: {{delay: {UNSEEN_DAYS} day}}
incidents:
  find: {{how often: {self.a_minute} per min, where: {{nodes: where.csv}}, takes: 0 s,
    channel: nobody reports, seen by patrols: true}}
strategies:
  theory: {{dispatch: closest, standby: stay, patrol: {self.patrol}}}
"""
        tables = {
            "members.csv": maps.members_file(self.starts),
            "where.csv": maps.weights_file(self.nodes),
        }
        return Setup(text, self.files | tables)


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    yield from _interception_on_a_round()
    yield from _memoryless_passes()
    yield from _rounds()
    yield from _random_walk()
    yield from _tours()


def ring_beat(walkers: int) -> Beat:
    """Return a one-way round with patrols at equal distances; nobody can turn round."""
    files = maps.map_files(maps.circle(ROUND), maps.ring(range(ROUND), BLOCK_S))
    starts = tuple(number * ROUND // walkers for number in range(walkers))
    return Beat(files, starts, RANDOM_WALK, tuple(range(ROUND)))


def observe_delays(trial: Trial, length_s: int, *, within: Sequence[float]) -> Observation:
    """Measure how soon patrols find what happens."""
    rows = trial.rows
    chosen = rows.occurred_us < length_s * US_PER_S
    delay_us = (rows.known_us - rows.occurred_us)[chosen]
    shares = {f"within {s:g}": float((delay_us <= s * US_PER_S).mean()) for s in within}
    return Observation(shares)


def _interception_on_a_round() -> Iterator[Row]:
    for walkers in (1, 2, 4):
        round_s = ROUND / walkers
        within = tuple(round_s * part for part in (0.25, 0.5, 0.75))
        study = Study(
            name=f"patrol/round-{walkers}",
            setup=ring_beat(walkers).setup,
            observe=partial(observe_delays, within=within),
            full=Size(20, 1_000),
            quick=Size(20, 250),
        )
        for seconds in within:
            yield Row(
                id=f"patrol1/round-k{walkers}/within{seconds:g}",
                group=GROUP,
                what=f"{walkers} on a round of {ROUND} blocks: share met within {seconds:g}",
                source="k s T / D; Larson and Odoni 1981, ch. 4",
                find=measured(study, f"within {seconds:g}", walkers * seconds / ROUND),
                limits=Limits(0.15, 0.06),
                is_quick=walkers == 4,  # noqa: PLR2004 - one of the three
            )


def _memoryless_passes() -> Iterator[Row]:
    points = maps.circle(CORNERS)
    ways = [maps.Way(i, j, BLOCK_S) for i in range(CORNERS) for j in range(CORNERS) if i != j]
    walk = UNIFORM_WALK
    beat = Beat(maps.map_files(points, ways), (0,), walk, tuple(range(CORNERS)))
    passes = (1, 5, 10, 20)
    study = Study(
        name="patrol/memoryless",
        setup=beat.setup,
        observe=partial(observe_delays, within=passes),
        full=Size(20, 3_000),
    )
    for number in passes:
        exact = 1 - (1 - 1 / CORNERS) * (1 - 1 / (CORNERS - 1)) ** (number - 1)
        yield Row(
            id=f"patrol1/memoryless/within{number}",
            group=GROUP,
            what=f"One patrol, next corner any of {CORNERS}: share met within {number} blocks",
            source="geometric; goes over into 1 - exp(-s T / D)",
            find=measured(study, f"within {number}", exact),
            limits=Limits(None, 0.06),
            is_quick=False,
        )


class Passes(NamedTuple):
    """When patrols came to the end of a street: the time, the street and its end."""

    time_us: Ints
    arc: Ints
    node: Ints


def passes_of(trial: Trial) -> Passes:
    """Return all passes of patrols in the order of time."""
    legs = trial.log.legs
    steps = np.diff(legs.first_step)
    walked = np.repeat(legs.purpose == Purpose.PATROL, steps)
    walked &= (legs.step_end_us <= np.repeat(legs.end_us, steps)) & (legs.step_arc >= 0)
    time_us, arc = legs.step_end_us[walked], legs.step_arc[walked]
    order = np.argsort(time_us, kind="stable")
    node = trial.world.streets.head[arc].astype(np.int64)
    return Passes(time_us[order], arc[order], node[order])


def gaps_us(time_us: Ints, place: Ints) -> Ints:
    """Return the times between two passes of the same place, for all places together."""
    order = np.lexsort((time_us, place))
    gaps: Ints = np.diff(time_us[order])[np.diff(place[order]) == 0]
    return gaps


def _rounds() -> Iterator[Row]:
    for walkers in (1, 4):
        beat = ring_beat(walkers)
        claims = (
            ("worst", "longest time without a pass", ROUND / walkers),
            ("mean", "mean time since the last pass", ROUND / walkers / 2),
        )
        for measure, what, exact in claims:
            yield Row(
                id=f"patrol2/k{walkers}/{measure}",
                group=GROUP,
                what=f"{walkers} at equal distances on a round of {ROUND} blocks: {what}",
                source="L / (k s), half of it; exact",
                find=partial(_idleness, beat, measure, exact),
            )


def _idleness(beat: Beat, measure: str, exact: float, laboratory: Laboratory) -> Finding:
    """Return the idleness of places between their first and last pass."""
    (trial,) = laboratory.trials(beat.setup(1_000))
    passes = passes_of(trial)
    gaps = gaps_us(passes.time_us, passes.node)
    # Integers: the mean age over a gap is half of it, weighed by how long the gap lasts.
    mean_us = int((gaps * gaps).sum()) / (2 * int(gaps.sum()))
    found = {"worst": int(gaps.max()) / US_PER_S, "mean": mean_us / US_PER_S}
    return Finding(exact, [found[measure]])


def _random_walk() -> Iterator[Row]:
    files = maps.map_files(maps.square(GRID_SIDE), maps.grid(GRID_SIDE, BLOCK_S))
    everywhere = tuple(range(GRID_SIDE**2))
    beat = Beat(files, (0,), UNIFORM_WALK, everywhere)
    study = Study(
        name="patrol/kac",
        setup=beat.setup,
        observe=_observe_returns,
        full=Size(20, 5_000),
    )
    streets = 2 * GRID_SIDE * (GRID_SIDE - 1)
    for name, ways in DEGREES.items():
        yield Row(
            id=f"patrol3/{name}/return",
            group=GROUP,
            what=f"Random walk on 5 x 5 corners, {name} ({ways} streets): mean time to return",
            source="Kac: 2 m / degree",
            find=measured(study, name, 2 * streets / ways),
            limits=Limits(None, 0.04),
            is_quick=False,
        )


DEGREES = {"corner": 2, "side": 3, "centre": 4}


def _observe_returns(trial: Trial, _length_s: int) -> Observation:
    """Measure steps per visit of a node, with the visits as the planner's table counts them."""
    doses = patrol_dose(trial.log, trial.world, count=GRID_SIDE**2)
    visits = {dose.node: dose.visits for dose in doses}
    steps = sum(visits.values())
    last = GRID_SIDE - 1
    by_degree: dict[int, list[int]] = {}
    for node, count in visits.items():
        row, column = divmod(node, GRID_SIDE)
        ways = 4 - (row in {0, last}) - (column in {0, last})
        by_degree.setdefault(ways, []).append(count)
    return Observation(
        {name: steps * len(by_degree[n]) / sum(by_degree[n]) for name, n in DEGREES.items()}
    )


def _tours() -> Iterator[Row]:
    """Yield the rows of people on an Euler tour: two rings that share a node."""
    half = 20
    first, second = list(range(half)), [0, *range(half, 2 * half - 1)]
    ways = [*maps.ring(first, BLOCK_S), *maps.ring(second, BLOCK_S)]
    tour = [*first, *second]
    files = maps.map_files(maps.circle(2 * half - 1), ways)
    for walkers in (1, 2, 5):
        starts = tuple(tour[place * len(tour) // walkers] for place in range(walkers))
        nodes = " ".join(str(node) for node in tour)
        patrol = f'{{policy: verify_tour, nodes: "{nodes}", apart: {len(tour) // walkers}}}'
        beat = Beat(files, starts, patrol, tuple(range(2 * half - 1)), a_minute=0)
        yield Row(
            id=f"patrol4/k{walkers}/worst",
            group=GROUP,
            what=f"{walkers} on an Euler tour of {len(tour)} streets: longest time without a pass",
            source="|E| / k; exact",
            find=partial(_tour_idleness, beat, len(tour) / walkers),
            is_quick=False,
        )


def _tour_idleness(beat: Beat, exact: float, laboratory: Laboratory) -> Finding:
    (trial,) = laboratory.trials(beat.setup(1_000))
    passes = passes_of(trial)
    return Finding(exact, [int(gaps_us(passes.time_us, passes.arc).max()) / US_PER_S])
