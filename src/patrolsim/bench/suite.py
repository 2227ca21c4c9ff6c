"""What a suite file may say, and how it is read: by the rules that hold for scenarios."""

# pydantic reads the types of the fields when the module is imported.
# ruff: noqa: TC001

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, model_validator

from patrolsim.bench.gauges import Metric, find_gauge
from patrolsim.bench.suite_rules import cross_check
from patrolsim.bench.suite_values import (
    FutureFile,
    MarginText,
    PluginPath,
    Replications,
    ScenarioPath,
    SuiteId,
)
from patrolsim.scenario.documents import Kind, parse_document, read_text
from patrolsim.scenario.frozen_model import Model
from patrolsim.scenario.gathering import gathered
from patrolsim.scenario.reporting import scenario_error
from patrolsim.scenario.strategies import (
    EVERY_DEFAULT,
    look_up,
    strategy_findings,
)
from patrolsim.scenario.strategy_models import StrategyModel
from patrolsim.scenario.values import Name, Number, Truth, Whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolsim.plugins import PluginHost
    from patrolsim.policy import Parameter
    from patrolsim.scenario.findings import Finding
    from patrolsim.scenario.strategies import Choices


Seed = Annotated[Whole, Field(ge=0, lt=2**63)]


class MetricModel(Model):
    """A metric that is compared."""

    estimand: Literal["per_incident", "per_replication"]
    """Of all incidents, or the expected value of one simulated period."""
    better: Literal["lower", "higher"]
    """Which way is better."""
    primary: Truth = False
    """Whether it decides."""
    margin: MarginText
    """How much worse it may become: 5% of the baseline, 2 pp, 30 s, 0.5."""


class ReplicationsModel(Model):
    """Which days are simulated."""

    root_seed: Seed
    """Start of all random numbers."""
    looks: Annotated[list[Replications], Field(min_length=1, max_length=10)]
    """After how many replications one looks; the last is the most."""


class GateModel(Model):
    """How it is decided."""

    alpha: Annotated[Number, Field(gt=0, le=0.2)] = 0.05
    """Highest probability of a false alarm, of the whole suite."""
    family: Literal["holm"] = "holm"
    """How the level holds for all cells together."""
    inconclusive: Literal["warn", "fail"] = "warn"
    """Whether the suite fails when the replications were too few to tell."""
    confirm_seed: Seed
    """Start of the random numbers of the fresh days on which a FAIL is tried again."""


class BudgetModel(Model):
    """How long it may take."""

    wall_s: Annotated[Number, Field(gt=0)] | None = None
    """Seconds for the whole suite; what is open then is INCONCLUSIVE."""
    per_replication_s: Annotated[Number, Field(gt=0)] | None = None
    """Seconds for one replication; what takes longer is an ERROR."""


class SuiteModel(Model):
    """A whole suite, checked."""

    suite: SuiteId
    """Name and version: smoke@1. A change below makes a new version."""
    about: str = ""
    """What it is for."""
    baseline: FutureFile | None = None
    """The file with the results that are compared with; default: beside the suite."""
    scenarios: Annotated[dict[Name, ScenarioPath], Field(min_length=1)]
    """Scenarios by name, as paths from the folder of the suite on."""
    plugins: list[PluginPath] = Field(default=[])
    """Python files with policies, as paths from the folder of the suite on."""
    strategies: Annotated[dict[Name, StrategyModel], Field(min_length=1)]
    """What is compared with its own past, by name; roles left out keep their default."""
    control: Name | None = None
    """The strategy that the others are also compared with; default the first."""
    metrics: Annotated[dict[str, MetricModel], Field(min_length=1)]
    """What is compared, by the id of the metric."""
    replications: ReplicationsModel
    """Which days are simulated."""
    gate: GateModel
    """How it is decided."""
    budget: BudgetModel = BudgetModel()
    """How long it may take."""

    @model_validator(mode="wrap")
    @classmethod
    def _check_all(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report what does not fit together along with every other mistake."""
        findings = cross_check(data) if isinstance(data, dict) else []
        try:
            suite = handler(data)
        except ValidationError as error:
            raise gathered(error, findings) from None
        if findings:
            raise gathered(None, findings)
        return suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A suite that has been read.

    Attributes
    ----------
    model
        What its file says.
    file
        Where it stands, as the user named it.
    choices
        The policy of each role, by strategy.
    metrics
        What is compared, in the order of the file.
    """

    model: SuiteModel
    file: Path
    choices: Choices
    metrics: tuple[Metric, ...]

    @property
    def control(self) -> str:
        """The strategy that the others are compared with."""
        return self.model.control or next(iter(self.model.strategies))

    @property
    def baseline_file(self) -> Path:
        """Where its baseline stands unless the user says otherwise."""
        return self.model.baseline or self.file.with_suffix(".baseline.json")

    @property
    def most(self) -> int:
        """The most replications of a strategy on a scenario."""
        return self.model.replications.looks[-1]


KIND = Kind(model=SuiteModel, noun="a suite", hint="give the YAML file of a suite")


def read_suite(file: Path, host: PluginHost, *, hint: str = "") -> Suite:
    """Return the suite that a file writes, and load the plugin files that it names.

    These run only when everything else in the file is right.

    Parameters
    ----------
    file
        The suite.
    host
        Knows the installed policies, and those of the suite afterwards.
    hint
        Where a user finds the names of all policies.

    Raises
    ------
    ScenarioError
        When the file is wrong; it holds every mistake at its place.
    PluginError
        When a plugin file cannot be loaded.
    """

    def of_strategies(data: object) -> list[Finding]:
        has_plugins = isinstance(data, dict) and bool(data.get("plugins"))
        return [] if has_plugins else strategy_findings(data, _specs(host), hint)

    text = read_text(file, KIND.hint)
    found = parse_document(text, file, KIND, overrides={}, further=of_strategies)
    for plugin in found.model.plugins:
        host.load_file(plugin)
    choices, findings = look_up(found.model.strategies, _specs(host), hint, EVERY_DEFAULT)
    if (error := scenario_error(found.whereabouts, findings)) is not None:
        raise error
    return Suite(model=found.model, file=file, choices=choices, metrics=_metrics(found.model))


def _metrics(model: SuiteModel) -> tuple[Metric, ...]:
    found = []
    for name, written in model.metrics.items():
        if (gauge := find_gauge(name, written.estimand)) is not None:
            metric = Metric(
                gauge=gauge,
                is_lower_better=written.better == "lower",
                margin=written.margin,
                is_primary=written.primary,
            )
            found.append(metric)
    return tuple(found)


def _specs(host: PluginHost) -> dict[tuple[str, str], Mapping[str, Parameter]]:
    return {(spec.role.value, spec.name): spec.parameters for spec in host.specs()}
