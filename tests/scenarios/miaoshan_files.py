"""The files of scenarios/miaoshan that are made from the district, not written by hand.

``python -m tests.scenarios.miaoshan_files`` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from patrolsim.network.district import District, DistrictArea, generate_district
from patrolsim.network.graphml import write_graphml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLDER = Path(__file__).parents[2] / "scenarios" / "miaoshan"
SEED = 2025
HOMES = ("estate", "jammed", "village")
ESTATES_PER_POST = 5


def write(folder: Path) -> None:
    """Write all made files of the scenario into a folder."""
    district = generate_district(seed=SEED)
    write_graphml(district.graph, folder / "map.graphml.gz")
    for name, content in texts(district).items():
        (folder / name).write_text(content, encoding="utf-8")


def texts(district: District) -> dict[str, str]:
    """Return the text of each made file but the map, by name."""
    return {
        "homes.geojson": _geojson(district, HOMES, lambda area: area.households),
        "campus.geojson": _geojson(
            district, ("campus", "school"), lambda area: 6 if area.kind == "campus" else 1
        ),
        "technology_park.geojson": _geojson(district, ("works",), lambda _area: None),
        "community_posts.csv": _posts(district),
    }


def _geojson(
    district: District, kinds: Iterable[str], weight: Callable[[DistrictArea], int | None]
) -> str:
    chosen = [area for kind in kinds for area in district.areas if area.kind == kind]
    features = ",\n".join(_feature(area, weight(area)) for area in chosen)
    return f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n'


def _feature(area: DistrictArea, weight: int | None) -> str:
    facts = {"name": area.name, "kind": area.kind}
    return json.dumps(
        {
            "type": "Feature",
            "properties": facts if weight is None else {**facts, "weight": weight},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[round(lon, 6), round(lat, 6)] for lon, lat in area.ring]],
            },
        },
        ensure_ascii=False,
    )


def _posts(district: District) -> str:
    """Return a table of community posts: at a gate of every fifth place where people live."""
    lived_in = [area for area in district.areas if area.kind in HOMES]
    rows = [
        f"Community post {number + 1} {area.name},{area.gates[0][0]:.6f},{area.gates[0][1]:.6f}"
        for number, area in enumerate(lived_in[::ESTATES_PER_POST])
    ]
    return "\n".join(["name,lon,lat", *rows]) + "\n"


if __name__ == "__main__":
    write(FOLDER)
