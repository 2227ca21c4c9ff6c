"""A bank of real replications: the same days under slightly different plans, for resampling.

Each replication goes the ordinary way: a scenario file, its worlds, the engine, the metrics. What
is kept are the response times of every incident, so that any estimator can be tried on them.
The bank is kept as one file that takes minutes to make and is no part of the project.

Run: ``python -m benchmarks.validation.bank FOLDER [REPLICATIONS]``.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.cli.init import write_town
from patrolsim.cli.policies import specs_of
from patrolsim.engine import simulate
from patrolsim.experiment import build_policies
from patrolsim.metrics import measure
from patrolsim.plugins import PluginHost
from patrolsim.scenario.reader import SCENARIO_FILE, read_scenario
from patrolsim.scenario.strategies import check_strategies
from patrolsim.streams import RandomStreams
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from patrolsim.scenario.loaded import LoadedScenario

    Floats = npt.NDArray[np.float64]

REPLICATIONS = 2500
TARGET_S = 900.0
OTHER_NOISE = 7_654_321
SCENARIO = """
name: A loaded town
streets:
  nodes: nodes.csv
  edges: edges.csv
  speeds: {{bike: {speed_kmh:.6f} km/h}}
period: {{from: 2025-03-10 08:00, length: 12 h}}
teams:
  wardens:
    number: 10
    modes: {{bike: 100%}}
    homes: {{everywhere: true}}
    acceptance: 80%
    turnout: {{lognormal: {{mean: 3 min, cv: 60%}}}}
incidents:
  call:
    how often: 120 per day
    day effect: 10%
    takes: {{lognormal: {{mean: 52 min, cv: 60%}}}}
    reach within: 15 min
seed: 20240501
"""
"""Ten volunteers, twelve hours, about sixty calls: some days queues build up."""


class Variant(NamedTuple):
    """A plan: how much longer every way takes than at first, and whether chance is another."""

    slowness: float = 1.0
    has_other_noise: bool = False


BASE_KMH = 10.0
VARIANTS: Mapping[str, Variant] = {
    "baseline": Variant(),
    "null": Variant(has_other_noise=True),
    "+1 %": Variant(slowness=1.017),
    "+2 %": Variant(slowness=1.034),
    "+6 %": Variant(slowness=1.102),
    "+12 %": Variant(slowness=1.200),
}


class Bank(NamedTuple):
    """The responses of every incident, by variant and replication.

    Attributes
    ----------
    responses_s
        By variant: one array per replication; infinite where nobody came.
    """

    responses_s: Mapping[str, list[Floats]]

    @property
    def size(self) -> int:
        """How many replications each variant has."""
        return len(self.responses_s["baseline"])


def open_bank(folder: Path, replications: int = REPLICATIONS) -> Bank:
    """Return the bank in a folder; simulate it when it is not there yet."""
    file = folder / f"bank-{replications}.npz"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        simulate_bank(file, replications)
    with np.load(file, allow_pickle=False) as stored:
        return Bank(
            {
                name: np.split(stored[f"{name} values"], np.cumsum(stored[f"{name} counts"])[:-1])
                for name in VARIANTS
            }
        )


def simulate_bank(file: Path, replications: int) -> None:
    """Simulate all variants and write them to a file."""
    columns: dict[str, npt.NDArray[np.generic]] = {}
    for name, variant in VARIANTS.items():
        samples = list(simulate_variant(variant, replications))
        columns[f"{name} values"] = np.concatenate(samples)
        columns[f"{name} counts"] = np.array([sample.size for sample in samples])
    np.savez_compressed(file, **columns)  # type: ignore[arg-type]


def simulate_variant(variant: Variant, replications: int) -> Iterator[Floats]:
    """Yield the response times of each replication, in seconds."""
    host = PluginHost()
    host.load_installed()
    loaded, builder = _prepare(variant)
    chosen = next(iter(check_strategies(loaded, specs_of(host)).values()))
    for replication in range(replications):
        world = builder.build(replication)
        if variant.has_other_noise:
            world = replace(world, streams=RandomStreams(OTHER_NOISE, replication))
        log = simulate(world, build_policies(chosen, host))
        yield measure(log, world).responses.response_s


def _prepare(variant: Variant) -> tuple[LoadedScenario, WorldBuilder]:
    """Read the scenario and its map as from a planner's folder."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "town"
        write_town(folder)
        text = SCENARIO.format(speed_kmh=BASE_KMH / variant.slowness)
        (folder / SCENARIO_FILE).write_text(text, encoding="utf-8")
        loaded = read_scenario(folder)
        return loaded, WorldBuilder(loaded.scenario)


if __name__ == "__main__":
    asked = int(sys.argv[2]) if len(sys.argv) > 2 else REPLICATIONS
    sys.stdout.write(f"{open_bank(Path(sys.argv[1]), asked).size} replications\n")
