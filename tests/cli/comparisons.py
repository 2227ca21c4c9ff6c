"""Comparisons of results of known values, as the words and documents get them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from patrolsim.cli.answer import Comparison
from patrolsim.cli.question import Question
from patrolsim.cli.sweep_values import Axis
from patrolsim.experiment import Arm
from patrolsim.experiment.comparing import compare_neighbours, compare_with_control
from patrolsim.experiment.measures import MAIN
from patrolsim.streams import RandomStreams

if TYPE_CHECKING:
    from patrolsim.experiment import Results
    from patrolsim.experiment.measures import Measure
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.loaded import LoadedScenario

    Days = list[tuple[float, ...]]

DAY_S = 86_400.0


def days(n: int, *, later_s: float = 0.0, noise_s: float = 0.0, seed: int = 1) -> Days:
    """Return days of two calls each, around half a minute and 90 s; some days are worse."""
    base, noise = normal(n, seed=1), normal(n, seed=seed + 1)
    shifts = [5 * a + later_s + noise_s * b for a, b in zip(base, noise, strict=True)]
    return [(30.0 + shift, 90.0 + shift) for shift in shifts]


def normal(n: int, *, seed: int) -> list[float]:
    """Return standard normal numbers."""
    return [float(x) for x in RandomStreams(seed, 0).generator("test").standard_normal(n)]


def comparison_of(
    results: Results,
    *,
    measures: tuple[Measure, ...] = MAIN,
    key: str = "",
    length_s: float = DAY_S,
    title: str = "My town",
    rule: Any = None,
) -> Comparison:
    """Return a comparison of the arms of some results; with a key, of its values."""
    period = SimpleNamespace(length=length_s)
    scenario = SimpleNamespace(name=title, seed=7, period=period)
    loaded = cast("LoadedScenario", SimpleNamespace(scenario=scenario))
    question = Question(
        title=title,
        arms=tuple(Arm(name=name, loaded=loaded, chosen={}) for name in results.strategies),
        control=results.control,
        host=cast("PluginHost", None),
        noun=key or "strategy",
        axes=(Axis(key, results.strategies),) if key else (),
    )
    return Comparison(
        question=question,
        measures=measures,
        results=results,
        pairs=compare_with_control(results, measures),
        neighbours=compare_neighbours(results, measures) if key else (),
        rule=rule,
    )
