"""Group ``geo``: how far the nearest is, on lattices whose distances are finite sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.eventlog import NEVER_US
from patrolsim.incidents import Outcome
from patrolsim.streams import RandomStreams
from patrolsim.units import US_PER_S
from patrolsim.verification import lattice, maps
from patrolsim.verification.laboratory import SEED
from patrolsim.verification.rows import Limits, Row, measured
from patrolsim.verification.studies import Observation, Setup, Size, Study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.verification.trial import Trial

GROUP = "geo"
TORUS_SIDE = 20
SQUARE_SIDE = 21
STRAIGHT_SIDE = 11
BLOCKS = 1.0
"""Seconds of a block: distances in blocks are seconds of travel."""
CALLS_A_DAY = 48
"""Far enough apart that people are back at their base before the next call."""


class Field(NamedTuple):
    """Calls at nodes of a map, and one team.

    Attributes
    ----------
    files
        The map, and the table ``where.csv`` of the nodes at which calls come.
    team
        The team as a scenario writes it, without braces.
    standby
        Where the free wait.
    """

    files: dict[str, str]
    team: str
    standby: str = "home"

    def setup(self, calls: int, _draw: int = 0) -> Setup:
        """Return the scenario with so many calls on average."""
        return Setup(
            f"""\
name: Distances
streets: {maps.STREETS}
places: {{centre: {{node: {(len(self.files["nodes.csv"].splitlines()) - 1) // 2}}}}}
period: {{from: 2025-03-10 00:00, length: {calls / CALLS_A_DAY:.6f} days}}
teams:
  people: {{{self.team}, modes: {{walker: 100%}}}}
incidents:
  call: {{how often: {CALLS_A_DAY} per day, where: {{nodes: where.csv}}, takes: 0 s}}
strategies:
  theory: {{dispatch: closest, standby: {self.standby}, patrol: stand}}
""",
            self.files,
        )


def rows() -> Iterator[Row]:
    """Yield the rows of the group."""
    yield from _poisson_people()
    yield from _exact_number()
    yield from _sectors()
    yield from _acceptance()


def observe_ways(trial: Trial, _calls: int) -> Observation:
    """Measure the ways to calls, in blocks, and how many people were asked."""
    rows = trial.rows
    came = rows.travel_us < NEVER_US
    blocks = rows.travel_us[came] / (BLOCKS * US_PER_S)
    measures = {"mean": float(blocks.mean())}
    measures |= {f"beyond {k}": float((blocks > k).mean()) for k in BEYOND}
    measures["answered"] = float((rows.outcome == Outcome.SETTLED).mean())
    return Observation(measures)


BEYOND = (0, 1, 2, 4)


def torus_files() -> dict[str, str]:
    """Return a torus of streets with calls at every node."""
    files = maps.map_files(maps.square(TORUS_SIDE), maps.grid(TORUS_SIDE, BLOCKS, is_torus=True))
    return files | {"where.csv": maps.weights_file(range(TORUS_SIDE**2))}


def _people_on_torus(number: int, more: str = "") -> Field:
    return Field(torus_files(), f"number: {number}, homes: {{nodes: where.csv}}{more}")


def poisson_number(mean: float, draw: int) -> int:
    """Return a Poisson number by inversion, keyed by the draw."""
    uniform = RandomStreams(SEED, draw).uniform("verification/people", 0)
    number, chance = 0, float(np.exp(-mean))
    total = chance
    while total < uniform:
        number += 1
        chance *= mean / number
        total += chance
    return number


def _poisson_people() -> Iterator[Row]:
    mean_people = 30.0

    def setup(calls: int, draw: int) -> Setup:
        return _people_on_torus(max(1, poisson_number(mean_people, draw))).setup(calls)

    study = Study(
        name="geo/poisson",
        setup=setup,
        observe=observe_ways,
        full=Size(200, 60),
        quick=Size(40, 40),
        redraws=True,
    )
    over = lattice.beyond_poisson(lattice.torus_distances(TORUS_SIDE), mean_people)
    claims = [
        ("mean", "mean distance in blocks", "mean", float(over[:-1].sum()), Limits(0.08, 0.03))
    ]
    for k in BEYOND:
        limits = Limits(0.04, 0.02, 1.0)
        claims.append((f"beyond{k}", f"share farther than {k}", f"beyond {k}", over[k], limits))
    for measure, what, key, exact, limits in claims:
        yield Row(
            id=f"geo1/poisson/{measure}",
            group=GROUP,
            what=f"Nearest of a Poisson number of people, right-angle: {what}",
            source="Larson and Odoni 1981, ch. 3: exp(-2 g r^2), as a sum over a lattice",
            find=measured(study, key, float(exact)),
            limits=limits,
        )


def _exact_number() -> Iterator[Row]:
    for people in (3, 10, 30):
        field = _people_on_torus(people)
        study = Study(
            name=f"geo/nearest-{people}",
            setup=field.setup,
            observe=observe_ways,
            full=Size(100, 60),
            redraws=True,
        )
        distances = lattice.torus_distances(TORUS_SIDE)
        yield Row(
            id=f"geo2/n{people}/mean",
            group=GROUP,
            what=f"Nearest of {people} people on a torus, right-angle: mean distance in blocks",
            source="finite sum; goes over into the gamma-function value",
            find=measured(study, "mean", lattice.mean_of_nearest(distances, people)),
            limits=Limits(None, 0.05),
            is_quick=False,
        )


def square_files(side: int) -> dict[str, str]:
    """Return a square grid of streets with calls at every node."""
    files = maps.map_files(maps.square(side), maps.grid(side, BLOCKS))
    return files | {"where.csv": maps.weights_file(range(side**2))}


def straight_files(side: int) -> dict[str, str]:
    """Return a square of nodes with a straight street between any two."""
    points = maps.square(side)
    files = maps.map_files(points, maps.everybody_to_everybody(points, 1 / BLOCKS))
    return files | {"where.csv": maps.weights_file(range(side**2))}


def diamond() -> list[int]:
    """Return the nodes of the square within half its side of the centre, right-angle."""
    half = SQUARE_SIDE // 2
    return [
        number
        for number, (x, y) in enumerate(maps.square(SQUARE_SIDE))
        if abs(x - half) + abs(y - half) <= half
    ]


class Sector(NamedTuple):
    """A square with one person in it, and the mean way to a call, in blocks."""

    name: str
    what: str
    side: int
    field: Field
    exact: float


def sectors() -> list[Sector]:
    """Return the squares of the table.

    Whoever stays where the last call was is at a uniform place, independent of the next call.
    """
    files, lines = square_files(SQUARE_SIDE), straight_files(STRAIGHT_SIDE)
    inside = maps.weights_file(diamond())
    square, straight = maps.square(SQUARE_SIDE), maps.square(STRAIGHT_SIDE)
    centre, straight_centre = square[len(square) // 2], straight[len(straight) // 2]
    in_diamond = [square[node] for node in diamond()]
    one = "number: 1, posts: [centre]"
    side, straight_side = SQUARE_SIDE, STRAIGHT_SIDE
    found = [
        ("both", "both ends random, right-angle", side, Field(files, one, "stay"),
         lattice.mean_between(square, straight=False)),
        ("centre", "from the centre, right-angle", side, Field(files, one),
         lattice.mean_from(centre, square, straight=False)),
        ("diamond", "diamond from its centre, right-angle", side,
         Field({**files, "where.csv": inside}, one),
         lattice.mean_from(centre, in_diamond, straight=False)),
        ("both-straight", "both ends random, straight", straight_side, Field(lines, one, "stay"),
         lattice.mean_between(straight, straight=True)),
        ("centre-straight", "from the centre, straight", straight_side, Field(lines, one),
         lattice.mean_from(straight_centre, straight, straight=True)),
    ]  # fmt: skip
    return [Sector(*each) for each in found]


def _sectors() -> Iterator[Row]:
    for sector in sectors():
        study = Study(
            name=f"geo/sector-{sector.name}",
            setup=sector.field.setup,
            observe=observe_ways,
            full=Size(20, 1_000),
            quick=Size(20, 80),
        )
        side = f"{sector.side} x {sector.side}"
        yield Row(
            id=f"geo3/{sector.name}/mean",
            group=GROUP,
            what=f"Square of {side} corners, {sector.what}: mean distance in blocks",
            source="Larson and Odoni 1981, ch. 3, as a sum over a lattice",
            find=measured(study, "mean", sector.exact),
            limits=Limits(0.05, 0.02),
        )


def _acceptance() -> Iterator[Row]:
    people, share = 40, 0.25
    field = _people_on_torus(people, f", acceptance: {share:.0%}")
    study = Study(
        name="geo/acceptance",
        setup=field.setup,
        observe=observe_ways,
        full=Size(100, 60),
        redraws=True,
    )
    distances = lattice.torus_distances(TORUS_SIDE)
    yield Row(
        id="geo5/nearest/mean",
        group=GROUP,
        what=f"Nearest of {people} people who accepts, each with {share:.0%}: mean distance",
        source="thinning; finite sum",
        find=measured(study, "mean", lattice.mean_of_nearest(distances, people, share)),
        limits=Limits(None, 0.05),
        is_quick=False,
    )
    for people in (2, 5, 7):
        accepts = 0.36
        field = _people_on_torus(people, f", acceptance: {accepts:.0%}")
        yield Row(
            id=f"geo5/k{people}/answered",
            group=GROUP,
            what=f"At least one of {people} people accepts, each with {accepts:.0%}",
            source="1 - (1 - p)^k",
            find=measured(
                Study(
                    name=f"geo/accept-{people}",
                    setup=field.setup,
                    observe=observe_ways,
                    full=Size(20, 500),
                ),
                "answered",
                1 - (1 - accepts) ** people,
            ),
            limits=Limits(None, 0.02),
            is_quick=False,
        )
