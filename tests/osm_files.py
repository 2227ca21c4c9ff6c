"""A hand-made extract of OpenStreetMap: a street, a gated lane, a roundabout, a cut way."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LON0, LAT0 = 114.38, 30.43
STEP = 0.001
Tags = dict[str, str]

PLACES = {
    1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0),
    5: (2, 1), 6: (2, 2), 7: (3, 2), 8: (4, 1), 9: (4, 0), 10: (0, 1),
}  # fmt: skip
"""Steps east and north of the corner, by number."""
NODE_TAGS: dict[int, Tags] = {
    5: {"barrier": "gate", "access": "private", "name": "East gate"},
    2: {"barrier": "bollard"},
    3: {"highway": "crossing"},
}
WAYS: dict[int, tuple[tuple[int, ...], Tags]] = {
    100: ((1, 2, 3, 4), {"highway": "residential", "name": "Long Street", "maxspeed": "30"}),
    101: ((3, 5, 6), {"highway": "service", "access": "private", "service": "driveway"}),
    102: ((4, 8, 9, 4), {"highway": "tertiary", "junction": "roundabout"}),
    103: ((6, 7, 999), {"highway": "footway", "surface": "paved"}),
    104: ((1, 10, 2, 1), {"highway": "pedestrian", "area": "yes"}),
    105: ((1, 10), {"highway": "proposed"}),
    106: ((1, 10), {"building": "yes"}),
    107: ((10, 6), {"highway": "cycleway", "oneway": "sometimes"}),
}


def write_osm(
    path: Path,
    ways: Mapping[int, tuple[Sequence[int], Tags]] = WAYS,
    node_tags: Mapping[int, Tags] = NODE_TAGS,
) -> Path:
    """Write an extract as XML."""
    lines = ['<osm version="0.6">']
    for node, (east, north) in PLACES.items():
        where = f'lat="{LAT0 + north * STEP:.7f}" lon="{LON0 + east * STEP:.7f}"'
        lines.append(
            f'<node id="{node}" version="1" {where}>{_tags(node_tags.get(node, {}))}</node>'
        )
    for way, (nodes, tags) in ways.items():
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        lines.append(f'<way id="{way}" version="1">{refs}{_tags(tags)}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
