"""An experiment on a world of one street, with policies of a few lines."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.handmade import US
from tests.runs import Closest, NoPatrol, Stay

from patrolsim.cli.init import write_town
from patrolsim.experiment import Task
from patrolsim.scenario.reader import read_scenario
from patrolsim.scenario.strategies import ChosenPolicy
from patrolsim.streams import RandomStreams
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_streets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolsim.demand.models import IncidentModel
    from patrolsim.plugins import ModelOffer
    from patrolsim.policy import Role
    from patrolsim.scenario.loaded import LoadedScenario
    from patrolsim.world import World

STREETS = make_streets([(0.0, 0.0), (100.0, 0.0)], [Arc(0, 1, 60 * US), Arc(1, 0, 60 * US)])


def tiny_world(replication: int) -> World:
    """Return a world of two calls for one person; the first call moves with the replication."""
    tiny = TinyWorld(
        calls=[
            Call(at_us=(100 + replication) * US, node=1, work_us=(300 * US,)),
            Call(at_us=200 * US, node=1, work_us=(1000 * US,), patience_us=50 * US),
            Call(at_us=900 * US, node=0, work_us=(10_000 * US,), priority=2),
        ],
        people=[Person()],
        horizon_us=2000 * US,
        streets=STREETS,
        kinds=(replace(make_kind("fall"), target_s=60.0),),
    )
    return replace(tiny.build(), streams=RandomStreams(1, replication))


class TinyBuilder:
    """Stands for `patrolsim.world.WorldBuilder`."""

    notices = ("a street is missing",)

    def __init__(self, _scenario: object, _models: object) -> None:
        pass

    def build(self, replication: int) -> World:
        return tiny_world(replication)


class Lazy:
    """Lets everybody wait."""

    def dispatch(self, _view: object, _incident: object) -> None:
        return None


class Broken:
    """Fails at the second call of the second replication."""

    def dispatch(self, view: Any, _incident: object) -> None:
        if view.now_s == 101.0:
            raise ValueError("no idea")


POLICIES = {
    "closest": Closest,
    "lazy": Lazy,
    "broken": Broken,
    "stay": Stay,
    "none": NoPatrol,
}


@dataclass
class TinyHost:
    """Stands for a plugin host, and counts what it builds."""

    built: list[str] = field(default_factory=list)

    def build(self, role: Role, name: str, _parameters: Mapping[str, object]) -> object:
        self.built.append(f"{role.value}: {name}")
        return POLICIES[name]()

    def model_offers(self) -> tuple[ModelOffer, ...]:
        return ()

    def build_model(self, name: str, _parameters: Mapping[str, object]) -> IncidentModel:
        raise AssertionError(f"no kind of the street asks for the model {name}")


def choice(dispatch: str) -> dict[str, ChosenPolicy]:
    names = {"dispatch": dispatch, "standby": "stay", "patrol": "none"}
    return {role: ChosenPolicy(name, {}) for role, name in names.items()}


CHOICES = {"near": choice("closest"), "wait": choice("lazy")}
TASKS = [Task(name, number) for number in range(3) for name in CHOICES]


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedScenario:
    """Return some scenario whose worlds are those of the street."""
    monkeypatch.setattr("patrolsim.world.WorldBuilder", TinyBuilder)
    write_town(tmp_path / "town")
    return read_scenario(tmp_path / "town", overrides={"replications": "3"})
