"""A map from its snapshot is the map that was compiled, to the last bit, or is not taken."""

from __future__ import annotations

import os
import pickle
from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.property.test_maps import MPS, graphs

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import CompiledMap, compile_map
from patrolsim.network.graph import map_of_graph
from patrolsim.network.modes import ModeRules
from patrolsim.network.node_ids import NodeIds, finder_of
from patrolsim.network.packing import pack_arcs
from patrolsim.network.router import Router
from patrolsim.network.snapshot import (
    FOLDER,
    MOST_KEPT,
    KeptMap,
    load_map,
    shelf_of,
)
from patrolsim.network.snapshot_form import read_snapshot, write_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

    from patrolsim.network.maps import StreetMap

EXTRAS = {"ordinary_mode": 0, "places": {"stations": [[114.0, 30.5]]}}
IN_PLACE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def square(modes: tuple[str, ...] = ("foot", "car")) -> CompiledMap:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(crs="epsg:4326")
    corners = {"a": (0.0, 0.0), "b": (0.0, 0.01), "č": (0.01, 0.01), "路口": (0.01, 0.0)}
    for name, (x, y) in corners.items():
        graph.add_node(name, x=114.0 + x, y=30.0 + y)
    names = [*corners, "a"]
    for way, (u, v) in enumerate(pairwise(names)):
        graph.add_edge(u, v, length=1000.0 + way, highway="primary", osmid=way)
        graph.add_edge(v, u, length=1000.0 + way, highway="primary", osmid=way)
    return compile_map(map_of_graph(graph), ModeRules(modes=modes))


def kept(folder: Path, compiled: CompiledMap, extras: object = None) -> KeptMap:
    """Return what comes back when a map is kept in a folder and looked for again."""
    (folder / "map").touch()
    shelf = shelf_of([folder / "map"], "inputs")
    assert shelf is not None
    shelf.keep(KeptMap(compiled, extras))
    found = shelf.find()
    assert found is not None
    return found


def snapshot_in(folder: Path) -> Path:
    (path,) = (folder / FOLDER).iterdir()
    return path


def assert_same(first: CompiledMap, second: CompiledMap) -> None:
    assert (first.losses, first.projection) == (second.losses, second.projection)
    assert np.array_equal(first.may_enter, second.may_enter)
    for field in fields(first.streets):
        if field.name in {"packed", "cells"}:
            continue
        ours, theirs = (getattr(each.streets, field.name) for each in (first, second))
        if isinstance(ours, np.ndarray):
            assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
            assert ours.tobytes() == theirs.tobytes()
        else:
            assert ours == theirs


def compiled_or_none(street_map: StreetMap, rules: ModeRules) -> CompiledMap | None:
    """Return a map; None when no street is open to some mode."""
    try:
        return compile_map(street_map, rules)
    except NetworkError:
        return None


@IN_PLACE
@given(graph=graphs())
def test_a_map_comes_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, graph: nx.MultiDiGraph[int]
) -> None:
    rules = ModeRules(modes=tuple(MPS), speeds_mps=MPS)
    made = compiled_or_none(map_of_graph(graph), rules)
    assume(made is not None)
    assert made is not None
    found = kept(tmp_path_factory.mktemp("town"), made, EXTRAS)
    assert_same(made, found.compiled)
    assert found.extras == EXTRAS
    for mode, packed in enumerate(found.compiled.streets.packed):
        again = pack_arcs(made.streets, mode)._asdict()
        assert {name: column.tolist() for name, column in packed._asdict().items()} == {
            name: column.tolist() for name, column in again.items()
        }


def test_degrees_names_and_losses_come_back(tmp_path: Path) -> None:
    made = square()
    found = kept(tmp_path, made).compiled
    assert_same(made, found)
    assert found.projection is not None
    assert found.streets.lon is not None
    assert tuple(found.streets.node_ids) == ("a", "b", "č", "路口")


def test_ways_on_a_mapped_map_are_those_on_the_compiled_one(tmp_path: Path) -> None:
    made = square()
    found = kept(tmp_path, made).compiled
    for mode in range(2):
        ways = [
            [
                Router(streets).route([(u, 0)], [(v, 0)], mode=mode)
                for u in range(4)
                for v in range(4)
            ]
            for streets in (made.streets, found.streets)
        ]
        assert ways[0] == ways[1]


def test_nobody_can_write_to_a_mapped_map(tmp_path: Path) -> None:
    streets = kept(tmp_path, square()).compiled.streets
    with pytest.raises(ValueError, match="read-only"):
        streets.weight_us[0, 0] = 1


@IN_PLACE
@given(data=st.data())
def test_a_snapshot_with_one_changed_byte_is_not_taken(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("town")
    kept(folder, square())
    path = snapshot_in(folder)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert load_map(path) is None


@IN_PLACE
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_snapshot_that_is_cut_off_is_not_taken(
    tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    folder = tmp_path_factory.mktemp("town")
    kept(folder, square())
    path = snapshot_in(folder)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert load_map(path) is None
    path.write_bytes(content + b"\0")
    assert load_map(path) is None


def _beyond(column: Any) -> None:
    column.flat[-1] = 10_000


def _below(column: Any) -> None:
    column.flat[0] = -2


def _swapped(column: Any) -> None:
    column[[0, -1]] = column[[-1, 0]]


INDICES = ("tail", "head", "out_start", "in_start", "in_arcs", "twin", "id_order", "id_start")
CELLS = ("cell_first", "cell_arcs")
PACKED = ("arcs", "out_first", "out_end", "out_us", "in_first", "in_end", "in_us")


@pytest.mark.parametrize("change", [_beyond, _below])
@pytest.mark.parametrize(
    "name",
    [*INDICES, *CELLS, "weight_us", *(f"{name} {mode}" for name in PACKED for mode in (0, 1))],
)
def test_a_well_formed_snapshot_with_a_wrong_index_is_not_taken(
    tmp_path: Path, name: str, change: Any
) -> None:
    kept(tmp_path, square())
    path = snapshot_in(tmp_path)
    arrays, facts = read_snapshot(path)
    copies = {key: array.copy() for key, array in arrays.items()}
    change(copies[name])
    write_snapshot(path, type(read_snapshot(path))(copies, facts))
    assert read_snapshot(path).facts == facts
    assert load_map(path) is None


@pytest.mark.parametrize("name", ["tail", "in_arcs", "out_start", "twin"])
def test_arcs_in_another_order_are_not_taken(tmp_path: Path, name: str) -> None:
    kept(tmp_path, square())
    path = snapshot_in(tmp_path)
    arrays, facts = read_snapshot(path)
    copies = {key: array.copy() for key, array in arrays.items()}
    _swapped(copies[name])
    write_snapshot(path, type(read_snapshot(path))(copies, facts))
    assert load_map(path) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", np.nan),
        ("y", np.inf),
        ("lon", np.nan),
        ("length_m", -1.0),
        ("within_m", np.inf),
        ("within_m", 0.0),
        ("weight_us", 0),
        ("weight_us", 2**61),
    ],
)
def test_numbers_that_no_map_has_are_not_taken(tmp_path: Path, name: str, value: float) -> None:
    kept(tmp_path, square())
    path = snapshot_in(tmp_path)
    arrays, facts = read_snapshot(path)
    copies = {key: array.copy() for key, array in arrays.items()}
    copies[name].flat[0] = value
    write_snapshot(path, type(read_snapshot(path))(copies, facts))
    assert load_map(path) is None


@pytest.mark.parametrize("kind", [np.float32, np.int16])
def test_numbers_of_another_kind_are_not_taken(tmp_path: Path, kind: type) -> None:
    kept(tmp_path, square())
    path = snapshot_in(tmp_path)
    arrays, facts = read_snapshot(path)
    changed = {**arrays, "tail": arrays["tail"].astype(kind)}
    write_snapshot(path, type(read_snapshot(path))(changed, facts))
    assert load_map(path) is None


@pytest.mark.parametrize(
    "facts",
    [
        None,
        [],
        {"modes": 3},
        {"modes": [["foot", 0.0, True]]},
        {"modes": [["foot"]]},
        {"frame": [0.0, 0.0, -1.0, 1, 1]},
        {"frame": [0.0, 0.0, 50.0, 2**40, 1]},
    ],
)
def test_facts_of_another_form_are_not_taken(tmp_path: Path, facts: object) -> None:
    kept(tmp_path, square())
    path = snapshot_in(tmp_path)
    contents = read_snapshot(path)
    changed = {**contents.facts, **facts} if isinstance(facts, dict) else facts
    write_snapshot(path, contents._replace(facts=changed))
    assert load_map(path) is None


@pytest.mark.parametrize("content", [b"", pickle.dumps({"arrays": []}), b"psnap\r\n\x01" * 40])
def test_something_else_under_the_name_is_not_taken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.streets"
    path.write_bytes(content)
    assert load_map(path) is None
    assert load_map(tmp_path) is None
    assert load_map(tmp_path / "nothing.streets") is None


def test_a_pipe_under_the_name_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.streets")
    assert load_map(tmp_path / "pipe.streets") is None


def test_the_key_follows_the_bytes_of_every_file_and_the_inputs(tmp_path: Path) -> None:
    one, other = tmp_path / "nodes.csv", tmp_path / "edges.csv"
    keys = set()
    for first, second, inputs in [("a", "b", 1), ("ab", "", 1), ("b", "a", 1), ("a", "b", 2)]:
        one.write_text(first, encoding="utf-8")
        other.write_text(second, encoding="utf-8")
        shelf = shelf_of([one, other], inputs)
        assert shelf is not None
        assert shelf == shelf_of([one, other], inputs)
        keys.add(shelf.key)
    assert len(keys) == 4


def test_a_map_that_is_not_there_has_no_snapshot(tmp_path: Path) -> None:
    assert shelf_of([tmp_path / "nothing.csv"], 1) is None


def test_the_oldest_snapshots_of_a_map_go_and_those_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "map").touch()
    (tmp_path / "map-of-others").touch()
    compiled = square()
    stranger = shelf_of([tmp_path / "map-of-others"], 0)
    assert stranger is not None
    stranger.keep(KeptMap(compiled, None))
    shelves = [shelf_of([tmp_path / "map"], inputs) for inputs in range(MOST_KEPT + 2)]
    for age, shelf in enumerate(shelves):
        assert shelf is not None
        shelf.keep(KeptMap(compiled, None))
        (path,) = (tmp_path / FOLDER).glob(f"*{shelf.key}*")
        os.utime(path, (1e9 + age, 1e9 + age))
    held = [shelf is not None and shelf.find() is not None for shelf in shelves]
    assert held == [False, False, *[True] * MOST_KEPT]
    assert stranger.find() is not None


def test_what_another_process_began_long_ago_is_removed(tmp_path: Path) -> None:
    (tmp_path / "map").touch()
    shelf = shelf_of([tmp_path / "map"], 0)
    assert shelf is not None
    (tmp_path / FOLDER).mkdir()
    stale, fresh = (
        tmp_path / FOLDER / f"map-{shelf.key}.streets.{number}.part" for number in (1, 2)
    )
    stale.touch()
    fresh.touch()
    os.utime(stale, (1e9, 1e9))
    shelf.keep(KeptMap(square(), None))
    assert (stale.exists(), fresh.exists()) == (False, True)


def test_a_read_only_folder_is_left_alone_even_by_an_administrator(tmp_path: Path) -> None:
    town = tmp_path / "town"
    town.mkdir()
    (town / "map").touch()
    town.chmod(0o555)
    made = KeptMap(square(), EXTRAS)
    alone = shelf_of([town / "map"], 0)
    spared = shelf_of([town / "map"], 0, tmp_path / "spare")
    assert alone is not None
    assert spared is not None
    assert alone.keep(made) is made
    assert alone.find() is None
    assert spared.keep(made).extras == EXTRAS
    assert spared.find() is not None
    assert [path.name for path in town.iterdir()] == ["map"]
    town.chmod(0o755)


def test_a_disk_that_is_full_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "map").touch()
    shelf = shelf_of([tmp_path / "map"], 0)
    assert shelf is not None
    monkeypatch.setattr(os, "fsync", fail)
    made = KeptMap(square(), None)
    assert shelf.keep(made) is made
    assert not list((tmp_path / FOLDER).iterdir())


@given(names=st.lists(st.text(max_size=4), unique=True, max_size=30), wanted=st.text(max_size=4))
def test_ids_as_bytes_are_the_ids(names: list[str], wanted: str) -> None:
    ids = NodeIds.of(names)
    assert ids == tuple(names)
    assert tuple(names) == ids
    assert hash(ids) == hash(tuple(names))
    assert ids[1:3] == tuple(names[1:3])
    find, oracle = finder_of(ids), {name: number for number, name in enumerate(names)}
    assert [find(name) for name in names] == list(range(len(names)))
    assert find(wanted) == oracle.get(wanted) == finder_of(names)(wanted)
    assert ids != [*names, "more"]


def test_an_id_beyond_the_last_is_an_error() -> None:
    with pytest.raises(IndexError):
        NodeIds.of(["a"])[1]
    assert NodeIds.of(["a", "b"])[-1] == "b"
    assert NodeIds.of(["a"]) != "a"
