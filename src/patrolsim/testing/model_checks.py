"""`check_incident_model`: hold a model of incidents to the rules, in one line of a test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from patrolsim.demand.areas import PointArea
from patrolsim.demand.arrivals import weekly_rate
from patrolsim.demand.modelled import NamedModel, ask_for_expected, ask_for_incidents
from patrolsim.demand.models import DemandDraws, DemandSetting
from patrolsim.errors import PluginError
from patrolsim.experiment.global_random import global_state
from patrolsim.hookspecs import hookimpl
from patrolsim.plugins import Origin, PluginHost
from patrolsim.policy import IncidentModelSpec
from patrolsim.scenario.parameters import read_parameter
from patrolsim.streams import RandomStreams
from patrolsim.testing.checking import PolicyCheckError
from patrolsim.testing.examining import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from patrolsim.demand.models import IncidentModel

    Drawn = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]

DAY_S = 86_400.0
PERIODS_S = (14 * DAY_S, 2.5 * DAY_S, 1800.0)
DAYS_OF_MEAN = 40
REPLICATIONS = 60
MOST_SIGMA = 4.5
"""Of the mean of the replications: a sound model is refused once in 150,000 checks."""
AREA = PointArea(np.array([0.0, 500.0]), np.array([0.0, 300.0]), np.ones(2), 50.0)


class _Subject(NamedTuple):
    """A model to check: its name, and a function that builds it afresh."""

    name: str
    build: Callable[[], IncidentModel]

    def draw(
        self, setting: DemandSetting, replication: int = 0, model: IncidentModel | None = None
    ) -> Drawn:
        """Return what a model draws; a fresh one unless one is given."""
        draws = DemandDraws(setting, RandomStreams(7, replication), AREA, 0.0)
        named = NamedModel(self.name, model if model is not None else self.build())
        return ask_for_incidents(named, setting, draws)


def check_incident_model(
    model: str | IncidentModelSpec,
    *,
    parameters: Mapping[str, Any] | None = None,
    plugin: Path | str | None = None,
) -> tuple[Outcome, ...]:
    """Hold a model of incidents to the rules, and return what came out of each check.

    The checks are: it builds; its answers are sorted, within the period and well formed; nothing
    global is drawn from; the same replication comes out the same way, whatever came before; draws
    are keyed, so that a longer period leaves its earlier part as it is and another kind is
    another process; the mean over replications is as promised.

    Parameters
    ----------
    model
        Its name, or its `IncidentModelSpec`.
    parameters
        As a scenario writes them; what is left out takes its default.
    plugin
        The file in which it is; without it, what is installed is looked through.

    Raises
    ------
    PolicyCheckError
        If the model breaks rules; one line for each.
    PluginError
        If there is no such model, or its plugin cannot be loaded.
    """
    host, name = _host_of(model, plugin)
    offer = host.model_offer(name)
    written = parameters or {}
    unknown = sorted(set(written) - set(offer.spec.parameters))
    if unknown:
        raise PluginError(f"incident model {name!r} has no parameter {unknown[0]!r}")
    values = {
        key: read_parameter(value, offer.spec.parameters[key]) for key, value in written.items()
    }
    subject = _Subject(name, lambda: host.build_model(name, values))
    outcomes = tuple(_carried_out(check, find, subject) for check, find in MODEL_CHECKS.items())
    failures = tuple(str(one) for one in outcomes if one.verdict is Verdict.FAILED)
    if failures:
        raise PolicyCheckError(f"incident model {name!r}", failures)
    return outcomes


def setting_of_check(period_s: float = PERIODS_S[0], kind: str = "checked") -> DemandSetting:
    """Return the kind that models are checked with: 30 a day, most in the evening."""
    hours = {(18 * 3600.0, 22 * 3600.0): 3.0, (23 * 3600.0, 5 * 3600.0): 0.25}
    rate = weekly_rate(30 / DAY_S, hours, {(6,): 1.5})
    for column in (rate.breaks_s, rate.rate_per_s):
        column.flags.writeable = False
    return DemandSetting(kind=kind, rate=rate, start_s=2.25 * DAY_S, period_s=period_s)


def _host_of(model: str | IncidentModelSpec, plugin: Path | str | None) -> tuple[PluginHost, str]:
    host = PluginHost()
    if isinstance(model, IncidentModelSpec):
        host.register(_OneModel(model), Origin(plugin="", source="a test"))
        return host, model.name
    if plugin is None:
        host.load_installed()
    else:
        host.load_file(Path(plugin))
    return host, model


def _carried_out(check: str, find: Callable[[_Subject], str], subject: _Subject) -> Outcome:
    try:
        text = find(subject)
    except PluginError as error:
        text = str(error)
    return Outcome(check, Verdict.FAILED if text else Verdict.PASSED, text)


def _builds(subject: _Subject) -> str:
    subject.build()
    return ""


def _answers(subject: _Subject) -> str:
    for period_s in PERIODS_S:
        setting = setting_of_check(period_s)
        subject.draw(setting)
        ask_for_expected(NamedModel(subject.name, subject.build()), setting)
    return ""


def _no_global_random(subject: _Subject) -> str:
    before = global_state()
    subject.draw(setting_of_check())
    if global_state() != before:
        return "it draws from the global random numbers: use draws.uniforms or draws.generator"
    return ""


def _deterministic(subject: _Subject) -> str:
    setting, used = setting_of_check(), subject.build()
    first = subject.draw(setting)
    subject.draw(setting, 1, used)
    ask_for_expected(NamedModel(subject.name, used), setting)
    if not _same(first, subject.draw(setting)):
        return "the same replication drawn twice differs"
    if not _same(first, subject.draw(setting, 0, used)):
        return "a replication depends on what was drawn before"
    if first[0].size and np.array_equal(first[0], subject.draw(setting, 1)[0]):
        return "two replications have the same times"
    return ""


def _keyed(subject: _Subject) -> str:
    long, short = (subject.draw(setting_of_check(period_s)) for period_s in PERIODS_S[:2])
    inside = long[0] < round(PERIODS_S[1] * 1e6)
    if not _same(short, tuple(column[inside] for column in long)):  # type: ignore[arg-type]  # three columns
        return "a longer period changes its earlier part: key each draw by the number of its id"
    other = subject.draw(setting_of_check(kind="another"))
    if long[0].size and np.array_equal(other[0], long[0]):
        return "two kinds have the same incidents: draw from draws, which knows the kind"
    return ""


def _mean(subject: _Subject) -> str:
    setting = setting_of_check(DAYS_OF_MEAN * DAY_S)
    promised = ask_for_expected(NamedModel(subject.name, subject.build()), setting)
    model, half = subject.build(), DAYS_OF_MEAN // 2
    cut_us = round(half * DAY_S * 1e6)
    drawn = [subject.draw(setting, number, model)[0] for number in range(REPLICATIONS)]
    parts = (
        (f"the first {half} days", [(one < cut_us).sum() for one in drawn], promised[: half * 24]),
        (f"the last {half} days", [(one >= cut_us).sum() for one in drawn], promised[half * 24 :]),
    )
    for words, counts, hours in parts:
        mean, expected = float(np.mean(counts)), float(hours.sum())
        error = max(float(np.std(counts, ddof=1)), expected**0.5) / REPLICATIONS**0.5
        if abs(mean - expected) > MOST_SIGMA * error:
            return (
                f"{expected:.1f} incidents are promised in {words}, {mean:.1f} happen on average"
            )
    return ""


MODEL_CHECKS: Mapping[str, Callable[[_Subject], str]] = {
    "builds": _builds,
    "answers": _answers,
    "no_global_random": _no_global_random,
    "deterministic": _deterministic,
    "keyed": _keyed,
    "mean": _mean,
}


def _same(one: Drawn, other: Drawn) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


class _OneModel:
    """A plugin that offers what a test brings."""

    def __init__(self, spec: IncidentModelSpec) -> None:
        self._spec = spec

    @hookimpl
    def patrolsim_incident_models(self) -> list[IncidentModelSpec]:
        """Return the one model."""
        return [self._spec]
