"""Run folders to be told of: the town of `patrolsim init` on an evening, run in this process."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from tests.experiments import town_design

from patrolsim.cli.policies import choose_policies, offers_in_use
from patrolsim.experiment import (
    Circumstances,
    Conduct,
    Design,
    Listener,
    Part,
    RunFolder,
    run_arms,
)
from patrolsim.experiment.results_form import pack_results, unpack_results

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.experiment import Finished, Results, Task
    from patrolsim.experiment.design import Tables
    from patrolsim.plugins import PluginHost


def write_run(
    folder: Path,
    *,
    replications: int = 10,
    dispatch: tuple[str, ...] = (),
    arms: int | None = None,
) -> Path:
    """Run the town and write its run folder; return the folder."""
    design, host = town_design(
        folder.with_name(f"{folder.name}-town"), replications=replications, dispatch=dispatch
    )
    if arms is not None:
        design = Design(arms=design.arms[:arms], replications=replications)
    loaded = design.arms[0].loaded
    with RunFolder.open(folder) as writing:

        def keep(task: Task, _done: Finished, tables: Tables | None) -> None:
            writing.add(task, tables or {})

        results = run_arms(
            design,
            host,
            conduct=Conduct(parts=frozenset({Part.TABLES})),
            listener=Listener(on_result=keep),
        )
        writing.finish(results, loaded, _circumstances(design, host))
    return folder


def _circumstances(design: Design, host: PluginHost) -> Circumstances:
    loaded = design.arms[0].loaded
    every = choose_policies(loaded, host)
    choices = {arm.name: every[arm.name] for arm in design.arms}
    return Circumstances(
        choices=choices,
        offers=offers_in_use(choices, host),
        started_at="2025-03-10T12:00:00+08:00",
        command=("patrolsim", "run", "town"),
    )


def copied(run: Path, target: Path) -> Path:
    """Return a copy of a run folder."""
    shutil.copytree(run, target)
    return target


def change_document(run: Path, change: Callable[[Any], None]) -> None:
    """Change what ``run.json`` says."""
    file = run / "run.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    change(document)
    file.write_text(json.dumps(document), encoding="utf-8")


def change_results(run: Path, change: Callable[[Results], None]) -> None:
    """Change what was measured."""
    file = run / "results.bin"
    results = unpack_results(file.read_bytes())
    change(results)
    file.write_bytes(pack_results(results))
