"""Models of incidents are looked up and built for a scenario; mistakes show at their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.towns import build_town, write_town

from patrolsim.errors import PluginError, ScenarioError
from patrolsim.experiment.design import arm_of
from patrolsim.experiment.keys import arm_digest, scenario_digest
from patrolsim.experiment.placing import builder_of, models_in_use
from patrolsim.plugins import PluginHost
from patrolsim.scenario.reader import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.scenario.loaded import LoadedScenario

PLUGIN = """
from patrolsim import IncidentModelSpec, Occurrences, hookimpl

class Plain:
    def draw(self, setting, draws):
        return Occurrences(times_s=draws.poisson(*setting.pieces()))

    def expected_per_hour(self, setting):
        return setting.per_hour(*setting.pieces())

@hookimpl
def patrolsim_incident_models():
    return [IncidentModelSpec(name="plain", build=lambda values: Plain())]
"""


def host_with(file: Path | None = None) -> PluginHost:
    host = PluginHost()
    host.load_installed()
    if file is not None:
        host.load_file(file)
    return host


def loaded_with(folder: Path, model: object) -> LoadedScenario:
    kind = {"how_often": "20 per day", "takes": "10 min"}
    incidents = {"help": kind if model is None else {**kind, "model": model}}
    return read_scenario(write_town(folder, incidents=incidents))


def test_a_kind_without_a_model_asks_nobody(tmp_path: Path) -> None:
    assert models_in_use(loaded_with(tmp_path, None), None) == {}  # type: ignore[arg-type]  # asked by nobody


def test_a_bare_name_takes_the_defaults(tmp_path: Path) -> None:
    use = models_in_use(loaded_with(tmp_path, "self_exciting"), host_with())["help"]
    assert use.chosen.policy == "self_exciting"
    assert use.chosen.parameters == {"children": 0.2, "delay": 864_000.0, "spread": 0.0}
    assert use.offer.origin.plugin == "policies"


def test_a_plain_model_gives_the_incidents_of_no_model_to_the_bit(tmp_path: Path) -> None:
    plugin = tmp_path / "plain.py"
    plugin.write_text(PLUGIN, encoding="utf-8")
    modelled = builder_of(loaded_with(tmp_path, "plain"), host_with(plugin)).build(3)
    plain = builder_of(loaded_with(tmp_path, None), host_with()).build(3)
    assert modelled.incidents.digest() == plain.incidents.digest()
    assert np.allclose(modelled.forecast.per_hour, plain.forecast.per_hour)


@pytest.mark.parametrize(
    ("model", "column", "words"),
    [
        ("self_exiting", "name", "did you mean 'self_exciting'"),
        ({"name": "self_exciting", "childs": "3%"}, "childs", "this model has no parameter"),
        ({"name": "self_exciting", "delay": "blue"}, "delay", "delay: "),
        ({"name": "self_exciting", "children": "100%"}, "model", "below 100%"),
    ],
)
def test_a_mistake_is_shown_at_its_line(
    model: object, column: str, words: str, tmp_path: Path
) -> None:
    loaded = loaded_with(tmp_path, model)
    with pytest.raises(ScenarioError) as caught:
        builder_of(loaded, host_with())
    (problem,) = caught.value.problems
    line = loaded.text.splitlines()[(problem.line or 0) - 1]
    assert words in f"{problem.message} {problem.hint}"
    assert column in line or (column == "name" and "self_exiting" in line)


def test_a_model_that_nobody_built_is_no_poisson_process(tmp_path: Path) -> None:
    incidents = {"help": {"how_often": "20 per day", "takes": "10 min", "model": "near_repeat"}}
    with pytest.raises(PluginError, match="nobody built it"):
        build_town(tmp_path, incidents=incidents)


def test_more_incidents_than_a_computer_holds_are_refused(tmp_path: Path) -> None:
    model = {"name": "weather_shocks", "spells": {"1-2 h": "100000000 times"}}
    with pytest.raises(ScenarioError, match="are too many"):
        builder_of(loaded_with(tmp_path, model), host_with())


def test_the_key_of_a_result_knows_model_parameters_and_code(tmp_path: Path) -> None:
    plugin = tmp_path / "plain.py"
    plugin.write_text(PLUGIN, encoding="utf-8")
    first = key(loaded_with(tmp_path, "plain"), host_with(plugin))
    assert key(loaded_with(tmp_path, "plain"), host_with(plugin)) == first
    plugin.write_text(PLUGIN + "\n# another line", encoding="utf-8")
    assert key(loaded_with(tmp_path, "plain"), host_with(plugin)) != first
    some = {"name": "self_exciting", "children": "10%"}
    other = {"name": "self_exciting", "children": "11%"}
    keys = {key(loaded_with(tmp_path, one), host_with()) for one in (None, some, other)}
    assert len(keys) == 3


def test_a_scenario_without_models_has_the_digest_of_one_that_knows_no_models(
    tmp_path: Path,
) -> None:
    loaded = loaded_with(tmp_path, None)
    kinds = loaded.scenario.model_dump(exclude_defaults=True)["incidents"]
    assert kinds == {"help": {"how_often": 20 / 86_400, "takes": {"value_s": 600.0}}}
    assert scenario_digest(loaded.scenario)


def key(loaded: LoadedScenario, host: PluginHost) -> str:
    return arm_digest(arm_of("as_today", loaded, {"as_today": {}}, "as_today"), host)
