"""Whatever stands in a map file: it is read and compiled, or a NetworkError says what is wrong.

A quick run mutates 300 files; ``PATROLSIM_FUZZ=full`` mutates 2,000.
"""

from __future__ import annotations

import csv
import gzip
import logging
import os
import random  # noqa: TID251  # mutations of files, not of a simulated world
import re
import time
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import compile_map
from patrolsim.network.graphml import read_graphml
from patrolsim.network.modes import ModeRules
from patrolsim.network.sources import DEFAULT_LIMITS, Limits
from patrolsim.network.tables import read_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOG = logging.getLogger(__name__)
SEED = 11
FILES = 2_000 if os.environ.get("PATROLSIM_FUZZ") == "full" else 300
LONGEST_S = 2.0
RULES = ModeRules(modes=("foot", "car"))
SMALL = Limits(inflated_bytes=1_000_000)
MEGABYTE = 2**20

HEAD = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
KEYS = "".join(
    f'<key id="{name}" for="{domain}" attr.name="{name}" attr.type="string"/>'
    for domain, names in {
        "node": ("x", "y"),
        "edge": ("length", "highway", "oneway", "maxspeed", "osmid", "access"),
        "graph": ("crs",),
    }.items()
    for name in names
)


def data(**facts: object) -> str:
    return "".join(f'<data key="{key}">{value}</data>' for key, value in facts.items())


def node(name: object, x: object = 0, y: object = 0) -> str:
    return f'<node id="{name}">{data(x=x, y=y)}</node>\n'


def edge(u: object, v: object, **facts: object) -> str:
    return f'<edge source="{u}" target="{v}" id="0">{data(**facts)}</edge>\n'


def graphml(*contents: str) -> str:
    crs = data(crs="epsg:4326")
    inside = "".join(contents)
    return f'{HEAD}\n{KEYS}\n<graph edgedefault="directed">{crs}\n{inside}</graph></graphml>\n'


CORNERS = [(0, 114.38, 30.43), (1, 114.381, 30.43), (2, 114.381, 30.431), (3, 114.38, 30.431)]
PAIRS = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 2), (3, 0), (0, 3)]
GOOD_GRAPHML = graphml(
    *(node(*corner) for corner in CORNERS),
    *(edge(u, v, length=100.5, highway="residential", oneway="False") for u, v in PAIRS),
    edge(0, 2, length=140, highway="['service', 'footway']", osmid="[1, 2]", maxspeed="30 mph"),
    edge(2, 0, length=141, highway="primary", oneway="True", access="private"),
).encode()
GOOD_NODES = ("node,lon,lat\n" + "".join(f"{n},{x},{y}\n" for n, x, y in CORNERS)).encode()
GOOD_EDGES = (
    "u,v,length_m,highway,oneway,maxspeed\n"
    + "".join(f"{u},{v},100.5,residential,no,30\n" for u, v in PAIRS[::2])
    + "0,2,,\"['service', 'path']\",yes,\n"
).encode()
WORD = re.compile(rb"(?<=[>,])[\w.-]+(?=[<,\n])")
VALUES = [
    *(b"nan", b"inf", b"-inf", b"-1", b"1e999", b"1e308", b"-1e308", b"1e200", b"1e20", b"0"),
    *(b"-0.0", b"1e-320", b"181", b"91", b"yes", b"no", b"reversible", b"steps", b"motorway"),
    *(b"['a', 'b']", b"[]", b"0 mph", b"1e-300 km/h", b"2", b"3", b"", b"epsg:3857", b"metres"),
    *(b"proposed;steps", b"private", b"one thing", b"9" * 400, "一百".encode()),
]
TOKENS = [
    *(b"nan", b"inf", b"-inf", b"-1", b"1e999", b"9" * 5000, b"0", b"\x00", b"\xff", b"\xef\xbb"),
    *(b"<", b">", b"&", b"&amp;", b"&x;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ?>"),
    *(b'"', b"'", b",", b";", b"\n", b"\r", b"\t", b"\xef\xbb\xbf", b"[", b"]", b"['a', ['b']]"),
    *(b"<graph>", b"</graph>", b"</graphml>", b"<node/>", b"<edge/>", b"<data/>", b"<key/>"),
    *(b'<node id="0">', b'<data key="x">', b'<graph edgedefault="undirected">', b'key="length"'),
    *(b"yes", b"no", b"-1", b"maybe", b"epsg:3857", b"metres", "一百".encode(), b"\xc2\xa0"),
    *(b"1e308", b"-0.0", b"1_000", b"0x10", b"1e-320", b"__import__('os')", b"%s" * 9, b"181"),
]


def mutated(good: bytes, chance: random.Random) -> bytes:
    raw = bytearray(good)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8, 30])):
        at = chance.randrange(len(raw) + 1)
        kind = chance.choice([0, 1, 2, 3, 4, 4, 4, 4, 5])
        if kind == 0:
            del raw[at : at + chance.randrange(1, 20)]
        elif kind == 1:
            start = chance.randrange(len(raw) + 1)
            raw[at:at] = raw[start : start + chance.randrange(1, 80)]
        elif kind == 2:
            raw[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 3 and chance.random() < 0.2:
            del raw[at:]
        elif kind == 4 and (words := [*WORD.finditer(raw)]):
            start, end = chance.choice(words).span()
            raw[start:end] = chance.choice(VALUES)
        else:
            raw[at:at] = chance.choice(TOKENS)
    return bytes(raw)


def packed(content: bytes, chance: random.Random) -> bytes:
    """Return some files gzipped, some of these damaged."""
    if chance.random() < 0.85:
        return content
    return mutated(gzip.compress(content, mtime=0), chance) if chance.random() < 0.5 else content


def write_maps(folder: Path) -> Iterator[Callable[[], object]]:
    """Yield ways to read mutated maps, by turns GraphML and tables; always the same ones."""
    chance = random.Random(SEED)  # noqa: S311  # not for secrets
    graph, nodes, edges = (folder / name for name in ("map.graphml", "nodes.csv", "edges.csv"))
    for number in range(FILES):
        if number % 2:
            graph.write_bytes(packed(mutated(GOOD_GRAPHML, chance), chance))
            yield lambda: compile_map(read_graphml(graph), RULES)
            continue
        breaks_nodes = chance.random() < 0.4
        nodes.write_bytes(
            packed(mutated(GOOD_NODES, chance), chance) if breaks_nodes else GOOD_NODES
        )
        edges.write_bytes(
            GOOD_EDGES if breaks_nodes else packed(mutated(GOOD_EDGES, chance), chance)
        )
        yield lambda: compile_map(read_tables(nodes, edges), RULES)


def outcome(read: Callable[[], object]) -> str:
    """Return what came of a file; whatever else escapes is a defect and fails the test."""
    try:
        read()
    except NetworkError as error:
        return "refused" if str(error).strip() else "refused without a reason"
    return "read"


def test_a_mutated_map_is_read_or_refused_in_words_and_in_time(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    slowest_s = total_s = 0.0
    for read in write_maps(tmp_path):
        begin_s = time.process_time()
        outcomes[outcome(read)] += 1
        took_s = time.process_time() - begin_s
        slowest_s, total_s = max(slowest_s, took_s), total_s + took_s
    figures = f"{total_s / FILES * 1e3:.2f} ms each, {slowest_s * 1e3:.0f} ms at most"
    LOG.info("%s of %d files, %s", dict(outcomes), FILES, figures)
    assert set(outcomes) == {"read", "refused"}
    assert outcomes["read"] > FILES / 20
    assert outcomes["refused"] > FILES / 4
    assert slowest_s < LONGEST_S


LAUGHS = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
STREET = node(0) + node(1, 0.001) + edge(0, 1) + edge(1, 0)
MANY = " ".join(f"a{number}='{number:01000}'" for number in range(2_000))
BOMBS = {
    "billion laughs": f'<!DOCTYPE g [<!ENTITY a0 "ha">{LAUGHS}]>{HEAD}&a9;</graphml>',
    "external entity": f'<!DOCTYPE g [<!ENTITY e SYSTEM "file:///etc/passwd">]>{HEAD}&e;</graphml>',
    "external document type": f'<!DOCTYPE g SYSTEM "http://localhost:1/x.dtd">{HEAD}</graphml>',
    "undeclared entity": graphml(node("&e;")),
    "10,000 nested tags": f"{HEAD}{'<a>' * 10_000}{'</a>' * 10_000}</graphml>",
    "10,000 tags that never end": f"{HEAD}{'<a>' * 10_000}",
    "huge attribute": graphml(f'<node id="{"x" * 8_000_000}"/>'),
    "huge attribute that never ends": f'{HEAD}<graph x="{"x" * 8_000_000}',
    "huge value": graphml(node(0, x="1" * 8_000_000)),
    "many attributes of one tag": f"{HEAD}<node {MANY}/>",
    "many keys": HEAD + "".join(f'<key id="k{i}"/>' for i in range(2_000)) + "</graphml>",
    "duplicate node": graphml(node(0), STREET),
    "node without id": graphml("<node/>", STREET),
    "undeclared end": graphml(STREET, edge(0, 7)),
    "end left out": graphml(STREET, '<edge source="0"/>'),
    "nan length": graphml(STREET, edge(0, 1, length="nanometre")),
    "infinite length": graphml(STREET, edge(0, 1, length="inf")),
    "negative length": graphml(STREET, edge(0, 1, length=-3)),
    "length of light years": graphml(STREET, edge(0, 1, length="1e300")),
    "street of endless time": graphml(STREET, edge(0, 1, maxspeed="1e-300", length="1e100")),
    "far positions in metres": graphml(
        node(0, "1e308"), node(1, "-1e308"), edge(0, 1), edge(1, 0)
    ).replace("epsg:4326", "metres"),
    "long street drawn short": graphml(
        node(0, "1e12"), node(1, "-1e12"), edge(0, 1, length=5), edge(1, 0, length=5)
    ).replace("epsg:4326", "metres"),
    "nan position": graphml(STREET, node(2, "nan", 0)),
    "infinite position": graphml(STREET, node(2, 0, "-inf")),
    "latitude of 91": graphml(STREET, node(2, 0, 91)),
    "node without position": graphml(STREET, '<node id="2"/>'),
    "NUL in an attribute": graphml(STREET, node("a\x00b")),
    "NUL all over": "\x00" * 10_000,
    "empty": "",
    "blank": "  \n\n ",
    "no graph": f"{HEAD}</graphml>",
    "no streets": graphml(),
    "two graphs": graphml(STREET).replace("</graphml>", "<graph/></graphml>"),
    "graph in a graph": graphml(f"<graph>{STREET}</graph>"),
    "another kind of XML": "<svg/>",
    "an unknown encoding": f'<?xml version="1.0" encoding="klingon"?>{graphml(STREET)}',
    "UTF-16 by name only": f'<?xml version="1.0" encoding="utf-16"?>{graphml(STREET)}',
    "lone surrogate": graphml(node("&#xD800;"), STREET),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_graphml_is_refused_in_words_in_time_and_in_little_memory(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "map.graphml").write_text(BOMBS[name], encoding="utf-8")
    check_refusal(lambda: compile_map(read_graphml(tmp_path / "map.graphml"), RULES))


JUNK = random.Random(SEED).randbytes(100_000)  # noqa: S311  # not for secrets
FILES_OF_BYTES = {
    "binary junk": JUNK,
    "gzip that is cut off": gzip.compress(JUNK, mtime=0)[:-5000],
    "gzip with a wrong checksum": gzip.compress(GOOD_GRAPHML, mtime=0)[:-8] + b"\x00" * 8,
    "gzip of nothing": gzip.compress(b"", mtime=0),
    "head of a gzip": b"\x1f\x8b",
    "gzip bomb": gzip.compress(GOOD_GRAPHML + b" " * 3_000_000, mtime=0),
    "gzip bomb in a gzip": gzip.compress(gzip.compress(b" " * 3_000_000, mtime=0), mtime=0),
    "UTF-8 cut off in a sign": GOOD_NODES + "名".encode()[:2],
    "an old Windows text": "node,lon,lat\nMünchen,1,2\n".encode("latin-1"),
}


@pytest.mark.parametrize("name", FILES_OF_BYTES)
@pytest.mark.parametrize("place", ["map.graphml", "nodes.csv", "edges.csv"])
def test_bytes_that_are_no_map_are_refused_wherever_they_stand(
    tmp_path: Path, name: str, place: str
) -> None:
    (tmp_path / "nodes.csv").write_bytes(GOOD_NODES)
    (tmp_path / "edges.csv").write_bytes(GOOD_EDGES)
    (tmp_path / place).write_bytes(FILES_OF_BYTES[name])

    def read() -> object:
        if place == "map.graphml":
            return read_graphml(tmp_path / place, limits=SMALL)
        return read_tables(tmp_path / "nodes.csv", tmp_path / "edges.csv", limits=SMALL)

    assert place in check_refusal(read)


def test_a_gzip_that_grows_too_much_is_refused_by_the_usual_limits(tmp_path: Path) -> None:
    content = graphml(STREET).encode() + b"\n" * 100_000_000
    (tmp_path / "map.graphml.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    said = check_refusal(lambda: read_graphml(tmp_path / "map.graphml.gz"))
    assert "when unpacked" in said


BAD_EDGES = {
    "nan length": "u,v,length_m\n0,1,nano\n",
    "infinite length": "u,v,length_m\n0,1,inf\n",
    "negative length": "u,v,length_m\n0,1,-5\n",
    "undeclared end": "u,v,length_m\n0,7,5\n",
    "field larger than csv takes": f"u,v,length_m\n0,1,{'1' * (csv.field_size_limit() + 1)}\n",
    "quote that never ends": 'u,v,length_m\n0,1,"5\n' + "1,0,5\n" * 50_000,
    "sign after a quote": 'u,v,length_m\n0,1,"5"5\n',
    "too many cells": "u,v,length_m\n0,1,5,6,7\n",
    "too few cells": "u,v,length_m\n0\n",
    "column twice": "u,v,u\n0,1,0\n",
    "many columns": ",".join(f"c{i}" for i in range(100_000)) + "\n",
    "no rows": "u,v,length_m\n",
    "no columns": "\n\n\n",
    "NUL in a number": "u,v,length_m\n0,1,5\x00\n",
    "only NUL": "\x00" * 100_000,
    "oneway sideways": "u,v,oneway\n0,1,sideways\n",
    "empty": "",
}


@pytest.mark.parametrize("name", BAD_EDGES)
def test_a_hostile_table_is_refused_in_words_in_time_and_in_little_memory(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "nodes.csv").write_bytes(GOOD_NODES)
    (tmp_path / "edges.csv").write_text(BAD_EDGES[name], encoding="utf-8", newline="")
    said = check_refusal(lambda: read_tables(tmp_path / "nodes.csv", tmp_path / "edges.csv"))
    assert "edges.csv" in said


def test_the_limits_on_nodes_and_streets_hold(tmp_path: Path) -> None:
    (tmp_path / "map.graphml").write_bytes(GOOD_GRAPHML)
    (tmp_path / "nodes.csv").write_bytes(GOOD_NODES)
    (tmp_path / "edges.csv").write_bytes(GOOD_EDGES)
    for limits in (Limits(nodes=3), Limits(arcs=3)):
        check_refusal(lambda: read_graphml(tmp_path / "map.graphml", limits=limits))  # noqa: B023
        check_refusal(
            lambda: read_tables(
                tmp_path / "nodes.csv",
                tmp_path / "edges.csv",
                limits=limits,  # noqa: B023
            )
        )


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.graphml"):
        assert str(path) in check_refusal(lambda: read_graphml(path))  # noqa: B023


def test_the_good_files_are_good(tmp_path: Path) -> None:
    (tmp_path / "map.graphml").write_bytes(GOOD_GRAPHML)
    (tmp_path / "nodes.csv").write_bytes(GOOD_NODES)
    (tmp_path / "edges.csv").write_bytes(GOOD_EDGES)
    compile_map(read_graphml(tmp_path / "map.graphml", limits=DEFAULT_LIMITS), RULES)
    compile_map(read_tables(tmp_path / "nodes.csv", tmp_path / "edges.csv"), RULES)


def check_refusal(read: Callable[[], object]) -> str:
    """Return what is said about a file that must be refused: soon, and without much memory."""
    tracemalloc.start()
    begin_s = time.process_time()
    try:
        with pytest.raises(NetworkError) as caught:
            read()
        took_s = time.process_time() - begin_s
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert took_s < LONGEST_S
    assert peak < 100 * MEGABYTE
    said = str(caught.value)
    assert said.strip()
    assert max(map(len, said.splitlines())) < 1_000
    return said
