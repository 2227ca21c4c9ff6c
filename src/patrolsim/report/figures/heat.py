"""Median response by hour of the day and day of the week."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from patrolsim.report.figures.figure import WIDTH, Figure
from patrolsim.report.figures.levels import KEY, Levels
from patrolsim.report.figures.svg import box, label, tag
from patrolsim.report.words.said import Said, bare, level
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from patrolsim.experiment.views import Slot

    Week = Mapping[tuple[int, int], Slot]

LEFT, ROW, HEAD = 44.0, 17.0, 34.0
HOURS = 24


class Column(NamedTuple):
    """A column of the table: a weekday under a strategy."""

    weekday: int
    strategy: str
    week: Week


def heat(columns: Sequence[Column], levels: Levels, few: int, name: str) -> Figure:
    """Return the figure.

    Parameters
    ----------
    columns
        From left to right; at least one.
    levels
        The steps, the same for all strategies.
    few
        Of fewer incidents no median is shown, but their number in brackets.
    name
        Of the figure.
    """
    bottom = HEAD + HOURS * ROW
    width = (WIDTH - LEFT - 4) / len(columns)
    parts = [
        label(LEFT - 6, HEAD + (h + 0.7) * ROW, f"{h:02d}", class_="soft end") for h in range(24)
    ]
    for number, column in enumerate(columns):
        parts += _column(column, levels, few, LEFT + number * width, width)
    parts.append(levels.key(bottom + 10))
    strategies = list(dict.fromkeys(column.strategy for column in columns))
    return Figure(
        name=name,
        title=text("heat_title", strategies=", ".join(strategies)),
        about=text("heat_about"),
        height=bottom + KEY + 10,
        drawing=Markup().join(parts),
        head=[text("hour"), *(_head(column) for column in columns)],
        rows=list(_rows(columns, few)),
        note=text("heat_note", few=few),
    )


def weekday(number: int) -> Said:
    """Return the name of a weekday; 0 is Monday."""
    return text(f"weekday_{number}")


def _column(column: Column, levels: Levels, few: int, x: float, width: float) -> Iterator[Markup]:
    middle = x + width / 2
    yield label(middle, 13, weekday(column.weekday), class_="mid strong")
    yield label(middle, 28, column.strategy, most=int(width / 7), class_="mid soft")
    for hour in range(HOURS):
        slot = column.week.get((column.weekday, hour))
        y = HEAD + hour * ROW
        if slot is None or slot.median_s is None:
            yield box(x, y, width, ROW, class_="cell none")
            continue
        is_shown = slot.seen >= few
        step = f"h{levels.step_of(slot.median_s.value)}" if is_shown else "none"
        yield tag("g", box(x, y, width, ROW, class_=f"cell {step}"), _value(slot, few, middle, y))


def _value(slot: Slot, few: int, middle: float, y: float) -> Markup:
    if slot.seen < few or slot.median_s is None:
        return label(middle, y + 12.5, f"({slot.seen})", class_="mid soft small")
    value = slot.median_s.value
    short = "∞" if math.isinf(value) else f"{value / 60:.1f}"
    return label(middle, y + 12.5, short, class_="mid small")


def _head(column: Column) -> Said:
    day = weekday(column.weekday)
    return Said(f"{day.en}, {column.strategy}", f"{day.zh}，{column.strategy}")


def _rows(columns: Sequence[Column], few: int) -> Iterator[list[Said | str]]:
    for hour in range(HOURS):
        slots = [column.week.get((column.weekday, hour)) for column in columns]
        if any(slots):
            yield [f"{hour:02d}:00", *(_cell(slot, few) for slot in slots)]


def _cell(slot: Slot | None, few: int) -> Said | str:
    if slot is None:
        return "-"
    if slot.seen < few:
        return text("too_few", n=slot.seen)
    said, seen = level(slot.median_s, "s"), bare(float(slot.seen), "")
    return Said(f"{said.en} [{seen.en[:-2]}]", f"{said.zh} [{seen.zh[:-2]}]")
