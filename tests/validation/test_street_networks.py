"""Real networks of five makers: the same streets by two ways, and a run on each of them."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest

from patrolsim.cli import main
from patrolsim.network.drafting import Clipped
from patrolsim.network.osm import read_osm
from patrolsim.network.osm_map import pieces_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PBF = "helsinki_osm/Helsinki.osm.pbf"
TAGS = ("highway", "foot", "bicycle", "access", "maxspeed")


class Network(NamedTuple):
    """A network and what is known of it.

    Attributes
    ----------
    nodes, edges
        Its tables; an extract has none of edges.
    mode
        For whom it was made.
    size
        Nodes, by counting lines.
    """

    nodes: str
    edges: str
    mode: str
    size: int


NETWORKS = {
    "jinan": Network("jinan_osm/nodes.csv.gz", "jinan_osm/edges.csv.gz", "car", 12_766),
    "helsinki": Network("helsinki_osm/nodes.csv.gz", "helsinki_osm/edges.csv.gz", "foot", 6_208),
    "helsinki pbf": Network(PBF, "", "car", 6_265),
    "tempe on foot": Network(
        "tempe_walk_bike/walk_nodes.csv.gz", "tempe_walk_bike/walk_edges.csv.gz", "foot", 5_826
    ),
    "tempe by bike": Network(
        "tempe_walk_bike/bike_nodes.csv.gz", "tempe_walk_bike/bike_edges.csv.gz", "bike", 4_309
    ),
    "large": Network("large_155k/nodes.csv.gz", "large_155k/edges.csv.gz", "foot", 155_003),
    "manhattan": Network(
        "manhattan_jemss/nodes.csv.gz", "manhattan_jemss/edges.csv.gz", "foot", 16_811
    ),
}


def words_for(network: Network, folder: Path) -> list[str]:
    """Return how the command line names a network."""
    if not network.edges:
        return [str(folder / network.nodes)]
    return ["--nodes", str(folder / network.nodes), "--edges", str(folder / network.edges)]


def test_the_extract_of_helsinki_has_the_pieces_of_its_tables(shared_data: Path) -> None:
    pytest.importorskip("osmium", reason="pyosmium (the extra osm) is not installed")
    folder = shared_data / "networks" / "helsinki_osm"
    clipped = Clipped()
    extract = read_osm(folder / "Helsinki.osm.pbf")
    ours = Counter(
        (
            *(str(node) for node in piece.nodes),
            str(piece.way.way_id),
            *(piece.way.facts.get(tag, "") for tag in TAGS),
        )
        for piece in pieces_of(extract, is_simplified=False, clipped=clipped)
    )
    with gzip.open(folder / "edges.csv.gz", "rt", encoding="utf-8") as file:
        theirs = Counter(
            (row["u"], row["v"], row["osm_way"], *(row[tag] for tag in TAGS))
            for row in csv.DictReader(file)
        )
    assert ours == theirs
    assert ours.total() == 7394
    assert clipped.streets == 774


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_surveyed(
    shared_data: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    network, folder = NETWORKS[name], shared_data / "networks"
    if not network.edges:
        pytest.importorskip("osmium", reason="pyosmium (the extra osm) is not installed")
    assert main(["streets", "info", *words_for(network, folder), "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["maps"]
    assert found["nodes"] == network.size
    facts = found["modes"][network.mode]
    assert facts["length_lost_km"] < 0.14 * facts["length_km"]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_imported_and_a_scenario_runs_on_it(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    network, folder = NETWORKS[name], shared_data / "networks"
    if not network.edges:
        pytest.importorskip("osmium", reason="pyosmium (the extra osm) is not installed")
    words = words_for(network, folder)
    town = tmp_path / "town"
    words.insert(0 if network.edges else 1, str(town))
    assert main(["streets", "import", *words]) == 0
    scenario = {
        "name": name,
        "streets": {"nodes": "nodes.csv.gz", "edges": "edges.csv.gz"},
        "period": {"from": "2025-03-10 00:00", "length": "1 day"},
        "teams": {"helpers": {"number": 20, "modes": {network.mode: "100%"}}},
        "incidents": {"help": {"how_often": "40 per day", "takes": "5 min"}},
    }
    (town / "scenario.yaml").write_text(json.dumps(scenario), encoding="utf-8")
    capsys.readouterr()
    assert main(["run", str(town), "--out", str(tmp_path / "run"), "--json", "--audit", "-q"]) == 0
    assert (tmp_path / "run" / "incidents.parquet").is_file()
