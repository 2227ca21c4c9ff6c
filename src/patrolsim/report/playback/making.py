"""From a finished run to its page: choose a day, live through it again, write it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolsim.engine import ReasonBook
from patrolsim.errors import PatrolsimError, PolicyError
from patrolsim.experiment.design import arms_of
from patrolsim.experiment.results import Task
from patrolsim.experiment.typical import (
    log_digest,
    mean_over,
    median_responses_s,
    middle_one,
    square_medians,
    strategies_of,
)
from patrolsim.experiment.workshop import Workshop
from patrolsim.metrics.areas import column_and_row
from patrolsim.policy import Role
from patrolsim.report.playback.page import page_of
from patrolsim.report.playback.trace import write_trace
from patrolsim.report.playback.window import window_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.engine import Reason
    from patrolsim.experiment.results import Run
    from patrolsim.experiment.stored import StoredRun
    from patrolsim.experiment.workshop import PolicySource
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices

SIDE_BY_SIDE = 2


class PlaybackError(PatrolsimError):
    """A run cannot be shown as it was asked for."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a day is lived through with again.

    Attributes
    ----------
    loaded, choices
        The scenario of the run, and the policies of its strategies.
    host
        Where policies come from.
    """

    loaded: LoadedScenario
    choices: Choices
    host: PolicySource


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall be shown.

    Attributes
    ----------
    strategies
        One or two; empty for the control and the strategy after it.
    replications
        Which ones, from 0; empty for the one whose median response lies in the middle.
    first_day
        The first day shown, from 1; None for the first of the period.
    language
        ``en`` or ``zh``; None for that of the browser.
    report
        The file beside the page that tells of the whole run; None for no link.
    """

    strategies: tuple[str, ...] = ()
    replications: tuple[int, ...] = ()
    first_day: int | None = None
    language: str | None = None
    report: str | None = None


def make_playback(stored: StoredRun, stage: Stage, wish: Wish) -> str:
    """Return the page that shows a run.

    The steps of all ways of all replications would make a run folder some ten times as large, and
    nobody looks at more than a few days. A replication is a pure function: it is simulated again,
    and its log must have the digest that the run recorded.

    Raises
    ------
    PlaybackError
        If the run has not what is asked for, or a day comes out otherwise than it did.
    RunFolderError, WindowError, TraceError
        If the run cannot be read, has no such day, or does not fit into a trace.
    ScenarioError, NetworkError, PluginError, SimulationError
        If the day cannot be simulated again.
    """
    strategies = _strategies(stored, wish)
    typical = _typical(stored, strategies)
    replications = wish.replications or (typical,)
    shop, tasks = _replays(stage, strategies, replications)
    lived = [_with_reasons(stored, shop, task) for task in tasks]
    runs, reasons = [run for run, _why in lived], [why for _run, why in lived]
    window = window_of(runs[0].world.horizon_us, wish.first_day)
    return page_of(write_trace(runs, window, reasons), _about(stored, typical, wish))


def replay(
    stored: StoredRun,
    stage: Stage,
    strategies: tuple[str, ...],
    replications: tuple[int, ...],
    reasons: ReasonBook | None = None,
) -> list[Run]:
    """Live through replications of a run again; `reasons` asks for those of the decisions.

    Raises
    ------
    PlaybackError
        If the run has not finished one, or one comes out otherwise than it did.
    ScenarioError, NetworkError, PluginError, SimulationError
        If it cannot be simulated again.
    """
    shop, tasks = _replays(stage, strategies, replications)
    return [_replay(stored, shop, task, reasons) for task in tasks]


def _replays(
    stage: Stage, strategies: tuple[str, ...], replications: tuple[int, ...]
) -> tuple[Workshop, list[Task]]:
    chosen = {name: stage.choices[name] for name in strategies}
    shop = Workshop(arms_of(stage.loaded, chosen), stage.host)
    return shop, [Task(name, number) for number in replications for name in strategies]


def _with_reasons(stored: StoredRun, shop: Workshop, task: Task) -> tuple[Run, list[Reason]]:
    """Live through a replication again and ask for the reasons of who was sent.

    A policy that fails when it is asked, or decides otherwise for being asked, has no reasons.
    """
    book = ReasonBook(roles=frozenset({Role.DISPATCH}))
    try:
        return _replay(stored, shop, task, book), book.reasons
    except (PolicyError, PlaybackError):
        return _replay(stored, shop, task, None), []


def _replay(stored: StoredRun, shop: Workshop, task: Task, reasons: ReasonBook | None) -> Run:
    expected = log_digest(stored, task)
    if expected is None:
        count = len(stored.results.replications_of(task.strategy))
        raise PlaybackError(
            f"strategy {task.strategy} has no replication {task.replication + 1}:"
            f" the run has finished {count}"
        )
    run = shop.replay(task, reasons)
    if run.log.digest() != expected:
        raise PlaybackError(
            f"strategy {task.strategy}, replication {task.replication + 1} comes out otherwise"
            " than it did: the scenario's files, a policy or patrolsim itself have changed."
            " Run the scenario again"
        )
    return run


def _strategies(stored: StoredRun, wish: Wish) -> tuple[str, ...]:
    """Return the strategies shown: those asked for, or the control and the first other one."""
    there = strategies_of(stored)
    for name in wish.strategies:
        if name not in there:
            raise PlaybackError(f"the run has no strategy {name!r}: it has {', '.join(there)}")
    if len(set(wish.strategies)) > SIDE_BY_SIDE:
        raise PlaybackError(f"a page shows {SIDE_BY_SIDE} strategies side by side, not more")
    if wish.strategies:
        return tuple(dict.fromkeys(wish.strategies))
    if not there:
        raise PlaybackError("the run has finished nothing that could be shown")
    control = stored.results.control
    ordered = sorted(there, key=lambda name: name != control)
    return tuple(ordered[:SIDE_BY_SIDE])


def _typical(stored: StoredRun, strategies: tuple[str, ...]) -> int:
    """Return the replication whose median response, over the strategies, lies in the middle."""
    shared = stored.results.replications_of(*strategies)
    if not shared:
        raise PlaybackError(f"{' and '.join(strategies)} share no finished replication")
    medians_s = [median_responses_s(stored, name) for name in strategies]
    means_s = {n: value for n, value in mean_over(medians_s).items() if n in shared}
    # Where nothing happened there is no response: then any day is as good as another.
    return middle_one(means_s) if means_s else shared[0]


def _about(stored: StoredRun, typical: int, wish: Wish) -> Mapping[str, Any]:
    """Return what the header says of the whole run."""
    document = stored.document
    return {
        "replications": document["replications"]["asked"],
        "typical": typical,
        "comparisons": document.get("comparisons", []),
        "areas": _areas(stored),
        "language": wish.language,
        "report": wish.report,
    }


def _areas(stored: StoredRun) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {}
    for strategy, square, median_s in square_medians(stored):
        column, row = column_and_row(square)
        value = {"column": column, "row": row, "median_s": median_s}
        found.setdefault(strategy, []).append(value)
    return found
