"""The page of the leaderboard: one table per map, best first, with intervals and the bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from patrolsim.output_analysis import FEW, LEVEL, Estimate, estimate_mean, estimate_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from patrolsim.bench import Suite

FEW_REMARK = " So few replications give rough intervals."
BOUND = "no strategy below"
"""Stands for the bound among the names of the strategies."""


class Score(NamedTuple):
    """What a strategy made of one replication.

    Attributes
    ----------
    waited_s, waited
        Seconds from known until somebody is on scene, over so many incidents: those that the
        bound counts.
    late, targets
        Incidents that nobody reached within their target, of how many with one.
    worst_s
        The longest time for which patrols left a corner alone; None where nobody patrols.
    """

    waited_s: float
    waited: int
    late: float
    targets: int
    worst_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table: estimates over the replications; None where there is nothing."""

    name: str
    wait_s: Estimate | None
    late: Estimate | None
    worst_s: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The table of a scenario.

    Attributes
    ----------
    name
        Of the scenario.
    replications
        How many there were.
    bound
        What no strategy can go below, on the same days.
    rows
        The strategies, that with the shortest wait first.
    """

    name: str
    replications: int
    bound: Row
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, name: str, scores: Sequence[Mapping[str, Score]]) -> Self:
        """Return the table of a scenario from the scores of each replication by strategy."""
        rows = [_row(one, [score[one] for score in scores]) for one in scores[0]]
        bound, *strategies = rows
        ranked = sorted(strategies, key=lambda row: row.wait_s.value if row.wait_s else 0.0)
        return cls(name=name, replications=len(scores), bound=bound, rows=tuple(ranked))


def write_page(suite: Suite, boards: Sequence[Board]) -> str:
    """Return the page as Markdown."""
    return "\n".join([_introduction(suite, boards), *_tables(boards)]) + "\n"


def _row(name: str, scores: Sequence[Score]) -> Row:
    worst_s = [score.worst_s for score in scores if score.worst_s is not None]
    return Row(
        name=name,
        wait_s=estimate_ratio([s.waited_s for s in scores], [s.waited for s in scores]),
        late=estimate_ratio([s.late for s in scores], [s.targets for s in scores]),
        worst_s=estimate_mean(worst_s),
    )


def _tables(boards: Sequence[Board]) -> Iterator[str]:
    for board in boards:
        yield f"\n## {board.name.capitalize()}\n"
        yield "| strategy | wait | bound | late | bound | longest without a patrol |"
        yield "|---|---:|---:|---:|---:|---:|"
        for row in board.rows:
            cells = [
                row.name,
                _shown(row.wait_s, 1 / 60, "min"),
                _value(board.bound.wait_s, 1 / 60, "min"),
                _shown(row.late, 100, "%"),
                _value(board.bound.late, 100, "%"),
                _shown(row.worst_s, 1 / 60, "min") if row.worst_s else "",
            ]
            yield f"| {' | '.join(cells)} |"


def _shown(one: Estimate | None, factor: float, unit: str) -> str:
    """Return an estimate with half the width of its interval."""
    if one is None:
        return "none"
    half = "" if one.half_width is None else f" ± {one.half_width * factor:.1f}"
    return f"{one.value * factor:.1f}{half} {unit}"


def _value(one: Estimate | None, factor: float, unit: str) -> str:
    return "none" if one is None else f"{one.value * factor:.1f} {unit}"


def _introduction(suite: Suite, boards: Sequence[Board]) -> str:
    model, level = suite.model, f"{LEVEL:.0%}"
    numbers = sorted({board.replications for board in boards})
    days = " to ".join(map(str, dict.fromkeys((numbers[0], numbers[-1]))))
    few = FEW_REMARK if numbers[0] < FEW else ""
    return f"""\
# Leaderboard

Shipped policies with their default parameters on {len(boards)} maps; the suite is `{model.suite}`,
its seed {model.replications.root_seed}, with **{days} replications** of each map. All strategies
of a map meet the same days. `make leaderboard` writes this page; with `MANHATTAN=folder` it plays
that city, too, and `python -m benchmarks.leaderboard --help` says how to choose how many days.

- **wait**: from known until the first person is on scene, or until the caller gives up or the
  period ends; mean over incidents. **late**: share of the incidents with a target that nobody
  reached within it. Behind ± stands half of the {level} interval; the replication is the sampling
  unit.{few}
- **bound**: what no strategy can go below on the same days, even one that knows the future
  ([bounds](bounds.md)): any dispatch that interrupts no work, any standby, any patrol, the
  scenario's own shifts. There may be no strategy that reaches it.
- **longest without a patrol**: the longest time for which a corner was left alone by patrols, the
  begin and the end of the period counted as visits; mean over replications. Patrols that go to
  some places only, and all patrols of large maps, have corners to which nobody comes.
- The order of two lines whose intervals overlap may be chance: compare two strategies in pairs
  with `patrolsim compare` before you believe it. A good place here is no promise for your
  streets: parameters that suit them matter more than a name.
- The first word of a line is the dispatch policy, the last the standby policy; nobody patrols in
  these. Lines that begin with `patrol` send the closest and let people wait at home. `hpcc`
  searches the whole map for each decision and is left out on maps with more than 500 corners. A
  map without people who patrol has no such lines.
- Equal lines are no mistake. With few calls at a time `batch_assignment` and `regret_k` decide
  about one call at a time, as `closest` does; where all named places are one group, `zone_lists`
  has one zone.
- Manhattan stands for its streets and rates: every call ends in hospital there, so the numbers are
  not those of the recorded runs of that city ([recorded calls](replay.md))."""
