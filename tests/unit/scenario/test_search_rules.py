"""Mistakes in a search are told where they stand, with a way to mend them."""

from __future__ import annotations

import pytest

from patrolsim.scenario.rules import cross_check

GOOD: dict[str, object] = {"prior": {"ring": "about 900 m"}}


def messages(stage: dict[str, object], **kind: object) -> list[str]:
    stages = {"search": stage, "home": {"takes": "5 min"}}
    data = {
        "streets": {"map": "a.graphml"},
        "places": {"bus hub": {"lon": 1, "lat": 2}},
        "period": {"length": "7 days"},
        "teams": {"helpers": {"number": 3}},
        "incidents": {"lost": {"how_often": "1 per day", "stages": stages, **kind}},
    }
    return [finding.message for finding in cross_check(data)]


def test_a_search_needs_no_time_beside_it() -> None:
    assert messages({"search": GOOD}) == []


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ({"search": GOOD, "takes": "5 min"}, "a search lasts until somebody is found"),
        ({"search": GOOD, "where": "remote"}, "a search starts at the scene"),
        ({"search": {"passers_by": "30 m"}}, "those who pass by would see more"),
        ({"search": {"passers_by": "9 m", "sweep_width": "8 m"}}, "those who pass by would see"),
        ({"search": {"speed": "0.1 km/h"}}, "nobody searches so slowly"),
        ({"search": {"prior": {"places": {"bus hubb": "3 times"}}}}, "there is no place called"),
        ({"search": {"prior": {"near": "100 m"}}}, "'near' goes with 'places'"),
        (
            {"search": {"prior": {"roads": {"streets": "0 times", "paths": "0 times"}}}},
            "with 0 for streets and for paths they can be nowhere",
        ),
    ],
)
def test_a_mistake_is_told_once(stage: dict[str, object], message: str) -> None:
    (found,) = messages(stage)
    assert message in found


def test_a_strategy_that_looks_for_nobody_is_told() -> None:
    data = {
        "streets": {"map": "a.graphml"},
        "period": {"length": "7 days"},
        "teams": {"helpers": {"number": 3}},
        "incidents": {"help": {"how_often": "1 per day", "takes": "5 min"}},
        "strategies": {"today": {"search": "koopman"}},
    }
    (finding,) = cross_check(data)
    assert finding.loc == ("strategies", "today", "search")
    assert "nobody is looked for" in finding.message


POLICE = {"takes": "30 min", "only_when": "escalated"}


def findings_of(stages: dict[str, object], **kind: object) -> list[str]:
    data = {
        "period": {"length": "7 days"},
        "incidents": {"lost": {"how_often": "1 per day", "stages": stages, **kind}},
    }
    return [f"{one.message}: {one.advice}" for one in cross_check(data)]


@pytest.mark.parametrize("search", [{}, GOOD, {"if_not_found": "escalated"}])
def test_a_vain_search_escalates_what_follows(search: dict[str, object]) -> None:
    assert findings_of({"search": {"search": search}, "police": POLICE}) == []


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        (
            {"search": {"search": {"if_not_found": "gave up"}}, "police": POLICE},
            "nothing of this kind is ever escalated: write if_not_found: escalated in 'search'",
        ),
        (
            {"police": POLICE, "search": {"search": GOOD}},
            "nothing of this kind is escalated so early: put it behind 'search'",
        ),
        (
            {"talk": {"takes": "5 min"}, "police": POLICE},
            "nothing of this kind is ever escalated: give it escalates: 10%",
        ),
    ],
)
def test_a_stage_for_what_is_never_escalated_is_told(
    stages: dict[str, object], message: str
) -> None:
    (found,) = findings_of(stages)
    assert found.startswith(message)
    assert findings_of(stages, escalates="10%") == []
