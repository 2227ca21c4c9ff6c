"""The command site: posts as places of a scenario."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]


def test_the_posts_can_be_pasted_into_the_scenario(patrolsim: Call, town: Path) -> None:
    said = patrolsim("site", town, "--posts", "2", "--sites", "20", "--places", "30")
    assert (said.code, said.err) == (0, "")
    assert "no layout is better" in said.out
    posts = yaml.safe_load(said.out)["places"]
    file = town / "scenario.yaml"
    head, line, tail = file.read_text(encoding="utf-8").partition("  market:")
    pasted = "\n".join(f"  {name}: {json.dumps(place)}" for name, place in posts.items())
    file.write_text(f"{head}{pasted}\n{line}{tail}", encoding="utf-8")
    assert patrolsim("validate", town).code == 0


@pytest.mark.parametrize("aim", ["mean", "cover", "expected-cover"])
def test_each_aim_is_best_at_what_it_is_for(patrolsim: Call, town: Path, aim: str) -> None:
    few = ("--posts", "2", "--sites", "15", "--places", "30", "--within", "2 min")
    found = {
        other: json.loads(patrolsim("site", town, "--aim", other, *few, "--format", "json").out)
        for other in ("mean", "cover")
    }
    assert found["mean"]["mean_s"] <= found["cover"]["mean_s"]
    assert found["cover"]["share_within"] >= found["mean"]["share_within"]
    said = patrolsim("site", town, "--aim", aim, *few, "--format", "json")
    assert json.loads(said.out)["is_proven"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--within", "8"), "unit"),
        (("--within", "0 min"), "above 0"),
        (("--busy", "100%"), "below 100%"),
        (("--mode", "boat"), "no 'boat'"),
        (("--posts", "9", "--sites", "3"), "cannot place 9 posts on 3 sites"),
    ],
)
def test_a_wrong_word_is_told(
    patrolsim: Call, town: Path, words: tuple[str, ...], reason: str
) -> None:
    said = patrolsim("site", town, *words)
    assert said.code == 2
    assert reason in said.err
