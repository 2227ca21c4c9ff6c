"""The commands streets info, check and import: output, exit codes, messages."""

from __future__ import annotations

import gzip
import json
import sys
from typing import TYPE_CHECKING

import pytest
from tests.osm_files import write_osm
from tests.towns import write_map, write_table, write_town
from tests.unit.network.test_suspicions import grid

from patrolsim.network.datum import Datum, to_wgs84
from patrolsim.network.graphml import read_graphml, write_graphml
from patrolsim.network.tables import read_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]


@pytest.fixture
def graphml(tmp_path: Path) -> Path:
    path = tmp_path / "map.graphml"
    write_graphml(grid(), path)
    return path


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    write_map(folder, is_in_degrees=True)
    return folder


def test_info_says_what_is_on_a_map(patrolsim: Call, graphml: Path) -> None:
    said = patrolsim("streets", "info", graphml)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == str(graphml)
    for line in (
        "nodes                  16",
        "arcs                   48",
        "streets                24 (2.0 km)",
        "extent                 24.94000 to 24.94300 E, 60.17000 to 60.17300 N",
        "gates and barriers     none",
    ):
        assert line in lines
    assert "foot     16  2.0           0      0.0        0" in lines


def test_info_for_scripts_is_one_json_document(
    patrolsim: Call, graphml: Path, tables: Path
) -> None:
    said = patrolsim("streets", "info", graphml, tables, "--format", "json")
    first, second = json.loads(said.out)["maps"]
    assert (first["nodes"], second["nodes"]) == (16, 25)
    assert first["modes"]["car"]["nodes_lost"] == 0
    assert second["classes"]["residential"]["speed_known_km"] == 0


@pytest.mark.parametrize("name", ["edges.csv", "nodes.csv", "."])
def test_a_folder_or_either_table_is_a_map(patrolsim: Call, tables: Path, name: str) -> None:
    assert "nodes                  25" in patrolsim("streets", "info", tables / name).out


def test_two_tables_can_be_named(patrolsim: Call, tables: Path) -> None:
    (tables / "nodes.csv").rename(tables / "walk_nodes.csv")
    (tables / "edges.csv").rename(tables / "walk_edges.csv")
    words = ("--nodes", tables / "walk_nodes.csv", "--edges", tables / "walk_edges.csv")
    assert "nodes                  25" in patrolsim("streets", "info", *words).out


def test_a_scenario_is_a_map_too(patrolsim: Call, town: Path) -> None:
    for path in (town, town / "scenario.yaml"):
        said = patrolsim("streets", "info", path)
        assert said.code == 0, said.err
        assert "class of road" in said.out


def test_a_city_of_jemss_is_surveyed_by_its_own_modes(patrolsim: Call, tables: Path) -> None:
    rows = (tables / "edges.csv").read_text(encoding="utf-8").splitlines()[1:]
    ways = [row.split(",")[:3] for row in rows]
    both = [f"{u},{v},{m},5" for u, v, m in ways] + [f"{v},{u},{m},5" for u, v, m in ways]
    write_table(tables / "edges.csv", "u,v,length_m,time_lights_s", *both)
    write_table(tables / "city.yaml", "travel_modes: [{mode: lights, offroad_speed_kmh: 50}]")
    said = patrolsim("streets", "info", tables)
    assert "lights     25  4.0           0      0.0        0" in said.out
    assert "foot" not in said.out


def test_check_finds_nothing_on_a_good_map(patrolsim: Call, graphml: Path) -> None:
    said = patrolsim("streets", "check", graphml)
    assert said == (0, f"{graphml}: nothing suspicious\n", "")


def test_check_ends_with_1_when_something_must_be_mended(patrolsim: Call, tables: Path) -> None:
    with (tables / "edges.csv").open("a", encoding="utf-8") as file:
        file.write("n00,gone,100,no,residential\n")
    said = patrolsim("streets", "check", tables)
    assert said.code == 1
    assert "2 that must be mended" in said.out
    assert "  fails  1 street to nodes that are not on the map" in said.out
    assert "           from node 'n00' to node 'gone'" in said.out
    found = json.loads(patrolsim("streets", "check", tables, "--format", "json").out)["maps"][0]
    assert found["is_fine"] is False
    assert found["findings"][0]["name"] == "clipped"


def test_check_lays_the_places_of_a_scenario_on_the_map(patrolsim: Call, tmp_path: Path) -> None:
    from tests.unit.world.test_far_points import write_points

    name = write_points(tmp_path / "places.csv", Datum.GCJ02)
    streets = {"nodes": "nodes.csv", "edges": "edges.csv"}
    write_town(tmp_path, streets=streets, places={"posts": {"file": name}})
    write_map(tmp_path, is_in_degrees=True)
    said = patrolsim("streets", "check", tmp_path)
    assert said.code == 1
    assert "Read as gcj02, half of them would lie within 0 m" in said.out
    assert "write coords: gcj02 beside the file." in said.out


def hostile(folder: Path, graphml: Path) -> dict[str, Path]:
    """Return files that are no maps, by what is wrong with them."""
    noise = bytes(range(256)) * 40
    packed = gzip.compress(graphml.read_bytes())
    contents = {
        "noise.graphml": noise,
        "cut.graphml.gz": packed[: len(packed) // 2],
        "cut.graphml": graphml.read_bytes()[:900],
        "empty.graphml": b"",
        "text.csv": b"hello\n",
        "picture.png": noise,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


@pytest.mark.parametrize("verb", ["info", "check"])
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("noise.graphml", 3, "is no XML"),
        ("cut.graphml.gz", 3, "is damaged"),
        ("cut.graphml", 3, "is no XML"),
        ("empty.graphml", 3, "is no XML"),
        ("text.csv", 2, "give both with --nodes and --edges"),
        ("picture.png", 2, "is no map that can be read"),
        ("absent.graphml", 2, "there is no "),
        (".", 2, "holds no map"),
    ],
)
def test_what_is_no_map_ends_in_one_sentence(  # noqa: PLR0913, PLR0917 - a table of cases
    patrolsim: Call, tmp_path: Path, graphml: Path, verb: str, name: str, code: int, words: str
) -> None:
    hostile(tmp_path, graphml)
    said = patrolsim("streets", verb, tmp_path / name)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


def test_a_map_must_be_named(patrolsim: Call) -> None:
    said = patrolsim("streets", "info")
    assert (said.code, "name a map: a GraphML" in said.err) == (2, True)
    said = patrolsim("streets", "info", "--nodes", "nodes.csv")
    assert (said.code, "--nodes and --edges go together" in said.err) == (2, True)


OSM_NEEDED = "pyosmium (the extra osm) is not installed"


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    pytest.importorskip("osmium", reason=OSM_NEEDED)
    return write_osm(tmp_path / "tiny.osm")


def test_import_makes_a_map_and_says_what_it_did(patrolsim: Call, extract: Path) -> None:
    said = patrolsim("streets", "import", extract, "tiny.graphml")
    assert (said.code, said.err) == (0, "")
    clipped, areas, barriers, written, hint = said.out.splitlines()
    assert clipped.startswith("1 piece of street leads to a node that is not in the file")
    assert clipped.endswith("from node '7' to node '999'.")
    assert areas == "1 area (a square, or a platform drawn round) is left out."
    assert barriers == (
        "2 barriers became streets of no length (bollard 1, gate 1); 1 of them closed."
    )
    assert written.startswith("Written: tiny.graphml (12 nodes, 21 arcs). Rights: (c) OpenStreet")
    assert hint == "Now: patrolsim streets check tiny.graphml"
    checked = patrolsim("streets", "check", "tiny.graphml")
    assert "1 of them gates: nobody passes" in checked.out
    assert "not on the map" not in checked.out


def test_an_extract_can_be_looked_at_without_importing_it(patrolsim: Call, extract: Path) -> None:
    assert "gates and barriers     bollard 1, gate 1" in patrolsim("streets", "info", extract).out
    said = patrolsim("streets", "check", extract)
    assert said.code == 1
    assert "1 street to nodes that are not on the map" in said.out


def test_import_simplifies_and_closes_gates(patrolsim: Call, extract: Path) -> None:
    assert patrolsim("streets", "import", extract, "all").code == 0
    said = patrolsim("streets", "import", extract, "few", "--simplify", "--close-gates")
    assert said.code == 0
    few, every = json.loads(patrolsim("streets", "info", "few", "all", "--format", "json").out)[
        "maps"
    ]
    assert few["nodes"] < every["nodes"]
    assert few["length_km"] == pytest.approx(every["length_km"], abs=0.001)


def test_import_cuts_a_box_or_a_polygon_out(
    patrolsim: Call, extract: Path, tmp_path: Path
) -> None:
    corners = [[114.3815, 30.4305], [114.3825, 30.4305], [114.382, 30.4315]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    (tmp_path / "area.geojson").write_text(json.dumps(shape), encoding="utf-8")
    said = patrolsim("streets", "import", extract, "a.graphml", "--polygon", "area.geojson")
    assert "Written: a.graphml (4 nodes, 6 arcs)" in said.out
    box = "114.3815,30.4305,114.3825,30.4315"
    said = patrolsim("streets", "import", extract, "b.graphml", "--bbox", box)
    assert "Written: b.graphml (4 nodes, 6 arcs)" in said.out
    assert (tmp_path / "a.graphml").read_bytes() == (tmp_path / "b.graphml").read_bytes()


def test_import_converts_another_map(patrolsim: Call, graphml: Path, tmp_path: Path) -> None:
    assert patrolsim("streets", "import", graphml, "tables").code == 0
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == [
        "ATTRIBUTION.txt",
        "edges.csv.gz",
        "nodes.csv.gz",
    ]
    assert patrolsim("streets", "import", "tables", "again.graphml").code == 0
    first, again = read_graphml(graphml), read_graphml(tmp_path / "again.graphml")
    assert (first.node_ids, first.length_m.tolist()) == (again.node_ids, again.length_m.tolist())


def test_import_reads_two_tables_and_converts_coordinates(
    patrolsim: Call, tables: Path, tmp_path: Path
) -> None:
    words = ("--nodes", tables / "nodes.csv", "--edges", tables / "edges.csv")
    assert patrolsim("streets", "import", "m.graphml", *words, "--coords", "gcj02").code == 0
    written = read_graphml(tmp_path / "m.graphml")
    before = read_tables(tables / "nodes.csv", tables / "edges.csv")
    wanted = to_wgs84(Datum.GCJ02, before.east, before.north)
    assert written.east.tolist() == wanted.lon.tolist()
    assert abs(written.east - before.east).min() > 0.004


def test_import_leaves_out_cut_streets_of_any_map(
    patrolsim: Call, tables: Path, tmp_path: Path
) -> None:
    with (tables / "edges.csv").open("a", encoding="utf-8") as file:
        file.write("n00,gone,100,no,residential\nn01,gone,100,no,residential\n")
    said = patrolsim("streets", "import", tables, "m.graphml")
    assert "2 pieces of street lead to nodes that are not in the file" in said.out
    assert len(read_graphml(tmp_path / "m.graphml").node_ids) == 25


def test_import_never_overwrites_unless_told(
    patrolsim: Call, graphml: Path, tmp_path: Path
) -> None:
    (tmp_path / "m.graphml").write_text("old", encoding="utf-8")
    said = patrolsim("streets", "import", graphml, "m.graphml")
    assert said.code == 2
    assert "m.graphml is there already: name another, or add --force" in said.err
    assert (tmp_path / "m.graphml").read_text(encoding="utf-8") == "old"
    assert patrolsim("streets", "import", graphml, "m.graphml", "--force").code == 0
    assert len(read_graphml(tmp_path / "m.graphml").node_ids) == 16


def test_a_map_can_replace_itself(patrolsim: Call, graphml: Path) -> None:
    before = read_graphml(graphml)
    words = (graphml, graphml, "--force", "--bbox", "24.9395,60.1695,24.9405,60.1705")
    assert patrolsim("streets", "import", *words).code == 0
    assert len(read_graphml(graphml).node_ids) < len(before.node_ids)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("m.graphml",), 2, "name SRC and DEST"),
        (("map.graphml", "out.pdf"), 3, "a map is written as NAME.graphml"),
        (("map.graphml", "out", "--bbox", "1,2,3"), 3, "'1,2,3' is no box"),
        (("map.graphml", "out", "--bbox", "1,2,3,4"), 3, "no street lies in the part"),
        (("map.graphml", "out", "--simplify"), 2, "are for OpenStreetMap extracts"),
        (("gone.osm.pbf", "out"), 2, "gone.osm.pbf: there is no such file or folder"),
        (("noise.osm.pbf", "out"), 3, "is no OpenStreetMap extract that can be read"),
        (("map.graphml", "out", "--polygon", "map.graphml"), 3, "is no GeoJSON with polygons"),
        (("map.graphml", "out", "--polygon", "gone.json"), 3, "cannot be read"),
        (("map.graphml", "noise.osm.pbf/out"), 3, "cannot be written"),
    ],
)
def test_an_import_that_cannot_be_done_ends_in_one_sentence(
    patrolsim: Call, graphml: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    pytest.importorskip("osmium", reason=OSM_NEEDED)
    (graphml.parent / "noise.osm.pbf").write_bytes(bytes(range(256)) * 40)
    said = patrolsim("streets", "import", *words)
    assert (said.code, said.out) == (code, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert not (graphml.parent / "out").exists()


def test_without_pyosmium_the_error_says_how_to_get_it(
    patrolsim: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_osm(tmp_path / "tiny.osm")
    monkeypatch.setitem(sys.modules, "osmium", None)
    said = patrolsim("streets", "info", "tiny.osm")
    assert said.code == 3
    assert "pip install 'patrolsim[osm]'" in said.err
