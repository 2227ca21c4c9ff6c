"""Plots for notebooks, with matplotlib: they draw what was estimated elsewhere."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.estimates import compare_one
from patrolsim.experiment.measures import MEDIAN_OF_ALL, RESPONSE_MEAN
from patrolsim.experiment.run_tables import MissingPackageError

if TYPE_CHECKING:
    from patrolsim.experiment import Results

MINUTE_S = 60.0
LINES = ("-", "--", "-.", ":")
"""Strategies differ by more than their colour."""


def plot_responses(results: Results, ax: Any = None) -> Any:
    """Draw the share of all incidents that somebody reached within each time; return the axes.

    Incidents that nobody reached count below, so that a curve may end under 100 %.

    Parameters
    ----------
    results
        What was measured.
    ax
        Axes to draw on; None for new ones.

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    """
    axes = ax if ax is not None else _new_axes()
    for number, strategy in enumerate(results.strategies):
        found = results.metrics_of(strategy, results.replications_of(strategy))
        times_s = np.sort(np.concatenate([MEDIAN_OF_ALL.sample(one) for one in found]))
        shares = np.arange(1, times_s.size + 1) / max(times_s.size, 1)
        is_reached = np.isfinite(times_s)
        axes.step(
            np.concatenate([[0.0], times_s[is_reached] / MINUTE_S]),
            np.concatenate([[0.0], 100 * shares[is_reached]]),
            where="post",
            label=strategy,
            linestyle=LINES[number % len(LINES)],
        )
    axes.set_xlabel("minutes until somebody is there")
    axes.set_ylabel("% of all incidents")
    axes.set_xlim(left=0)
    axes.set_ylim(0, 100)
    axes.legend()
    return axes


def plot_differences(results: Results, ax: Any = None) -> Any:
    """Draw the paired difference of the mean response to the control; return the axes.

    Parameters
    ----------
    results
        What was measured.
    ax
        Axes to draw on; None for new ones.

    Raises
    ------
    MissingPackageError
        If matplotlib is not installed.
    PatrolsimError
        If there is nothing to compare.
    """
    others = [name for name in results.strategies if name != results.control]
    if not others:
        raise PatrolsimError("one strategy alone has nothing to be compared with")
    axes = ax if ax is not None else _new_axes()
    for row, name in enumerate(others):
        found = compare_one(results, name, RESPONSE_MEAN).estimate
        if found is None:
            continue
        axes.plot(found.value, row, "o", color="black")
        if found.low is not None and found.high is not None:
            axes.plot([found.low, found.high], [row, row], color="black")
    axes.axvline(0.0, color="grey", linewidth=0.8)
    axes.set_yticks(range(len(others)), others)
    axes.set_ylim(len(others) - 0.5, -0.5)
    axes.set_xlabel(f"mean response against {results.control}, seconds (95 % interval)")
    return axes


def _new_axes() -> Any:
    if find_spec("matplotlib") is None:
        raise MissingPackageError(
            "matplotlib is not installed: pip install 'patrolsim[notebook]' brings it"
        )
    return import_module("matplotlib.pyplot").subplots(layout="constrained")[1]
