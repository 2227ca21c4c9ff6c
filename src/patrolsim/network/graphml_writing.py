"""GraphML written to the same bytes each time, as OSMnx and networkx read it."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from patrolsim.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import networkx as nx

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_Keys = dict[tuple[str, str], str]


def write_graphml(graph: nx.MultiDiGraph[Any], path: Path) -> None:
    """Write a graph as GraphML, gzipped when the name ends in .gz; equal graphs, equal bytes.

    All values are written as text, as OSMnx does and reads.

    Raises
    ------
    NetworkError
        If the file cannot be written, or a text holds a sign that XML cannot hold.
    """
    text = "".join(_lines(graph))
    if wrong := _NOT_XML.search(text):
        raise NetworkError(f"{path}: XML cannot hold the sign {wrong[0]!a}")
    content = text.encode()
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=9, mtime=0)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be written: {error.strerror}") from error


def _lines(graph: nx.MultiDiGraph[Any]) -> Iterator[str]:
    yield f"<?xml version='1.0' encoding='utf-8'?>\n<graphml xmlns=\"{NAMESPACE}\">\n"
    keys = _keys(graph)
    for (domain, name), key in keys.items():
        facts = f'id="{key}" for="{domain}" attr.name={quoteattr(name)} attr.type="string"'
        yield f"<key {facts}/>\n"
    yield '<graph edgedefault="directed">\n'
    yield from _data(keys, "graph", graph.graph)
    for node, place in graph.nodes(data=True):
        yield f"<node id={quoteattr(str(node))}>"
        yield from _data(keys, "node", place)
        yield "</node>\n"
    for u, v, number, street in graph.edges(keys=True, data=True):
        ends = f"source={quoteattr(str(u))} target={quoteattr(str(v))}"
        yield f"<edge {ends} id={quoteattr(str(number))}>"
        yield from _data(keys, "edge", street)
        yield "</edge>\n"
    yield "</graph>\n</graphml>\n"


def _keys(graph: nx.MultiDiGraph[Any]) -> _Keys:
    names = {
        "node": {str(key) for _, facts in graph.nodes(data=True) for key in facts},
        "edge": {str(key) for *_, facts in graph.edges(data=True) for key in facts},
        "graph": {str(key) for key in graph.graph},
    }
    pairs = [(domain, name) for domain in names for name in sorted(names[domain])]
    return {pair: f"d{number}" for number, pair in enumerate(pairs)}


def _data(keys: _Keys, domain: str, facts: Mapping[Any, object]) -> Iterator[str]:
    for name, value in sorted((str(name), value) for name, value in facts.items()):
        yield f'<data key="{keys[domain, name]}">{escape(str(value))}</data>'
