"""GraphML in OSMnx's conventions, read within limits.

A document type is refused outright: entities could blow a small file up or name other files.
Text is converted here and nowhere evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from patrolsim.errors import NetworkError
from patrolsim.network.drafting import Draft
from patrolsim.network.graphml_writing import write_graphml
from patrolsim.network.sources import DEFAULT_LIMITS, Limits, opened
from patrolsim.network.tags import cleaned
from patrolsim.units import quoted

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    from patrolsim.network.drafting import Clipped
    from patrolsim.network.maps import StreetMap

__all__ = ["read_graphml", "write_graphml"]

BLOCK_BYTES = 2**18
_ROOT, _GRAPH, _ITEM = 1, 2, 3
"""Depths at which the tags of a GraphML stand."""
_CONTENTS = {"node": _ITEM, "edge": _ITEM, "graph": _GRAPH, "key": _GRAPH}


def read_graphml(
    path: Path, *, clipped: Clipped | None = None, limits: Limits = DEFAULT_LIMITS
) -> StreetMap:
    """Return the map of a GraphML file, plain or gzipped.

    Nodes have ``x`` and ``y``; edges have the tags of OpenStreetMap and ``length`` (else the
    straight distance counts). The graph's ``crs`` says whether positions are degrees. Values may
    all be text, as OSMnx writes them. The edges of an undirected graph lead both ways unless
    they are ``oneway``.

    Parameters
    ----------
    path
        The file.
    clipped
        Takes streets that lead to absent nodes; None to refuse them.
    limits
        How much is read at most.

    Raises
    ------
    NetworkError
        If the file is no GraphML, too large, or describes no usable map: file, line and reason,
        of wrong values up to 20 at once.
    """
    document = _Document(path, limits, clipped)
    with opened(path, limits) as content:
        document.parse(content)
    return document.finish()


@dataclass(slots=True)
class _Item:
    """A node or an edge that is being read."""

    tag: str
    line: int
    attributes: dict[str, str]
    facts: dict[str, str]


class _Document:
    """What has been read so far."""

    def __init__(self, path: Path, limits: Limits, clipped: Clipped | None) -> None:
        self._path = path
        self._limits = limits
        self._draft = Draft(str(path), limits, clipped=clipped)
        self._parser = self._new_parser()
        self._depth = 0
        self._keys: dict[str, str] = {}
        self._graph: dict[str, str] = {}
        self._is_directed: bool | None = None
        self._item: _Item | None = None
        self._name: str | None = None
        self._pieces: list[str] = []
        self._size = 0

    def parse(self, content: BufferedReader) -> None:
        """Read all of a file.

        A tag of endless length keeps the parser waiting for its end, and is read again from
        its start with each block: so what the parser holds back is limited.
        """
        parser, given = self._parser, 0
        try:
            while block := content.read(BLOCK_BYTES):
                parser.Parse(block, False)
                given += len(block)
                if given - parser.CurrentByteIndex > BLOCK_BYTES + self._limits.attribute_chars:
                    raise self._error(f"a tag is longer than {self._limits.attribute_chars:,}")
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, "not well-formed")
            raise NetworkError(f"{self._path}:{error.lineno}: is no XML: {reason}") from None
        except (UnicodeError, LookupError, ValueError) as error:
            if isinstance(error, NetworkError):
                raise
            raise self._error("is not text in UTF-8; save it as UTF-8") from None

    def finish(self) -> StreetMap:
        """Return the map; edges may stand before their nodes."""
        if self._is_directed is None:
            raise NetworkError(f"{self._path}: there is no graph in the file; is it GraphML?")
        crs = cleaned(self._graph.get("crs", ""))
        return self._draft.finish(crs=crs, is_directed=self._is_directed)

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        return parser

    def _refuse_doctype(self, *_facts: object) -> None:
        raise self._error("a document type (<!DOCTYPE ...>) is not allowed; delete it")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            raise self._error(f"tags are nested more than {self._limits.depth} deep")
        if sum(map(len, attributes.values())) > self._limits.attribute_chars:
            raise self._error(f"a tag is longer than {self._limits.attribute_chars:,}")
        name = tag.rpartition(" ")[2]
        if self._depth == _ROOT and name != "graphml":
            raise self._error(
                f"starts with <{name[:40]}>, not with <graphml>; name a map in the form GraphML"
            )
        if self._depth != _CONTENTS.get(name, self._depth):
            raise self._error(f"<{name}> stands inside another tag where it has no meaning")
        if name == "key":
            self._declare(attributes)
        elif name == "graph":
            self._open_graph(attributes)
        elif name in {"node", "edge"}:
            self._item = _Item(name, self._parser.CurrentLineNumber, attributes, {})
        elif name == "data":
            self._open_data(attributes)

    def _text(self, piece: str) -> None:
        if self._name is None:
            return
        self._size += len(piece)
        if self._size > self._limits.attribute_chars:
            raise self._error(f"a value is longer than {self._limits.attribute_chars:,} signs")
        self._pieces.append(piece)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        name = tag.rpartition(" ")[2]
        if name == "data" and self._name is not None:
            holder = self._graph if self._item is None else self._item.facts
            holder[self._name] = "".join(self._pieces).strip()
            self._name = None
        elif self._item is not None and name == self._item.tag:
            self._take(self._item)
            self._item = None

    def _take(self, item: _Item) -> None:
        if item.tag == "node":
            self._draft.add_node(item.line, item.attributes.get("id", ""), item.facts)
            return
        ends = item.attributes.get("source", ""), item.attributes.get("target", "")
        self._draft.add_street(item.line, ends, item.facts)

    def _declare(self, attributes: dict[str, str]) -> None:
        if len(self._keys) >= self._limits.attributes:
            raise self._error(f"more than {self._limits.attributes:,} keys are declared")
        key = attributes.get("id", "")
        self._keys[key] = attributes.get("attr.name") or key

    def _open_graph(self, attributes: dict[str, str]) -> None:
        if self._is_directed is not None:
            raise self._error("there is more than one graph in the file; keep one")
        self._is_directed = attributes.get("edgedefault", "directed") != "undirected"

    def _open_data(self, attributes: dict[str, str]) -> None:
        key = attributes.get("key", "")
        name = self._keys.get(key)
        if name is None:
            raise self._error(f"a value has the key {quoted(key)}, which no <key> declares")
        if self._name is not None:
            raise self._error("<data> stands inside <data>")
        self._name, self._pieces, self._size = name, [], 0

    def _error(self, reason: str) -> NetworkError:
        return NetworkError(f"{self._path}:{self._parser.CurrentLineNumber}: {reason}")
