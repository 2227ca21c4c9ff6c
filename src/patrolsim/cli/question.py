"""What is compared: the arms of a comparison, from the words of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from patrolsim.cli.policies import load_plugins, pick_strategies
from patrolsim.cli.preparing import overrides_of, read_and_choose
from patrolsim.cli.sweep_values import short_keys
from patrolsim.errors import ScenarioError
from patrolsim.units import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolsim.cli.asking import Asked
    from patrolsim.cli.sweep_values import Axis, Point
    from patrolsim.experiment import Arm
    from patrolsim.plugins import PluginHost
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.scenario.strategies import Choices

    Loaded = tuple[LoadedScenario, Choices]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """What is compared.

    Attributes
    ----------
    title
        What the comparison is called.
    arms
        Its sides, in the order in which they are shown.
    control
        The arm that the others are compared with.
    host
        Where policies come from.
    noun
        What an arm is: a strategy, a scenario, or a value of a key.
    axes
        For a sweep: the keys whose values the arms are.
    remarks
        What a reader must know of the arms before he compares them.
    """

    title: str
    arms: tuple[Arm, ...]
    control: str
    host: PluginHost
    noun: str = "strategy"
    axes: tuple[Axis, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def scenario(self) -> LoadedScenario:
        """The scenario of the first arm: name, seed, replications."""
        return self.arms[0].loaded

    @property
    def labels(self) -> dict[str, str]:
        """What each arm is called in tables: large numbers with commas."""
        return {arm.name: _label(arm.name) if self.axes else arm.name for arm in self.arms}

    def spoken(self, arm: str) -> str:
        """Return what an arm is called in the middle of a sentence: ``"number 1,000"``."""
        key = f"{self.noun} " if len(self.axes) == 1 else ""
        return f'"{key}{self.labels[arm]}"'


def question_of_scenario(path: str, asked: Asked) -> Question:
    """Return the comparison of the strategies of a scenario.

    Raises
    ------
    ScenarioError, PluginError, click.UsageError
        If something is wrong with the scenario, a plugin, or the words of the command line.
    """
    from patrolsim.experiment import arms_of

    host = load_plugins(asked.options.plugins)
    loaded, choices = read_and_choose(path, host, overrides_of(asked.options.settings))
    picked = pick_strategies(choices, asked.options.strategies)
    if asked.control in choices and asked.control not in picked:
        # Whom the others are compared with must run, whether or not it was listed.
        picked = {asked.control: choices[asked.control], **picked}
    usual = _usual_strategy(loaded, picked)
    return Question(
        title=loaded.scenario.name,
        arms=arms_of(loaded, picked),
        control=_control(asked.control, list(picked), usual),
        host=host,
    )


def question_of_two(first: str, second: str, asked: Asked) -> Question:
    """Return the comparison of two scenarios, the first being the control.

    Raises
    ------
    ScenarioError, PluginError, click.UsageError
        If something is wrong with a scenario, a plugin, or the words of the command line.
    """
    host = load_plugins(asked.options.plugins)
    overrides = overrides_of(asked.options.settings)
    one = read_and_choose(first, host, overrides)
    # Only the same seed makes the days of both alike.
    seed = str(one[0].scenario.seed)
    other = read_and_choose(second, host, {**overrides, "seed": seed, **_budget_of(one[0])})
    labels = _labels(first, second)
    arms = [
        arm
        for label, path, pair in zip(labels, (first, second), (one, other), strict=True)
        for arm in _arms_of_scenario(label, path, pair, asked.options.strategies)
    ]
    return Question(
        title=f"{labels[0]} and {labels[1]}",
        arms=tuple(arms),
        control=_control(asked.control, [arm.name for arm in arms], arms[0].name),
        host=host,
        noun="scenario",
        remarks=tuple(_remarks(one[0], other[0])),
    )


def question_of_sweep(
    path: str, axes: Sequence[Axis], points: Sequence[Point], asked: Asked
) -> Question:
    """Return the comparison of a scenario with itself at other values.

    Raises
    ------
    ScenarioError
        If the scenario or any of the values is wrong; it holds the mistakes of all values.
    PluginError, click.UsageError
        If something is wrong with a plugin or the words of the command line.
    """
    if len(asked.options.strategies) > 1:
        raise click.UsageError("a sweep runs one strategy: give --strategy once")
    host = load_plugins(asked.options.plugins)
    read = _read_points(path, host, overrides_of(asked.options.settings), points)
    arms = []
    for point, (loaded, choices) in zip(points, read, strict=True):
        picked = pick_strategies(choices, asked.options.strategies)
        strategy = _usual_strategy(loaded, picked)
        arms.append(_arm(point.name, loaded, picked, strategy))
    names = [point.name for point in points]
    title = f"{read[0][0].scenario.name}, {' and '.join(short_keys(axes))}"
    return Question(
        title=title,
        arms=tuple(arms),
        control=_control(asked.control, names, names[0]),
        host=host,
        noun=", ".join(short_keys(axes)),
        axes=tuple(axes),
    )


def _read_points(
    path: str, host: PluginHost, overrides: Mapping[str, str], points: Sequence[Point]
) -> list[Loaded]:
    """Read the scenario once for each point; report the mistakes of all points at once."""
    read: list[Loaded] = []
    errors: list[ScenarioError] = []
    for point in points:
        try:
            read.append(read_and_choose(path, host, {**overrides, **point.settings}))
        except ScenarioError as error:
            errors.append(error)
    if errors:
        problems = dict.fromkeys(problem for error in errors for problem in error.problems)
        raise ScenarioError(errors[0].source, tuple(problems))
    return read


def _arms_of_scenario(label: str, path: str, pair: Loaded, strategies: Sequence[str]) -> list[Arm]:
    loaded, choices = pair
    try:
        picked = pick_strategies(choices, strategies)
    except click.UsageError as error:
        raise click.UsageError(f"{path}: {error.message}") from None
    if len(strategies) > 1:
        return [_arm(f"{label}: {name}", loaded, picked, name) for name in picked]
    return [_arm(label, loaded, picked, _usual_strategy(loaded, picked))]


def _arm(name: str, loaded: LoadedScenario, choices: Choices, strategy: str) -> Arm:
    from patrolsim.experiment.design import arm_of

    return arm_of(name, loaded, choices, strategy)


def _usual_strategy(loaded: LoadedScenario, choices: Choices) -> str:
    """Return the strategy that the scenario compares with, or else the first."""
    usual = loaded.scenario.compare
    return usual if usual in choices else next(iter(choices))


def _budget_of(loaded: LoadedScenario) -> dict[str, str]:
    return {"replications": str(loaded.scenario.replications)}


def _control(name: str | None, names: Sequence[str], usual: str) -> str:
    if name is None:
        return usual
    if name not in names:
        hint = suggestion(name, names, otherwise=f"there are {', '.join(names)}")
        raise click.UsageError(f"--control {quoted(name)}: nothing compared is called so: {hint}")
    return name


def _labels(first: str, second: str) -> tuple[str, str]:
    """Return a name for each path: its last part, or so many parts that they differ."""
    one, other = _parts(first), _parts(second)
    if one == other:
        raise click.UsageError("both paths lead to the same scenario: use --set, or sweep")
    for count in range(1, max(len(one), len(other)) + 1):
        names = "/".join(one[-count:]), "/".join(other[-count:])
        if names[0] != names[1]:
            return names
    raise click.UsageError("both paths lead to the same scenario")


def _parts(path: str) -> tuple[str, ...]:
    found = Path(path).resolve()
    return found.parent.parts if found.name == "scenario.yaml" else found.parts


def _remarks(one: LoadedScenario, other: LoadedScenario) -> list[str]:
    """Return how the scenarios differ in what must be equal for a fair comparison."""
    found = [f"Both scenarios are run with seed {one.scenario.seed}, whatever their files say."]
    lengths = one.scenario.period.length, other.scenario.period.length
    if lengths[0] != lengths[1]:
        found.append("The two periods are not of one length: counts cannot be compared.")
    elif one.scenario.period.start != other.scenario.period.start:
        found.append("The two periods do not start at the same time.")
    return found


def _label(name: str) -> str:
    """Return a bare whole number with commas, anything else as it is."""
    is_large = name.isascii() and name.isdigit() and not name.startswith("0")
    return f"{int(name):,}" if is_large else name
