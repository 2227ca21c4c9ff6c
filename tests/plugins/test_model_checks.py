"""`check_incident_model` catches planted faults, each by the check that is meant for it."""

from __future__ import annotations

import random  # noqa: TID251 - one of the faults
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from patrolsim import IncidentModelSpec, Occurrences, Parameter
from patrolsim.errors import PluginError
from patrolsim.testing import PolicyCheckError, check_incident_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolsim import DemandDraws, DemandSetting


class Good:
    """A Poisson process, drawn by hand."""

    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        return Occurrences(times_s=draws.poisson(*setting.pieces()))

    def expected_per_hour(self, setting: DemandSetting) -> Any:
        return setting.per_hour(*setting.pieces())


class Unsorted(Good):
    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        return Occurrences(times_s=super().draw(setting, draws).times_s[::-1].copy())


class Outside(Good):
    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        return Occurrences(times_s=super().draw(setting, draws).times_s + setting.period_s)


class Placeless(Good):
    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        found = super().draw(setting, draws)
        return replace(found, x=np.zeros(found.times_s.size + 1), y=found.times_s)


class Nowhere(Good):
    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        times_s = super().draw(setting, draws).times_s
        return Occurrences(times_s=times_s, x=times_s * np.nan, y=times_s)


class Lists(Good):
    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Any:
        return super().draw(setting, draws).times_s.tolist()


class Fails(Good):
    def draw(self, _setting: DemandSetting, _draws: DemandDraws) -> Occurrences:
        raise KeyError("no such table")


class Global(Good):
    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        random.random()  # noqa: S311 - the fault
        return super().draw(setting, draws)


class Remembers(Good):
    def __init__(self) -> None:
        self.calls = 0

    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        self.calls += 1
        return Occurrences(times_s=super().draw(setting, draws).times_s[self.calls - 1 :])


class Fixed(Good):
    def draw(self, setting: DemandSetting, _draws: DemandDraws) -> Occurrences:
        return Occurrences(times_s=np.arange(0.0, setting.period_s, 2880.0))


class Unkeyed(Good):
    """Draws all times at once, and so other ones for another length."""

    def draw(self, setting: DemandSetting, draws: DemandDraws) -> Occurrences:
        generator = draws.generator("times")
        number = generator.poisson(setting.mean_per_s * setting.period_s)
        return Occurrences(times_s=np.sort(generator.uniform(0, setting.period_s, number)))


class Promises(Good):
    def expected_per_hour(self, setting: DemandSetting) -> Any:
        return 1.2 * super().expected_per_hour(setting)


class TooShort(Good):
    def expected_per_hour(self, setting: DemandSetting) -> Any:
        return super().expected_per_hour(setting)[:-1]


class Negative(Good):
    def expected_per_hour(self, setting: DemandSetting) -> Any:
        return -super().expected_per_hour(setting)


def spec_of(build: Callable[[], object]) -> IncidentModelSpec:
    return IncidentModelSpec(name="mine", build=lambda _parameters: build())  # type: ignore[arg-type, return-value]  # the faults are wrong on purpose


def test_a_good_model_passes_every_check() -> None:
    assert [str(one) for one in check_incident_model(spec_of(Good))] == [
        "builds: passed",
        "answers: passed",
        "no_global_random: passed",
        "deterministic: passed",
        "keyed: passed",
        "mean: passed",
    ]


@pytest.mark.parametrize(
    ("fault", "check", "words"),
    [
        (dict, "builds", "has no draw"),
        (Unsorted, "answers", "not sorted"),
        (Outside, "answers", "leaves the period"),
        (Placeless, "answers", "one number for each time"),
        (Nowhere, "answers", "no number"),
        (Lists, "answers", "which is no Occurrences"),
        (Fails, "answers", "KeyError: 'no such table'"),
        (TooShort, "answers", "336 numbers"),
        (Negative, "answers", "0 or more"),
        (Global, "no_global_random", "global random numbers"),
        (Remembers, "deterministic", "what was drawn before"),
        (Fixed, "deterministic", "the same times"),
        (Unkeyed, "keyed", "a longer period"),
        (Promises, "mean", "are promised"),
    ],
)
def test_a_planted_fault_is_caught_by_its_check(
    fault: Callable[[], object], check: str, words: str
) -> None:
    with pytest.raises(PolicyCheckError) as caught:
        check_incident_model(spec_of(fault))
    blamed = [text for text in caught.value.failures if text.startswith(f"{check}: ")]
    assert len(blamed) == 1
    assert words in blamed[0]


def test_a_parameter_that_nobody_declares_is_refused() -> None:
    with pytest.raises(PluginError, match="no parameter 'heat'"):
        check_incident_model(spec_of(Good), parameters={"heat": 3})


def test_an_unknown_model_is_answered_with_the_nearest() -> None:
    with pytest.raises(PluginError, match="self_exciting"):
        check_incident_model("self_exiting")


def test_a_default_that_cannot_be_written_is_refused() -> None:
    parameters = {"spell": Parameter(kind="duration", default="blue")}
    with pytest.raises(PluginError, match="default of 'spell'"):
        check_incident_model(replace(spec_of(Good), parameters=parameters))
