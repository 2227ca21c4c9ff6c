"""Files whose points lie far from the streets: which, how far, and what would bring them near.

A file of Amap or Baidu lies some hundred metres off the streets of OpenStreetMap. That is near
enough to be taken for real, so it is looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.network.datum import Datum, from_wgs84, is_shifted, to_wgs84

if TYPE_CHECKING:
    from patrolsim.world.places import FilePoints, Gazetteer
    from patrolsim.world.reach import Reach

FAR_M = 50.0
"""When half of the points of a file are farther from any street than this, it is remarked."""
MOST_SHOWN = 10
FAR_BETTER = 0.5
"""Another reading is worth a word when it at least halves the median distance."""


class Reading(NamedTuple):
    """What the points of a file would be in another datum.

    Attributes
    ----------
    datum
        The other datum.
    median_m
        Median distance from the streets, then.
    """

    datum: Datum
    median_m: float


def remarks_on_files(gazetteer: Gazetteer, reach: Reach) -> list[str]:
    """Return a sentence about each file half of whose points lie far from the streets."""
    remarks = []
    for file in gazetteer.files:
        away_m = reach.streets_away_m(file.x, file.y)
        if len(away_m) and float(np.median(away_m)) > max(FAR_M, file.slack_m):
            remarks.append(_remark(file, away_m.tolist(), gazetteer, reach))
    return remarks


def advised(text: str, file: FilePoints, gazetteer: Gazetteer, reach: Reach) -> str:
    """Return a text, with the datum that would bring the points of a file near the streets."""
    advice = _advice(file, gazetteer, reach)
    return f"{text}.{advice}" if advice else text


def _advice(file: FilePoints, gazetteer: Gazetteer, reach: Reach) -> str:
    if not len(file.x):
        return ""
    median_m = float(np.median(reach.streets_away_m(file.x, file.y)))
    best = min(_readings(file, gazetteer, reach), key=lambda r: r.median_m, default=None)
    if best is None or median_m <= FAR_M or best.median_m > FAR_BETTER * median_m:
        return ""
    return (
        f" Read as {best.datum}, half of them would lie within {best.median_m:.0f} m instead of"
        f" {median_m:.0f} m: write coords: {best.datum} beside the file."
    )


def _remark(file: FilePoints, away_m: list[float], gazetteer: Gazetteer, reach: Reach) -> str:
    far = [i for i, metres in enumerate(away_m) if metres > FAR_M]
    worst = sorted(far, key=lambda i: (-away_m[i], i))[:MOST_SHOWN]
    shown = ", ".join(f"line {file.lines[i]} ({away_m[i]:.0f} m)" for i in worst)
    reason = " Are they right?"
    if _is_in_china(file, gazetteer):
        reason = (
            f" They are read as {file.datum}; points of Amap and Tencent are gcj02, those of Baidu"
            " bd09."
        )
    return (
        f"{file.path.name}: half of the {len(away_m):,} points lie"
        f" {np.median(away_m):.0f} m or more from any street. The farthest: {shown}.{reason}"
        f"{_advice(file, gazetteer, reach)}"
    )


def _is_in_china(file: FilePoints, gazetteer: Gazetteer) -> bool:
    if gazetteer.projection is None:
        return False
    lon, lat = gazetteer.projection.to_degrees(file.x, file.y)
    return bool(is_shifted(lon, lat).any())


def _readings(file: FilePoints, gazetteer: Gazetteer, reach: Reach) -> list[Reading]:
    """Return the median distance from the streets in each other datum, where they differ."""
    projection = gazetteer.projection
    if projection is None or not _is_in_china(file, gazetteer):
        return []
    as_given = from_wgs84(file.datum, *projection.to_degrees(file.x, file.y))
    readings = []
    for datum in Datum:
        if datum is not file.datum:
            x, y = projection.to_metres(*to_wgs84(datum, *as_given))
            readings.append(Reading(datum, float(np.median(reach.streets_away_m(x, y)))))
    return readings
