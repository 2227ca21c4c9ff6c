"""Half a year of Miaoshan against the counts that the newspaper report gives.

``python -m benchmarks.validation.miaoshan`` holds three and a half years against the exact
ranges of the counts; one half year shows whether a kind comes far too often, or ends otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from benchmarks.validation.miaoshan import (
    COUNTED,
    DAYS,
    FOLDER,
    HALF_YEAR_S,
    REPORTED,
    STRATEGY,
    counts_of,
)

from patrolsim.cli.preparing import Options, prepare
from patrolsim.experiment import Conduct, Design, Listener, Part, arms_of, run_arms

if TYPE_CHECKING:
    from patrolsim.experiment import Finished, Task
    from patrolsim.experiment.design import Tables

HALF_YEAR_DAYS = round(HALF_YEAR_S / 86_400.0)
SETTINGS = ("period.from=2025-01-01 00:00", f"period.length={HALF_YEAR_DAYS} days", *COUNTED)


@pytest.mark.slow
def test_half_a_year_has_the_reported_counts() -> None:
    loaded, host, choices = prepare(FOLDER, Options(settings=SETTINGS))
    found: list[dict[str, int]] = []

    def keep(_task: Task, _done: Finished, tables: Tables | None) -> None:
        found.append(counts_of((tables or {})["incidents"], HALF_YEAR_DAYS))

    results = run_arms(
        Design(arms=arms_of(loaded, {STRATEGY: choices[STRATEGY]}), replications=1),
        host,
        conduct=Conduct(parts=frozenset({Part.TABLES})),
        listener=Listener(on_result=keep),
    )
    kept_safe = sum(s.kept_safe for s in results.metrics_of(STRATEGY, [0])[0].stakes.values())
    assert kept_safe > 0
    for one in REPORTED:
        is_of_half_a_year = "half a year" in one.name
        expected = one.number if is_of_half_a_year else one.number * HALF_YEAR_DAYS / DAYS
        # Both numbers scatter: four standard errors of their difference.
        assert abs(found[0][one.name] - expected) < 4 * (2 * expected) ** 0.5, one.name
