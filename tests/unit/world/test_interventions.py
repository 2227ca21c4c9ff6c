"""Interventions of a scenario on a grid of 100 m blocks whose nodes are n00 to n44."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.towns import build_town, write_table, write_town

from patrolsim.errors import MisfitError
from patrolsim.network.phases import Effect
from patrolsim.network.streets import CLOSED_US
from patrolsim.scenario.reader import read_scenario
from patrolsim.world import WorldBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.network.phases import Intervention, Phase
    from patrolsim.world import World

TEAMS = {"helpers": {"number": 3, "modes": {"foot": "50%", "car": "50%"}}}
GATE = "n00,n11,140,no,residential,closed,East Gate"


def town(
    folder: Path, *, places: object = None, teams: object = None, **interventions: dict[str, Any]
) -> WorldBuilder:
    """Return a town with a diagonal street East Gate from n00 to n11, closed on the map."""
    folder.mkdir(exist_ok=True)
    streets = {"nodes": "nodes.csv", "edges": "edges.csv", "interventions": interventions}
    write_town(folder, streets=streets, teams=teams or TEAMS, places=places or {})
    rows = (folder / "edges.csv").read_text(encoding="utf-8").splitlines()
    named = [f"{row},," for row in rows[1:]]
    write_table(folder / "edges.csv", f"{rows[0]},access,name", *named, GATE)
    return WorldBuilder(read_scenario(folder).scenario)


def only(world: World) -> Intervention:
    (found,) = world.interventions
    return found


def ends_of(world: World, arcs: Any) -> set[tuple[str, str]]:
    ids, streets = world.streets.node_ids, world.streets
    return {(ids[int(streets.tail[arc])], ids[int(streets.head[arc])]) for arc in arcs}


def seconds(phase: Phase, world: World, tail: str, head: str) -> list[float | None]:
    """Return the time from one node to the next on foot and by car; None where it is closed."""
    streets = phase.streets
    numbers = [list(world.streets.node_ids).index(name) for name in (tail, head)]
    (arc,) = np.flatnonzero((streets.tail == numbers[0]) & (streets.head == numbers[1]))
    times = streets.weight_us[:, arc].tolist()
    return [None if us >= CLOSED_US else round(us / 1e6, 1) for us in times]


def test_a_gate_is_opened_by_its_name_for_whom_its_class_lets_in(tmp_path: Path) -> None:
    world = town(tmp_path, gate={"does": "open", "street": "East Gate"}).build(0)
    assert only(world).effect is Effect.OPENS
    assert ends_of(world, only(world).arcs) == {("n00", "n11"), ("n11", "n00")}
    assert seconds(world.phases[0], world, "n00", "n11") == [105.0, 24.0]


def test_a_gate_is_opened_for_those_who_are_named(tmp_path: Path) -> None:
    model = {"does": "open", "between": ["n00", "n11"], "modes": ["foot"]}
    world = town(tmp_path, gate=model).build(0)
    assert seconds(world.phases[0], world, "n00", "n11") == [105.0, None]


def test_a_gate_is_opened_in_one_direction(tmp_path: Path) -> None:
    model = {"does": "open", "between": ["n11", "n00"], "one_way": True}
    world = town(tmp_path, gate=model).build(0)
    assert ends_of(world, only(world).arcs) == {("n11", "n00")}
    assert seconds(world.phases[0], world, "n00", "n11") == [None, None]


def test_a_passage_is_added_for_a_time(tmp_path: Path) -> None:
    model = {"does": "add", "between": ["n00", "n22"], "length": "80 m"}
    model |= {"from": "2025-03-11 00:00", "to": "2025-03-12 00:00"}
    world = town(tmp_path, alley=model).build(0)
    assert [phase.active for phase in world.phases] == [(), (0,), ()]
    assert seconds(world.phases[0], world, "n00", "n22") == [None, None]
    assert seconds(world.phases[1], world, "n22", "n00")[0] == 60.0
    assert [phase.start_us for phase in world.phases] == [0, 86_400_000_000, 172_800_000_000]


def test_a_passage_is_as_long_as_the_crow_flies_unless_told(tmp_path: Path) -> None:
    world = town(tmp_path, alley={"does": "add", "between": ["n00", "n43"]}).build(0)
    assert seconds(world.phases[0], world, "n00", "n43")[0] == 375.0


def test_a_street_is_closed_and_jammed_at_its_hours(tmp_path: Path) -> None:
    world = town(
        tmp_path,
        works={"does": "close", "between": ["n11", "n12"], "hours": "08:00-10:00"},
        jam={"does": "jam", "between": ["n11", "n12"], "speed": "50%", "modes": ["foot"]},
    ).build(0)
    assert [phase.active for phase in world.phases[:3]] == [(1,), (0, 1), (1,)]
    usual = seconds(world.phases[0], world, "n11", "n12")
    assert usual == [150.0, 17.1]
    assert seconds(world.phases[1], world, "n12", "n11") == [None, None]


def test_one_that_only_some_strategies_list_holds_for_them(tmp_path: Path) -> None:
    model = {"does": "open", "street": "East Gate", "every_strategy": False}
    builder = town(tmp_path, gate=model)
    assert builder.build(0).phases == ()
    assert builder.phases_under(["gate"])[0].active == (0,)


def test_the_snapshot_knows_the_passages_of_the_scenario(tmp_path: Path) -> None:
    model = {"does": "add", "between": ["n00", "n22"]}
    first = town(tmp_path, alley=model).build(0)
    again = town(tmp_path, alley=model).build(0)
    other = town(tmp_path, alley={**model, "length": "900 m"}).build(0)
    assert list((tmp_path / ".patrolsim").glob("*.streets"))
    assert np.array_equal(only(first).open_us, only(again).open_us)
    assert seconds(other.phases[0], other, "n00", "n22")[0] == 675.0
    assert len(town(tmp_path).build(0).streets.tail) == len(first.streets.tail) - 2


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"does": "open", "street": "East Gaet"}, "no street of the map is called 'East Gaet'"),
        ({"does": "close", "between": ["n00", "n99"]}, "there is no node 'n99' on the map"),
        ({"does": "close", "between": ["n00", "n44"]}, "no street joins the nodes 'n00' and"),
        ({"does": "open", "between": ["n00", "n01"]}, "it opens nothing that is closed"),
        ({"does": "add", "between": ["n00", "n00"]}, "a passage leads from a node to itself"),
    ],
)
def test_what_does_not_fit_the_map_is_told_with_its_key(
    tmp_path: Path, model: dict[str, Any], message: str
) -> None:
    with pytest.raises(MisfitError, match=r"streets\.interventions\.mine") as raised:
        town(tmp_path, mine=model)
    assert raised.value.message.startswith(message)
    assert raised.value.hint


def test_streets_without_which_corners_are_cut_off_stay_open(tmp_path: Path) -> None:
    one, two = ({"does": "close", "between": ["n00", end]} for end in ("n01", "n10"))
    town(tmp_path, one=one)
    with pytest.raises(MisfitError, match="one and two would cut off 1 of 25"):
        town(tmp_path, one=one, two=two)


def test_an_intervention_that_is_not_there_cannot_be_listed(tmp_path: Path) -> None:
    builder = town(tmp_path, gate={"does": "open", "street": "East Gate"})
    with pytest.raises(MisfitError, match="there is no intervention called 'gaet'"):
        builder.phases_under(["gaet"])


def test_a_scenario_without_interventions_has_none(tmp_path: Path) -> None:
    world = build_town(tmp_path).build(0)
    assert (world.interventions, world.phases) == ((), ())


def test_a_gate_is_opened_for_a_mode_that_its_class_would_not_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "GATE", GATE.replace("residential", "footway"))
    model = {"does": "open", "street": "East Gate"}
    world = town(tmp_path, gate=model).build(0)
    assert [time is None for time in seconds(world.phases[0], world, "n00", "n11")] == [
        False,
        True,
    ]
    world = town(tmp_path, gate={**model, "modes": ["car"]}).build(0)
    assert [time is None for time in seconds(world.phases[0], world, "n00", "n11")] == [
        True,
        False,
    ]
