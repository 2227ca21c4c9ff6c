"""Values as pydantic types, and a scenario that is checked without a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from patrolsim.scenario.models import Scenario
from patrolsim.scenario.values import Name, Needs, NodeId, Overtime, parse_name, parse_overtime
from patrolsim.units import UnitError

if TYPE_CHECKING:
    from pathlib import Path


def read(kind: Any, value: object) -> object:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    "name", ["red_stewards", "红色管家 2", "e-bike", "Élan", "किराना", "x" * 64]
)
def test_a_name_has_letters_of_any_script(name: str) -> None:
    assert read(Name, name) == name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "'' is no name"),
        ("  ", "'  ' is no name"),
        (7, "'7' is no name"),
        ("x" * 65, "is longer than 64 characters"),
        ("a.b", "has the sign '.' in it"),
        ("a/b", "has the sign '/' in it"),
        ("<b>", "has the sign '<' in it"),
        ("a\nb", r"has the sign '\n' in it"),
        (" a", "starts or ends with a space"),
    ],
)
def test_a_name_has_nothing_else(name: object, message: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_name(name)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("finish", "finish"),
        ("hand over", "hand over"),
        ("hand-over", "hand over"),
        ("1 h", 3600.0),
    ],
)
def test_overtime_is_a_word_or_a_time(written: str, meant: object) -> None:
    assert read(Overtime, written) == meant


@pytest.mark.parametrize(
    ("written", "hint"),
    [("handover", "did you mean 'hand over'?"), (30, "write finish, hand over, or a time")],
)
def test_another_overtime_is_refused(written: object, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_overtime(written)
    assert hint in caught.value.hint


def test_needs_are_people_or_people_by_skill() -> None:
    assert read(Needs, "2 people") == 2
    assert read(Needs, {"mediation": 2, "anybody": "1"}) == {"mediation": 2, "anybody": 1}
    for wrong in (0, {"mediation": 0}, {"a/b": 1}):
        with pytest.raises(ValidationError):
            read(Needs, wrong)


def test_a_node_is_named_by_text_or_number() -> None:
    assert read(NodeId, 1204) == read(NodeId, "1204") == "1204"
    for wrong in (True, 1.5, ""):
        with pytest.raises(ValidationError):
            read(NodeId, wrong)


@pytest.fixture
def plain(tmp_path: Path) -> dict[str, Any]:
    """Return the plain data of a scenario, with keys as the models spell them."""
    (tmp_path / "map.graphml").touch()
    return {
        "name": "plain",
        "streets": {"map": str(tmp_path / "map.graphml")},
        "period": {"start": "2025-03-10", "length": "1 day"},
        "teams": {"a": {"number": 3}},
        "incidents": {"call": {"how_often": "1 per day", "takes": "5 min"}},
    }


def test_plain_data_make_a_scenario_without_a_file(plain: dict[str, Any], tmp_path: Path) -> None:
    scenario = Scenario.model_validate(plain)
    assert scenario.streets.map == tmp_path / "map.graphml"
    assert list(scenario.strategies) == ["as_today"]


def test_plain_data_are_checked_as_a_file_is(plain: dict[str, Any]) -> None:
    plain["teams"]["a"]["number"] = "many"
    plain["incidents"]["call"]["teams"] = ["b"]
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(plain)
    assert [error["loc"] for error in caught.value.errors()] == [
        ("teams", "a", "number"),
        ("incidents", "call", "teams", 0),
    ]
    assert "there is no team called 'b'" in str(caught.value)


def test_a_scenario_cannot_be_changed(plain: dict[str, Any]) -> None:
    scenario = Scenario.model_validate(plain)
    with pytest.raises(ValidationError):
        scenario.seed = 2  # type: ignore[misc]  # what the test is about


def test_infinite_numbers_are_refused_also_without_a_file(plain: dict[str, Any]) -> None:
    plain["places"] = {"p": {"x": float("inf"), "y": 0.0}}
    with pytest.raises(ValidationError):
        Scenario.model_validate(plain)
