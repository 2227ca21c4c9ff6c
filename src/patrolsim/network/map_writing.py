"""Street maps as files: GraphML in OSMnx's conventions, or two tables; whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from patrolsim.errors import NetworkError
from patrolsim.network.graph import graph_of_map
from patrolsim.network.graphml_writing import write_graphml
from patrolsim.network.twins import NO_TWIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from patrolsim.network.maps import StreetMap

GRAPHML_ENDS = (".graphml", ".graphml.gz")
NODES, EDGES, RIGHTS = "nodes.csv.gz", "edges.csv.gz", "ATTRIBUTION.txt"


def targets_of(path: Path) -> tuple[Path, ...]:
    """Return the files that a map is written to: one GraphML, or tables in a folder.

    Raises
    ------
    NetworkError
        If the name is that of neither.
    """
    if path.name.endswith(GRAPHML_ENDS):
        return (path,)
    if path.suffix:
        raise NetworkError(
            f"{path}: a map is written as NAME.graphml, NAME.graphml.gz, or into a folder"
        )
    return path / NODES, path / EDGES, path / RIGHTS


def write_map(street_map: StreetMap, path: Path, attribution: str) -> None:
    """Write a map as GraphML, or as tables into a folder; equal maps, equal bytes.

    A file is there whole or not at all.

    Parameters
    ----------
    street_map
        The map.
    path
        NAME.graphml, NAME.graphml.gz, or a folder, which is made.
    attribution
        Whose data it is: a fact of the graph, or a text beside the tables.

    Raises
    ------
    NetworkError
        If it cannot be written.
    """
    targets = targets_of(path)
    try:
        targets[0].parent.mkdir(parents=True, exist_ok=True)
        if len(targets) == 1:
            with _replacing(path) as part:
                graph = graph_of_map(street_map)
                graph.graph["attribution"] = attribution
                write_graphml(graph, part)
            return
        contents = (_nodes(street_map), _edges(street_map), attribution.encode() + b"\n")
        for target, content in zip(targets, contents, strict=True):
            with _replacing(target) as part:
                part.write_bytes(content)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be written: {error.strerror}") from error


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a name to write to; the file takes its place when it is whole."""
    part = path.with_name(f".part-{path.name}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _nodes(street_map: StreetMap) -> bytes:
    names = ("lon", "lat") if street_map.is_degrees else ("x", "y")
    columns: dict[str, Sequence[object]] = {
        "node": street_map.node_ids,
        names[0]: street_map.east.tolist(),
        names[1]: street_map.north.tolist(),
    }
    if not street_map.may_enter.all():
        columns["offroad_access"] = street_map.may_enter.astype(int).tolist()
    return _table(columns)


def _edges(street_map: StreetMap) -> bytes:
    """Return one row per arc; the two directions of a street have the same ``way``."""
    ids, m = street_map.node_ids, len(street_map.tail)
    numbers = np.arange(m)
    way = np.where(street_map.twin == NO_TWIN, numbers, np.minimum(numbers, street_map.twin))
    columns: dict[str, Sequence[object]] = {
        "u": [ids[node] for node in street_map.tail.tolist()],
        "v": [ids[node] for node in street_map.head.tolist()],
        "length_m": street_map.length_m.tolist(),
        "way": way.tolist(),
        **street_map.tags,
    }
    times = {f"time_{mode}_s": seconds for mode, seconds in street_map.times_s.items()}
    for name, column in ({**street_map.speeds, **times}).items():
        columns[name] = [value if np.isfinite(value) else "" for value in column.tolist()]
    return _table(columns)


def _table(columns: dict[str, Sequence[object]]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(columns)
    rows.writerows(zip(*columns.values(), strict=True))
    return gzip.compress(text.getvalue().encode(), compresslevel=6, mtime=0)
