"""Extracts of OpenStreetMap: which ways and tags are kept, and what is no extract."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from tests.osm_files import LAT0, LON0, STEP, WAYS, write_osm

from patrolsim.errors import NetworkError
from patrolsim.network.cutting import box
from patrolsim.network.osm import read_osm
from patrolsim.network.sources import Limits

if TYPE_CHECKING:
    from pathlib import Path

osmium = pytest.importorskip("osmium", reason="pyosmium (the extra osm) is not installed")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_osm(tmp_path / "tiny.osm")


def test_ways_that_one_can_go_along_are_kept_private_ones_too(path: Path) -> None:
    extract = read_osm(path)
    assert [way.way_id for way in extract.ways] == [100, 101, 102, 103, 107]
    assert extract.areas == 1


def test_tags_that_matter_are_kept_and_others_are_not(path: Path) -> None:
    facts = {way.way_id: way.facts for way in read_osm(path).ways}
    assert facts[100] == {"highway": "residential", "name": "Long Street", "maxspeed": "30"}
    assert facts[101] == {"highway": "service", "access": "private", "service": "driveway"}
    assert facts[103] == {"highway": "footway"}


def test_a_roundabout_is_one_way_and_an_odd_word_is_not(path: Path) -> None:
    facts = {way.way_id: way.facts for way in read_osm(path).ways}
    assert facts[102]["oneway"] == "yes"
    assert "oneway" not in facts[107]


def test_places_and_barriers_are_those_of_the_file(path: Path) -> None:
    extract = read_osm(path)
    assert extract.places[8] == pytest.approx((LON0 + 4 * STEP, LAT0 + STEP))
    assert 999 not in extract.places
    assert extract.barriers == {
        2: {"barrier": "bollard"},
        5: {"barrier": "gate", "access": "private", "name": "East gate"},
    }


def test_xml_packed_and_binary_files_are_the_same_extract(path: Path, tmp_path: Path) -> None:
    for name in ("tiny.osm.pbf", "tiny.osm.gz", "tiny.osm.bz2"):
        with osmium.SimpleWriter(str(tmp_path / name)) as writer:
            for item in osmium.FileProcessor(str(path)):
                writer.add(item)
        extract, plain = read_osm(tmp_path / name), read_osm(path)
        assert (extract.ways, extract.places) == (plain.ways, plain.places)
        assert extract.barriers == plain.barriers


def test_ways_that_touch_the_wanted_part_are_kept_whole(path: Path) -> None:
    corner = box(
        f"{LON0 + 1.5 * STEP},{LAT0 + 0.5 * STEP},{LON0 + 2.5 * STEP},{LAT0 + 1.5 * STEP}"
    )
    extract = read_osm(path, inside=corner.contains)
    assert [way.way_id for way in extract.ways] == [101]
    assert set(extract.places) == {3, 5, 6}


def test_a_part_without_ways_is_refused(path: Path) -> None:
    with pytest.raises(NetworkError, match="there is no street in the extract"):
        read_osm(path, inside=box("8,50,9,51").contains)


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(arcs=3), "more than 3 pieces of street"), (Limits(nodes=3), "more than 3 nodes")],
)
def test_an_extract_beyond_the_limits_is_refused(path: Path, limits: Limits, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        read_osm(path, limits=limits)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("noise.osm.pbf", bytes(range(256)) * 30),
        ("empty.osm.pbf", b""),
        ("noise.osm", bytes(range(256)) * 30),
        ("cut.osm", b'<osm version="0.6"><node id="1" lat="1"'),
        ("wrong.osm", b'<osm version="0.6"><node id="x" lat="1" lon="1"/></osm>'),
        ("page.osm", b"<html></html>"),
        ("noise.osm.gz", b"\x1f\x8bnoise"),
        ("noise.osm.bz2", b"BZhnoise"),
    ],
)
def test_what_is_no_extract_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NetworkError) as caught:
        read_osm(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_a_cut_binary_file_is_refused(path: Path, tmp_path: Path) -> None:
    whole = tmp_path / "tiny.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(item)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(NetworkError, match=r"cut\.osm\.pbf: is no OpenStreetMap extract"):
        read_osm(cut)


def test_without_the_library_the_error_says_how_to_get_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(NetworkError, match=r"pip install 'patrolsim\[osm\]'"):
        read_osm(path)


def test_a_way_under_construction_is_kept(tmp_path: Path) -> None:
    ways = {**WAYS, 108: ((1, 10), {"highway": "construction"})}
    extract = read_osm(write_osm(tmp_path / "tiny.osm", ways))
    assert extract.ways[-1].facts == {"highway": "construction"}
