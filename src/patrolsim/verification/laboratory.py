"""Runs the scenarios of the table by the way that every scenario goes, each only once."""

from __future__ import annotations

import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from patrolsim.experiment.placing import builder_of
from patrolsim.plugins import Origin, PluginHost
from patrolsim.scenario.reader import SCENARIO_FILE, read_scenario
from patrolsim.scenario.strategies import check_strategies
from patrolsim.verification import policies
from patrolsim.verification.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.verification.studies import Observation, Setup, Size, Study

SEED = 20_250_310
"""Seed of the table: see `seed_of`."""


def seed_of(study: Study, draw: int = 0) -> int:
    """Return the seed of the scenario of a study: other studies meet other random numbers.

    A study that redraws gives each draw a seed of its own.
    """
    return SEED + zlib.crc32(study.name.encode()) + draw


def verification_host() -> PluginHost:
    """Return a host with the installed plugins and the policies of the table.

    Raises
    ------
    PluginError
        If an installed plugin cannot be loaded.
    """
    host = PluginHost()
    host.load_installed()
    host.register(policies, Origin(plugin="verification", source="patrolsim verify"))
    return host


class Laboratory:
    """Simulates studies and remembers what they gave.

    Parameters
    ----------
    host
        Where policies come from; it must offer those of `patrolsim.verification.policies`.
    is_quick
        Whether the small sizes are run.
    """

    def __init__(self, host: PluginHost, *, is_quick: bool) -> None:
        self.is_quick = is_quick
        self._host = host
        self._seen: dict[str, list[Observation]] = {}

    def size_of(self, study: Study) -> Size:
        """Return how much of a study is simulated."""
        return study.quick if self.is_quick and study.quick is not None else study.full

    def observe(self, study: Study) -> list[Observation]:
        """Return what each replication of a study gave; the first call simulates."""
        if study.name not in self._seen:
            length = self.size_of(study).length
            self._seen[study.name] = [study.observe(one, length) for one in self._trials(study)]
        return self._seen[study.name]

    def trials(self, setup: Setup, *, replications: int = 1, seed: int = SEED) -> Iterator[Trial]:
        """Yield the replications of a scenario, each under the only strategy that it has.

        Raises
        ------
        ScenarioError, NetworkError
            If the scenario cannot be read or built.
        """
        with TemporaryDirectory(prefix="patrolsim-verify-") as folder:
            write_scenario(setup, Path(folder))
            yield from self.trials_of(Path(folder), replications=replications, seed=seed)

    def trials_of(
        self, folder: Path, *, replications: int = 1, seed: int = SEED
    ) -> Iterator[Trial]:
        """Yield the replications of the scenario in a folder; raises as `trials`."""
        loaded = read_scenario(folder, overrides={"seed": str(seed)})
        specs = {(one.role.value, one.name): one.parameters for one in self._host.specs()}
        (chosen,) = check_strategies(loaded, specs).values()
        builder = builder_of(loaded, self._host)
        for replication in range(replications):
            yield Trial(builder.build(replication), chosen, self._host)

    def _trials(self, study: Study) -> Iterator[Trial]:
        count, length = self.size_of(study)
        if not study.redraws:
            setup = study.setup(length, 0)
            yield from self.trials(setup, replications=count, seed=seed_of(study))
            return
        for draw in range(count):
            yield from self.trials(study.setup(length, draw), seed=seed_of(study, draw))


def write_scenario(setup: Setup, folder: Path) -> None:
    """Write a scenario and its tables into a folder."""
    (folder / SCENARIO_FILE).write_text(setup.text, encoding="utf-8")
    for name, text in setup.files.items():
        (folder / name).write_text(text, encoding="utf-8")
