"""Experiments on the town that `patrolsim init` writes, short enough to be run many times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from patrolsim.cli.init import write_town
from patrolsim.cli.policies import choose_policies, load_plugins
from patrolsim.experiment import Arm, Design, Results, Task
from patrolsim.experiment.metrics_form import plain_of_metrics
from patrolsim.experiment.packing import pack
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolsim.plugins import PluginHost

FAULTY = Path(__file__).parent / "faulty_policies.py"
EVENING = {"period.from": "2025-03-10 17:00", "period.length": "6 h"}


def town_design(
    folder: Path,
    *,
    replications: int,
    dispatch: Sequence[str] = (),
    plugins: Sequence[Path] = (),
) -> tuple[Design, PluginHost]:
    """Return the strategies of the town on an evening, and more for each dispatch policy.

    Parameters
    ----------
    folder
        Where the town is written, unless it stands there.
    replications
        How many.
    dispatch
        Names of dispatch policies, each a strategy of its own.
    plugins
        Files with policies.
    """
    if not folder.exists():
        write_town(folder)
        file = folder / "scenario.yaml"
        more = "".join(f"\n  {name}: {{dispatch: {name}}}" for name in dispatch)
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("\nstrategies:", f"\nstrategies:{more}", 1), encoding="utf-8")
    host = load_plugins(plugins)
    loaded = read_scenario(folder, overrides=EVENING)
    choices = choose_policies(loaded, host)
    arms = tuple(Arm(name=name, loaded=loaded, chosen=choices[name]) for name in choices)
    return Design(arms=arms, replications=replications), host


def bits(results: Results) -> dict[Task, tuple[str, str, bytes]]:
    """Return the digests and all measured bits of every finished task, in order."""
    return {
        task: (done.incident_digest, done.log_digest, pack(plain_of_metrics(done.metrics)))
        for task, done in results.finished.items()
    }
