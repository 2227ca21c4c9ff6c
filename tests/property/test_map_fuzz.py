"""Whatever stands in a map file: it is read, or a NetworkError says what is wrong.

A quick run mutates 400 files; ``PATROLSIM_FUZZ=full`` mutates 2,000 of each kind.
"""

from __future__ import annotations

import gzip
import os
import random  # noqa: TID251  # mutations of files, not of a simulated world
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from patrolsim.errors import NetworkError
from patrolsim.network.compiling import compile_map
from patrolsim.network.graphml import read_graphml
from patrolsim.network.modes import ModeRules
from patrolsim.network.tables import read_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from patrolsim.network.maps import StreetMap

SEED = 11
FULL = os.environ.get("PATROLSIM_FUZZ") == "full"
FILES = 2_000 if FULL else 133
LONGEST_S = 2.0
MOST_MB = 100
RULES = ModeRules(modes=("foot", "car"))

_KEYS = ("x", "y", "length", "highway", "oneway", "osmid", "maxspeed", "travel_time", "crs")
_STREETS = ((1, 2, 120.5), (2, 1, 120.5), (2, 3, 80.0), (3, 1, 90.25), (3, 3, 5.0))
GRAPHML = "\n".join(
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *(f'<key id="{key}" for="all" attr.name="{key}" attr.type="string"/>' for key in _KEYS),
        '<graph edgedefault="directed"><data key="crs">epsg:4326</data>',
        *(
            f'<node id="{n}"><data key="x">114.38{n}</data><data key="y">30.43{n}</data></node>'
            for n in (1, 2, 3)
        ),
        *(
            f'<edge source="{u}" target="{v}"><data key="length">{length}</data>'
            f"<data key=\"highway\">['primary', 'service']</data><data key=\"oneway\">False</data>"
            f'<data key="osmid">[7, 8]</data><data key="maxspeed">50</data>'
            f'<data key="travel_time">9.5</data></edge>'
            for u, v, length in _STREETS
        ),
        "</graph></graphml>",
    ]
).encode()
NODES = (
    b"node,lon,lat,offroad_access\n1,114.381,30.431,1\n2,114.382,30.432,1\n3,114.383,30.433,0\n"
)
EDGES = (
    b"u,v,length_m,highway,oneway,maxspeed,foot,access,time_s\n"
    b"1,2,120.5,primary,no,50,,,9.5\n2,3,80.0,service,yes,30 mph,yes,private,8\n"
    b'3,1,90.25,"steps",-1,,,closed,\n3,3,5,,,,no,,1\n'
)
TOKENS = [
    *(
        b"nan",
        b"inf",
        b"-1",
        b"1e999",
        b"9" * 5000,
        b"0x10",
        b"1_0",
        b"",
        b" ",
        b"\n",
        b"\r",
        b"\0",
    ),
    *(
        b",",
        b'"',
        b'""',
        b";",
        b"\t",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        "街".encode("gbk"),
        b"\x1f\x8b",
    ),
    *(
        b"<",
        b">",
        b"&",
        b"&amp;",
        b"&#0;",
        b"&lol;",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?x",
    ),
    *(
        b"<!DOCTYPE a>",
        b"</node>",
        b"<node>",
        b"<edge>",
        b'<node id="1"/>',
        b"<graph>",
        b"</graph>",
    ),
    *(
        b'<data key="x">',
        b"</data>",
        b"<data>",
        b'edgedefault="undirected"',
        b"[[" * 50,
        b"]" * 50,
    ),
    *(b"__import__('os')", b"[1, 2", b"(" * 2000, b"-91", b"181", b"epsg:3857", b"utf-16", b"1"),
    *("١٢".encode(), "，".encode(), b"%s", b"{}", b"\\", b"../../etc/passwd", b"1e-320", b"4e9"),
]


@pytest.mark.parametrize("kind", ["graphml", "nodes", "edges"])
def test_a_broken_map_is_read_or_refused_in_words(tmp_path: Path, kind: str) -> None:
    good = {"graphml": GRAPHML, "nodes": NODES, "edges": EDGES}
    outcomes: Counter[str] = Counter()
    for number, content in enumerate(mutations(good[kind])):
        start_s = time.perf_counter()
        outcomes[outcome(tmp_path, {**good, kind: content}, kind)] += 1
        assert time.perf_counter() - start_s < LONGEST_S, f"file {number} took too long"
    # A fuzz that only ever meets one of both tests nothing.
    assert outcomes["read"] > FILES // 50
    assert outcomes["refused"] > FILES // 5


def mutations(good: bytes) -> Iterator[bytes]:
    """Yield a good file with some places of it broken, always the same ones."""
    chance = random.Random(SEED)  # noqa: S311  # not for secrets
    for _ in range(FILES):
        content = bytearray(good)
        for _ in range(chance.choice([1, 1, 2, 3, 8, 30])):
            mutate(content, chance)
        is_packed = chance.random() < 0.1
        yield (
            damaged(gzip.compress(bytes(content), mtime=0), chance)
            if is_packed
            else bytes(content)
        )


def mutate(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content) + 1)
    end = min(len(content), at + chance.choice([1, 1, 2, 5, 20, 200]))
    match chance.randrange(5):
        case 0:
            content[at:end] = b""
        case 1:
            content[at:at] = chance.choice(TOKENS)
        case 2:
            content[at:end] = chance.choice(TOKENS)
        case 3:
            content[at:at] = content[at:end] * chance.choice([1, 2, 50])
        case _:
            content[at:end] = bytes(chance.randrange(256) for _ in range(end - at))


def damaged(packed: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(packed))
    return chance.choice([packed, packed[:at], packed[:at] + b"\0" + packed[at + 1 :]])


def outcome(folder: Path, files: dict[str, bytes], kind: str) -> str:
    """Read and compile a map; anything but a NetworkError fails the test."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        compile_map(read(folder, kind), RULES)
    except NetworkError as error:
        message = str(error)
        assert message.isprintable() or all(line.isprintable() for line in message.splitlines())
        assert len(message) < 20_000
        return "refused"
    return "read"


def read(folder: Path, kind: str) -> StreetMap:
    if kind == "graphml":
        return read_graphml(folder / "graphml")
    return read_tables(folder / "nodes", folder / "edges", times={"van": "time_s"})


def laughs() -> bytes:
    """Return ten entities, each ten times the one before."""
    levels = ((level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10))
    entities = b"".join(b'<!ENTITY a%d "%s">' % level for level in levels)
    return (
        b'<!DOCTYPE g [<!ENTITY a0 "ha">' + entities + b"]><graphml><graph>&a9;</graph></graphml>"
    )


def endless_tag() -> bytes:
    return b'<graphml><graph><node id="' + b"a" * 60_000_000


BOMBS: dict[str, Callable[[], bytes]] = {
    "a billion laughs": laughs,
    "an entity of another file": lambda: (
        b'<!DOCTYPE g [<!ENTITY x SYSTEM "file:///etc/passwd">]><graphml>&x;</graphml>'
    ),
    "a parameter entity": lambda: b'<!DOCTYPE g [<!ENTITY % p SYSTEM "x.dtd"> %p;]><graphml/>',
    "ten thousand tags in each other": lambda: b"<graphml>" + b"<a>" * 10_000,
    "a huge attribute": lambda: b'<graphml id="' + b"a" * 10_000_000 + b'"/>',
    "a tag without an end": endless_tag,
    "a comment without an end": lambda: b"<graphml><!-- " + b"-a" * 30_000_000,
    "a hundred thousand attributes": lambda: (
        b"<graphml " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>"
    ),
    "a huge value": lambda: GRAPHML.replace(b"120.5", b"1" * 20_000_000),
    "a giant of one line": lambda: b" " * 200_000_000,
    "a packed giant": lambda: gzip.compress(GRAPHML[:200] + b" " * 400_000_000, compresslevel=1),
    "a giant packed twice": lambda: gzip.compress(gzip.compress(b" " * 50_000_000)),
    "many packed members": lambda: gzip.compress(b" " * 1_000_000) * 400,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_soon_and_within_memory(tmp_path: Path, bomb: str) -> None:
    for kind in ("graphml", "nodes", "edges"):
        (tmp_path / kind).write_bytes({"nodes": NODES, "edges": EDGES}.get(kind, b""))
    content = BOMBS[bomb]()
    for kind in ("graphml", "nodes"):
        (tmp_path / kind).write_bytes(content)
        start_s = time.process_time()
        with little_memory(), pytest.raises(NetworkError):
            read(tmp_path, kind)
        assert time.process_time() - start_s < LONGEST_S


@contextmanager
def little_memory() -> Iterator[None]:
    """Let this process take little more memory than it has; more is a MemoryError."""
    if not Path("/proc/self/statm").exists():
        yield
        return
    resource = pytest.importorskip("resource")
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    old = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + MOST_MB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, old)


def test_entities_of_other_files_are_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret", encoding="utf-8")
    text = f'<!DOCTYPE g [<!ENTITY x SYSTEM "{secret.as_uri()}">]><graphml>&x;</graphml>'
    (tmp_path / "map.graphml").write_text(text, encoding="utf-8")
    with pytest.raises(NetworkError, match="document type") as caught:
        read_graphml(tmp_path / "map.graphml")
    assert "a secret" not in str(caught.value)
