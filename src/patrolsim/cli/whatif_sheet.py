"""What interventions do to travel times: a page for people, plain data for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.cli.terminal import align

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.experiment.door_times import DoorTimes, WhatIf

    Floats = npt.NDArray[np.float64]

MOST_AREAS = 8
"""Squares of the map that a page lists."""


def page_of(answer: WhatIf, within_s: float) -> str:
    """Return an answer as text."""
    given = f", given {', '.join(answer.given)}" if answer.given else ""
    title = f"What {' and '.join(answer.changes)} would do to travel times{given}"
    parts = [title]
    for times in answer.modes:
        parts += [_summary(times, within_s), _by_place(times), _by_area(times)]
    parts.append("Times from everybody's base at their usual speed; nothing was simulated.")
    return "\n\n".join(part for part in parts if part)


def data_of(answer: WhatIf, within_s: float) -> dict[str, Any]:
    """Return an answer as plain data."""
    return {
        "interventions": list(answer.changes),
        "given": list(answer.given),
        "within_s": within_s,
        "modes": {times.mode: _data_of_mode(times, within_s) for times in answer.modes},
    }


def _data_of_mode(times: DoorTimes, within_s: float) -> dict[str, Any]:
    is_changed = times.changed
    sooner = times.before_s - times.after_s
    return {
        "doors": len(times.areas),
        "doors_changed": int(is_changed.sum()),
        "doors_sooner_somewhere": int((sooner > 0).any(axis=1).sum()),
        "doors_later_somewhere": int((sooner < 0).any(axis=1).sum()),
        "most_s_saved": max(0.0, float(sooner.max())),
        "most_s_lost": max(0.0, float(-sooner.min())),
        "before": _distribution(times.before_s, within_s),
        "after": _distribution(times.after_s, within_s),
        "by_place": {
            name: {
                "before": _distribution(times.before_s[:, column], within_s),
                "after": _distribution(times.after_s[:, column], within_s),
            }
            for column, name in enumerate(times.places)
        },
        "by_area": {
            area: {
                "doors": int(chosen.sum()),
                "doors_changed": int(is_changed[chosen].sum()),
                "before": _distribution(times.before_s[chosen], within_s),
                "after": _distribution(times.after_s[chosen], within_s),
            }
            for area, chosen in _areas(times)
        },
    }


def _distribution(values_s: Floats, within_s: float) -> dict[str, float]:
    median_s, p90_s = np.quantile(values_s, [0.5, 0.9], method="inverted_cdf").tolist()
    share = float(np.count_nonzero(values_s <= within_s) / values_s.size)
    return {"median_s": median_s, "p90_s": p90_s, "share_within": share}


def _summary(times: DoorTimes, within_s: float) -> str:
    found = _data_of_mode(times, within_s)
    doors, changed = found["doors"], found["doors_changed"]
    title = (
        f"{times.mode}: of {doors:,} doors {changed:,} have another time to some place"
        f" ({found['doors_sooner_somewhere']:,} sooner, {found['doors_later_somewhere']:,} later)"
        f"; at most {_clock(found['most_s_saved'])} saved, {_clock(found['most_s_lost'])} lost."
    )
    rows = [("to all places", "median", "9 in 10 within", f"within {_clock(within_s)}")]
    rows += [_row(word, found[word]) for word in ("before", "after")]
    return f"{title}\n{align(rows)}"


def _row(word: str, distribution: dict[str, float]) -> tuple[str, str, str, str]:
    median, p90 = (_clock(distribution[name]) for name in ("median_s", "p90_s"))
    return word, median, p90, f"{distribution['share_within']:.1%}"


def _by_place(times: DoorTimes) -> str:
    """Return the median to each place that has another time from some door."""
    rows = [("place", "doors changed", "their median before", "after")]
    for column, name in enumerate(times.places):
        before_s, after_s = times.before_s[:, column], times.after_s[:, column]
        rows += _medians(name, before_s, after_s)
    return align(rows) if len(rows) > 1 else ""


def _by_area(times: DoorTimes) -> str:
    """Return the squares of the map with the most changed doors."""
    is_changed = times.changed
    ranked = sorted(
        ((-int(is_changed[chosen].sum()), area, chosen) for area, chosen in _areas(times)),
        key=lambda row: row[:2],
    )
    rows = [("area", "doors changed", "their median before", "after")]
    for _count, area, chosen in ranked[:MOST_AREAS]:
        here = chosen & is_changed
        rows += _medians(area, times.before_s[here].ravel(), times.after_s[here].ravel(), here)
    return align(rows) if len(rows) > 1 else ""


def _medians(
    name: str, before_s: Floats, after_s: Floats, doors: npt.NDArray[np.bool_] | None = None
) -> Iterator[tuple[str, str, str, str]]:
    """Yield a row on those times that change, unless there are none."""
    is_other = np.abs(before_s - after_s) > 0
    if is_other.any():
        medians = [_median(values[is_other]) for values in (before_s, after_s)]
        count = int(is_other.sum()) if doors is None else int(doors.sum())
        yield name, f"{count:,}", *(_clock(median_s) for median_s in medians)  # type: ignore[misc]


def _median(values_s: Floats) -> float:
    return float(np.quantile(values_s, 0.5, method="inverted_cdf"))


def _areas(times: DoorTimes) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    areas = np.array(times.areas, np.str_)
    for area in np.unique(areas).tolist():
        yield str(area), areas == area


def _clock(seconds: float) -> str:
    """Return a time as minutes and seconds."""
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes}:{left:02d} min" if minutes else f"{left} s"
