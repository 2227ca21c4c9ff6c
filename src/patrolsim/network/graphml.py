"""GraphML in OSMnx's conventions: read within limits, written to the same bytes each time.

A document type is refused outright: entities could blow a small file up or name other files.
Text is converted here and nowhere evaluated.
"""

from __future__ import annotations

import gzip
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from patrolsim.errors import NetworkError
from patrolsim.network.maps import ArcColumns, NodeColumns, StreetMap, is_degrees, make_map
from patrolsim.network.sources import DEFAULT_LIMITS, Limits, opened

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

BLOCK = 2**18
NAMESPACE = "http://graphml.graphdrawing.org/xmlns"


def read_graphml(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> StreetMap:
    """Return the map of a GraphML file, plain or gzipped.

    Raises
    ------
    NetworkError
        If the file is no GraphML, too large, or describes no usable map: names file and line.
    """
    document = _Document(path, limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = document.refuse_doctype
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.CharacterDataHandler = document.text
    document.parser = parser
    try:
        with opened(path, limits) as content:
            while block := content.read(BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code, "not well-formed")
        raise NetworkError(f"{path}:{error.lineno}: is no XML: {reason}") from None
    return document.finish()


@dataclass(slots=True)
class _Key:
    """A declared attribute: its name, and whether of nodes, edges or the graph."""

    name: str
    domain: str


@dataclass(slots=True)
class _Document:
    """What has been read so far."""

    path: Path
    limits: Limits
    parser: expat.XMLParserType | None = None
    depth: int = 0
    keys: dict[str, _Key] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    graph: dict[str, str] = field(default_factory=dict)
    current: dict[str, str] | None = None
    attribute: str | None = None
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    number: dict[str, int] = field(default_factory=dict)
    nodes: NodeColumns = field(default_factory=NodeColumns)
    ends: list[tuple[str, str, int]] = field(default_factory=list)
    arcs: ArcColumns = field(default_factory=ArcColumns)
    is_directed: bool = True
    has_graph: bool = False

    def refuse_doctype(self, *_facts: object) -> None:
        """Refuse a document type."""
        raise self._error("a document type (<!DOCTYPE>) is not allowed")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        self.depth += 1
        if self.depth > self.limits.depth:
            raise self._error(f"nested deeper than {self.limits.depth}")
        name = tag.rpartition(" ")[2]
        if name == "key":
            self._declare(attributes)
        elif name == "graph":
            self._open_graph(attributes)
        elif name in {"node", "edge"}:
            self.facts, self.current = attributes, {}
        elif name == "data":
            key = self.keys.get(attributes.get("key", ""))
            if key is None:
                raise self._error(f"data of an undeclared key {attributes.get('key', '')!r}")
            self.attribute, self.pieces, self.size = key.name, [], 0

    def text(self, piece: str) -> None:
        """Collect the text of an attribute."""
        if self.attribute is None:
            return
        self.size += len(piece)
        if self.size > self.limits.attribute_chars:
            raise self._error(f"an attribute is longer than {self.limits.attribute_chars:,}")
        self.pieces.append(piece)

    def end(self, tag: str) -> None:
        """Leave an element."""
        self.depth -= 1
        name = tag.rpartition(" ")[2]
        if name == "data" and self.attribute is not None:
            holder = self.graph if self.current is None else self.current
            holder[self.attribute] = "".join(self.pieces).strip()
            self.attribute = None
        elif name == "node" and self.current is not None:
            self._add_node(self.facts.get("id", ""), self.current)
            self.current = None
        elif name == "edge" and self.current is not None:
            self._add_edge(self.facts, self.current)
            self.current = None

    def finish(self) -> StreetMap:
        """Return the map; edges may stand before their nodes."""
        if not self.has_graph:
            raise NetworkError(f"{self.path}: there is no graph in the file")
        for source, target, line in self.ends:
            for node in (source, target):
                if node not in self.number:
                    raise NetworkError(f"{self.path}:{line}: there is no node {node!r}")
            self.arcs.tail.append(self.number[source])
            self.arcs.head.append(self.number[target])
        if not self.is_directed:
            self._add_ways_back()
        nodes = self.nodes
        degrees = is_degrees(self.graph.get("crs", ""), nodes.east, nodes.north)
        return make_map(str(self.path), nodes, self.arcs, is_degrees=degrees)

    def _declare(self, attributes: dict[str, str]) -> None:
        if len(self.keys) >= self.limits.attributes:
            raise self._error(f"more than {self.limits.attributes} declared keys")
        key, name = attributes.get("id", ""), attributes.get("attr.name", "")
        self.keys[key] = _Key(name or key, attributes.get("for", "all"))

    def _open_graph(self, attributes: dict[str, str]) -> None:
        if self.has_graph:
            raise self._error("more than one graph in the file")
        self.has_graph = True
        self.is_directed = attributes.get("edgedefault", "directed") != "undirected"

    def _add_node(self, node: str, facts: dict[str, str]) -> None:
        if not node or node in self.number:
            raise self._error(f"node {node!r} is given twice" if node else "a node without an id")
        if len(self.number) >= self.limits.nodes:
            raise self._error(f"more than {self.limits.nodes:,} nodes")
        self.number[node] = len(self.nodes.ids)
        self.nodes.ids.append(node)
        self.nodes.east.append(self._position(node, facts, ("x", "lon")))
        self.nodes.north.append(self._position(node, facts, ("y", "lat")))

    def _position(self, node: str, facts: dict[str, str], names: tuple[str, str]) -> float:
        text = facts.get(names[0]) or facts.get(names[1]) or ""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self._error(f"node {node!r}: {names[0]} is {text!r}, not a number")
        return value

    def _add_edge(self, facts: dict[str, str], attributes: dict[str, str]) -> None:
        if len(self.ends) >= self.limits.arcs:
            raise self._error(f"more than {self.limits.arcs:,} edges")
        line = self.parser.CurrentLineNumber if self.parser is not None else 0
        self._check_length(attributes)
        self.ends.append((facts.get("source", ""), facts.get("target", ""), line))
        self.arcs.attributes.append(attributes)

    def _check_length(self, attributes: dict[str, str]) -> None:
        text = attributes.get("length", "")
        try:
            length = float(text or 0)
        except ValueError:
            length = math.nan
        if not math.isfinite(length) or length < 0:
            raise self._error(f"length: {text!r} is not a length of 0 or more")

    def _add_ways_back(self) -> None:
        count = len(self.arcs.tail)
        self.arcs.tail += self.arcs.head[:count]
        self.arcs.head += self.arcs.tail[:count]
        self.arcs.attributes += self.arcs.attributes[:count]

    def _error(self, reason: str) -> NetworkError:
        line = self.parser.CurrentLineNumber if self.parser is not None else 0
        return NetworkError(f"{self.path}:{line}: {reason}")


def write_graphml(graph: nx.MultiDiGraph[int], path: Path) -> None:
    """Write a graph as GraphML, gzipped when the name ends in .gz; equal graphs, equal bytes.

    All values are written as text, as OSMnx does and reads.
    """
    text = io.StringIO()
    _write(graph, text)
    content = text.getvalue().encode()
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=9, mtime=0)
    path.write_bytes(content)


def _write(graph: nx.MultiDiGraph[int], out: io.StringIO) -> None:
    domains = {
        "node": sorted({key for _, data in graph.nodes(data=True) for key in data}),
        "edge": sorted({key for *_, data in graph.edges(data=True) for key in data}),
        "graph": sorted(graph.graph),
    }
    keys: dict[tuple[str, str], str] = {}
    out.write(f"<?xml version='1.0' encoding='utf-8'?>\n<graphml xmlns=\"{NAMESPACE}\">\n")
    for domain, names in domains.items():
        for name in names:
            keys[domain, name] = f"d{len(keys)}"
            key = keys[domain, name]
            name_text = quoteattr(str(name))
            out.write(
                f'<key id="{key}" for="{domain}" attr.name={name_text} attr.type="string"/>\n'
            )
    out.write('<graph edgedefault="directed">\n')
    for name in domains["graph"]:
        out.write(_data(keys["graph", name], graph.graph[name]))
    for node, data in graph.nodes(data=True):
        out.write(f"<node id={quoteattr(str(node))}>")
        out.writelines(_data(keys["node", name], data[name]) for name in sorted(data))
        out.write("</node>\n")
    for u, v, key, data in graph.edges(keys=True, data=True):
        ends = f"source={quoteattr(str(u))} target={quoteattr(str(v))}"
        out.write(f'<edge {ends} id="{key}">')
        out.writelines(_data(keys["edge", name], data[name]) for name in sorted(data))
        out.write("</edge>\n")
    out.write("</graph>\n</graphml>\n")


def _data(key: str, value: object) -> str:
    return f'<data key="{key}">{escape(str(value))}</data>'
