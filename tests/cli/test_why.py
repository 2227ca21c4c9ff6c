"""`patrolsim why` tells the clocks of an incident and the reasons of each decision on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import SHORT, Said
from tests.towns import write_town

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Call = Callable[..., Said]

SILENT = """
from patrolsim import Assignment, PolicySpec, Role, hookimpl

class Silent:
    def dispatch(self, view, incident):
        found = view.nearest(incident, 1)
        return Assignment(incident.incident_id, (found[0].volunteer_id,)) if found else None

@hookimpl
def patrolsim_policies():
    return [PolicySpec(name="silent", role=Role.DISPATCH, build=lambda parameters: Silent())]
"""


def test_it_tells_who_was_weighed_and_who_was_sent(patrolsim: Call, run: Path) -> None:
    said = patrolsim("why", run, 0)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "incident 0, strategy as today, replication 1"
    assert lines[1].endswith("occurs")
    decision = next(n for n, line in enumerate(lines) if "dispatch policy closest sends" in line)
    assert "seconds until they are there" in lines[decision + 1]
    sent = lines[decision].rpartition(" ")[2]
    assert lines[decision + 2].split()[:2] == ["*", sent]
    assert f"({sent}) is asked to go" in lines[decision + 7]


def test_as_a_document_it_says_the_same(patrolsim: Call, run: Path) -> None:
    document = json.loads(patrolsim("why", run, 0, "--json").out)
    decision = next(line for line in document["lines"] if "chosen" in line)
    best = min(decision["candidates"], key=lambda one: one["score"])
    assert decision["chosen"] == [best["what"]]


def test_another_strategy_and_replication_can_be_asked(patrolsim: Call, run: Path) -> None:
    said = patrolsim("why", run, 0, "-s", "busy places", "-r", 2)
    assert said.out.startswith("incident 0, strategy busy places, replication 2\n")


def test_of_a_policy_that_says_nothing_it_tells_who_could_have_gone(
    patrolsim: Call, town: Path, tmp_path: Path
) -> None:
    (tmp_path / "silent.py").write_text(SILENT, encoding="utf-8")
    chosen = ["--plugin", "silent.py", "--set", "strategies.as today.dispatch=silent"]
    words = ["-s", "as today", "-n", 1, "-q", "--no-pages", *chosen, *SHORT]
    assert patrolsim("run", town, "-o", "quiet", *words).code == 0
    said = patrolsim("why", "quiet", 0)
    assert "dispatch policy silent sends" in said.out
    assert "the policy does not say why" in said.out


def test_of_a_request_it_tells_who_was_appointed_and_by_which_rule(
    patrolsim: Call, tmp_path: Path
) -> None:
    request = {"how_often": "40 per day", "takes": "20 min", "request": {"due_within": "8 h"}}
    parts = {
        "period": {"from": "2025-03-11 08:00", "length": "6 h"},
        "incidents": {"form": request},
        "strategies": {"by due date": {}},
    }
    (tmp_path / "requests").mkdir()
    town = write_town(tmp_path / "requests", **parts)
    assert patrolsim("run", town, "-o", "requested", "-n", 1, "-q", "--no-pages").code == 0
    said = patrolsim("why", "requested", 0)
    lines = said.out.splitlines()
    decision = next(
        n for n, line in enumerate(lines) if "policy earliest_due_date appoints" in line
    )
    assert lines[decision].endswith("to start as soon as they can") or "to start in" in said.out
    assert "what is due first is started first" in lines[decision + 1]
    assert "requests, this one due in" in lines[decision + 1]
    sent = lines[decision].partition(" appoints ")[2].partition(",")[0]
    assert ["*", sent] in [line.split()[:2] for line in lines[decision + 2 :]]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([99999], 2, "has no incident '99999': it has"),
        ([0, "-s", "as todai"], 2, "did you mean 'as today'"),
        ([0, "-r", 9], 2, "has no replication 9"),
    ],
)
def test_wrong_words_are_told(
    patrolsim: Call, run: Path, words: list[object], code: int, told: str
) -> None:
    said = patrolsim("why", run, *words)
    assert said.code == code
    assert told in said.err
