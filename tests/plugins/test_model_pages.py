"""What the page on models of incidents says is so: examples run, tables match the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from tests.towns import write_town

from patrolsim.cli import main
from patrolsim.plugins import ModelOffer, PluginHost
from patrolsim.testing import check_incident_model

PAGE = (Path(__file__).parents[2] / "docs" / "incident-models.md").read_text(encoding="utf-8")
SHORT = {"from": "2025-03-10 00:00", "length": "1 day"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def shipped() -> list[ModelOffer]:
    host = PluginHost()
    host.load_installed()
    return [offer for offer in host.model_offers() if offer.origin.plugin == "policies"]


@pytest.mark.parametrize("offer", shipped(), ids=lambda offer: offer.spec.name)
def test_the_page_lists_the_parameters_of_every_model(offer: ModelOffer) -> None:
    section = PAGE.partition(f"\n## `{offer.spec.name}`")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \| (.+?) \|$", section, flags=re.MULTILINE)
    found = {key: default for key, default, _about in rows}
    assert found == {key: str(one.default) for key, one in offer.spec.parameters.items()}


@pytest.mark.parametrize("offer", shipped(), ids=lambda offer: offer.spec.name)
def test_every_model_and_parameter_says_what_it_is(offer: ModelOffer) -> None:
    assert offer.spec.about.endswith(".")
    assert all(one.about.endswith(".") for one in offer.spec.parameters.values())


@pytest.mark.parametrize("text", blocks("yaml"))
def test_the_examples_run_and_are_sound(text: str, tmp_path: Path) -> None:
    (tmp_path / "town").mkdir()
    town = write_town(tmp_path / "town", period=SHORT, **yaml.safe_load(text))
    quiet = ["--ledger", str(tmp_path / "ledger.sqlite"), "--replications", "1", "-q"]
    assert main(["validate", str(town)]) == 0
    assert main(["run", str(town), "--audit", "--out", str(tmp_path / "out"), *quiet]) == 0


def test_the_model_of_the_page_keeps_the_rules(tmp_path: Path) -> None:
    file = tmp_path / "pairs.py"
    file.write_text(blocks("python")[0], encoding="utf-8")
    assert check_incident_model("pairs", plugin=file, parameters={"gap": "20 min"})


def test_the_list_and_the_page_of_a_model_say_what_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["plugins", "list"]) == 0
    assert "incident model:\n" in capsys.readouterr().out
    assert main(["plugins", "show", "near_repeat"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("near_repeat: an incident model, version 1")
    assert "radius: length; default 200 m" in said
