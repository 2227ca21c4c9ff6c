"""How often the gate is right, on suites of twelve cells played from a bank of real replications.

Run: ``python -m benchmarks.validation.gate_rates FOLDER [SUITES]``; the bank is made when it is
not in the folder.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from benchmarks.validation.bank import open_bank
from benchmarks.validation.suites import CELLS, Outcome, play

from patrolsim.output_analysis.gate import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.validation.suites import Samples

    Suite = dict[tuple[int, str], Outcome]

SUITES = 1000
SCENARIOS = 4
SHOWN = (Verdict.IMPROVED, Verdict.PASS, Verdict.SMALL, Verdict.FAIL, Verdict.INCONCLUSIVE)


def main(folder: Path, suites: int) -> None:
    """Print the rates for equal data, for nothing but other noise, and for true changes."""
    bank = open_bank(folder).responses_s
    print_suites("equal data", play_many(bank, ["baseline"] * SCENARIOS, suites // 5))
    print_suites("other noise", play_many(bank, ["null"] * SCENARIOS, suites))
    for name in ("+1 %", "+2 %", "+6 %", "+12 %"):
        candidates = [name, *["null"] * (SCENARIOS - 1)]
        print_suites(f"{name} in one scenario", play_many(bank, candidates, suites // 2), (0,))
    print_suites("+6 % in all", play_many(bank, ["+6 %"] * SCENARIOS, suites // 2))


def play_many(bank: Mapping[str, Samples], candidates: Sequence[str], suites: int) -> list[Suite]:
    """Play some suites on independent days; the same each time."""
    draw = np.random.Generator(np.random.Philox(key=20240501))
    return [play(bank, candidates, draw) for _ in range(suites)]


def print_suites(title: str, suites: Sequence[Suite], shown: Sequence[int] = range(4)) -> None:
    """Print how many suites raised an alarm, and the verdicts per metric of some scenarios."""
    first = np.mean([_fails(suite, before=True) for suite in suites])
    say(f"{title}: {len(suites)} suites of {SCENARIOS * len(CELLS)} cells")
    say(f"  suites with a FAIL {_fail_share(suites):.3f} (before fresh days {first:.3f})")
    for metric in CELLS:
        outcomes = [suite[scenario, metric] for suite in suites for scenario in shown]
        verdicts = Counter(outcome.verdict for outcome in outcomes)
        shares = "  ".join(f"{v.name} {verdicts[v] / len(outcomes):.3f}" for v in SHOWN)
        mean_n = np.mean([outcome.n for outcome in outcomes])
        say(f"  {metric:7s} {shares}  mean n {mean_n:.1f}")


def say(text: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail_share(suites: Sequence[Suite]) -> float:
    return float(np.mean([_fails(suite, before=False) for suite in suites]))


def _fails(suite: Suite, *, before: bool) -> bool:
    return any(
        (one.first_verdict if before else one.verdict) is Verdict.FAIL for one in suite.values()
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SUITES)
