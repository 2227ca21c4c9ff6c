"""What it brings that all strategies meet the same days: by how much pairing cuts variances.

Run: ``python -m benchmarks.validation.pairing LEDGER [FOLDER]``; finished replications are kept in
the ledger, and with the folder of the bank small perturbations are measured too.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.validation.bank import open_bank
from scipy.stats import gmean

from patrolsim.bench import entries_of, read_suite, read_venues
from patrolsim.experiment import Conduct, Design, run_arms
from patrolsim.experiment.comparing import compare_pair
from patrolsim.experiment.measures import RESPONSE_MEAN
from patrolsim.output_analysis import influence_of_ratio, variance_reduction
from patrolsim.plugins import PluginHost

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from patrolsim.bench import Entry
    from patrolsim.experiment.comparing import Pair
    from patrolsim.output_analysis import Influence

    Samples = Sequence[npt.NDArray[np.float64]]

SUITES = Path(__file__).parents[1] / "suites"
REPLICATIONS = 40
PERTURBATIONS = ("+1 %", "+2 %")
"""Every way takes 1.7 and 3.4 % longer; the answers come 1 and 2 % later."""


def main(ledger: Path, folder: Path | None) -> None:
    """Print (Var A + Var B) / Var(A - B) of the mean response for each pair of strategies."""
    factors = []
    for suite in ("smoke", "city"):
        for pair in pairs_of(SUITES / f"{suite}.yaml", ledger):
            if pair.reduction is not None:
                factors.append(pair.reduction)
                say(f"{pair.arm} against {pair.control}: {pair.reduction:.1f}")
    say(f"shipped pairs, geometric mean: {gmean(factors):.1f}")
    if folder is not None:
        found = perturbed(folder)
        for name, factor in zip(PERTURBATIONS, found, strict=True):
            say(f"{name} against the same without: {factor:.0f}")
        say(f"perturbations, geometric mean: {gmean(found):.0f}")


def pairs_of(file: Path, ledger: Path) -> Iterator[Pair]:
    """Yield each strategy of a suite against its control, scenario by scenario."""
    host = PluginHost()
    host.load_installed()
    suite = read_suite(file, host)
    venues, _errors = read_venues(suite)
    entries = entries_of(suite, venues, host)
    for venue in venues:
        arms = [entry for entry in entries if entry.venue is venue]
        yield from _pairs_on(arms, suite.control, host, ledger)


def _pairs_on(
    entries: Sequence[Entry], control: str, host: PluginHost, ledger: Path
) -> Iterator[Pair]:
    first = next(entry.days.name for entry in entries if entry.strategy == control)
    design = Design(
        arms=[entry.days for entry in entries], replications=REPLICATIONS, control=first
    )
    results = run_arms(design, host, conduct=Conduct(workers=2, ledger=ledger))
    for entry in entries:
        if entry.days.name != first:
            yield compare_pair(results, entry.days.name, first, RESPONSE_MEAN)


def perturbed(folder: Path) -> list[float]:
    """Return the factors of the bank's small perturbations, over all its replications."""
    bank = open_bank(folder).responses_s
    base = mean_of(bank["baseline"])
    found = [variance_reduction(mean_of(bank[name]), base) for name in PERTURBATIONS]
    return [factor for factor in found if factor is not None]


def mean_of(samples: Samples) -> Influence:
    """Return the mean response of those who were reached, as a ratio over replications."""
    reached = [values[np.isfinite(values)] for values in samples]
    found = influence_of_ratio(
        [float(values.sum()) for values in reached], [float(values.size) for values in reached]
    )
    if found is None:
        raise ValueError("nobody was reached")
    return found


def say(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
