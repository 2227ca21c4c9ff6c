"""How a made district is laid out: through streets, what lies between them, side streets."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.network.drawing import Way
from patrolsim.network.plan import Line, Plan, Rect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolsim.network.drawing import Point

Cell = tuple[int, int]

COLUMN_LINES = (0.0, 770.0, 1640.0, 2480.0, 3370.0, 4190.0, 5060.0, 5900.0)
ROW_LINES = (0.0, 780.0, 1610.0, 2420.0, 3270.0, 4120.0, 4930.0)
STRAY_M = 45.0
"""How far a through street may lie from where the plan has it."""
AVENUE = 3
"""Which of the rows of through streets has two carriageways."""
HALF_AVENUE_M = 12.0
COLUMN_ROADS = (
    ("tertiary", "Liyuan Road 栗园路"),
    ("secondary", "Guizi Road 桂子路"),
    ("tertiary", "Xiaoqiao Road 小桥路"),
    ("primary", "Mingyue Avenue 明月大道"),
    ("secondary", "Zhanqian Road 站前路"),
    ("secondary", "Keji 1st Road 科技一路"),
    ("tertiary", "Keji 2nd Road 科技二路"),
    ("tertiary", "Huandong Road 环东路"),
)
ROW_ROADS = (
    ("tertiary", "Nanhuan Road 南环路"),
    ("secondary", "Binhu Road 滨湖路"),
    ("tertiary", "Laojie Road 老街路"),
    ("primary", "Wenxing Avenue 文星大道"),
    ("secondary", "Xuefu Road 学府路"),
    ("tertiary", "Chuangye Road 创业路"),
    ("tertiary", "Beihuan Road 北环路"),
)
ESTATES = (
    *("Guiyuan 桂苑", "Heyuan 荷苑", "Zhuyuan 竹苑", "Fengyuan 枫苑", "Meiyuan 梅苑"),
    *("Songyuan 松苑", "Liuyuan 柳苑", "Lanyuan 兰苑", "Yingyuan 樱苑", "Xingyuan 杏苑"),
)
SCHOOLS = {
    (1, 1): "Primary School 1 第一小学",
    (4, 4): "Primary School 2 第二小学",
    (2, 5): "Vocational School 职业学校",
}
"""Which cells of estates have a school in their first part."""


class Use(NamedTuple):
    """What lies in some neighbouring cells, from the south-west one to the north-east one."""

    kind: str
    low: Cell
    high: Cell
    name: str


USES = (
    Use("fields", (0, 0), (0, 0), "Caiyuan 菜园"),
    Use("hill", (0, 5), (0, 5), "Lishan 栗山"),
    Use("lake", (5, 0), (6, 1), "Mingyue Lake 明月湖"),
    Use("campus", (0, 3), (1, 4), "University 大学"),
    Use("park", (3, 3), (3, 3), "Wenxing Park 文星公园"),
    Use("village", (2, 2), (2, 2), "Laojie 老街"),
    Use("village", (0, 1), (0, 1), "Qiaocun 桥村"),
    Use("village", (5, 3), (5, 3), "Wangcun 王村"),
    Use("works", (4, 5), (4, 5), "Tech Park A 科技园A区"),
    Use("works", (5, 4), (5, 4), "Tech Park B 科技园B区"),
    Use("works", (6, 4), (6, 4), "Tech Park C 科技园C区"),
    Use("works", (5, 5), (6, 5), "Tech Park D 科技园D区"),
    Use("jammed", (4, 2), (4, 2), "Dahuayuan 大花园"),
)
"""What is no ordinary estate."""
OPEN_LAND = frozenset({"fields", "hill", "lake"})


class Lot(NamedTuple):
    """Land to be built on: its kind and name, as in `Use`, and where it lies."""

    kind: str
    name: str
    rect: Rect


class Town:
    """The layout of a district.

    Parameters
    ----------
    generator
        The chance that shifts the streets and parts the blocks.
    """

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._xs = _strayed(COLUMN_LINES, generator)
        self._ys = _strayed(ROW_LINES, generator)
        self.plan = Plan()
        for line in [*self._row_lines(), *self._column_lines()]:
            self.plan.add(line)
        self.lots = [Lot(use.kind, use.name, self.rect(use.low, use.high)) for use in USES]
        for row in range(len(ROW_LINES) - 1):
            for column in range(len(COLUMN_LINES) - 1):
                self._add_estates((column, row))

    def rect(self, low: Cell, high: Cell | None = None) -> Rect:
        """Return the land of some cells, up to the middle of the streets round them."""
        east, north = high or low
        return Rect(
            self._xs[low[0]],
            self._ys[low[1]] + HALF_AVENUE_M * (low[1] == AVENUE),
            self._xs[east + 1],
            self._ys[north + 1] - HALF_AVENUE_M * (north + 1 == AVENUE),
        )

    def _row_lines(self) -> Iterable[Line]:
        for row, (highway, name) in enumerate(ROW_ROADS):
            sides = [((column, row - 1), (column, row)) for column in range(len(COLUMN_LINES) - 1)]
            for start, end in _runs([_is_street(*side) for side in sides]):
                at, span = self._ys[row], (self._xs[start], self._xs[end])
                if row == AVENUE:
                    way = Way(highway=highway, name=name, oneway=True)
                    yield Line(False, at - HALF_AVENUE_M, *span, way)
                    yield Line(False, at + HALF_AVENUE_M, *span, way, is_backwards=True)
                else:
                    yield Line(False, at, *span, Way(highway=highway, name=name))

    def _column_lines(self) -> Iterable[Line]:
        for column, (highway, name) in enumerate(COLUMN_ROADS):
            sides = [((column - 1, row), (column, row)) for row in range(len(ROW_LINES) - 1)]
            for start, end in _runs([_is_street(*side) for side in sides]):
                low = self._ys[start] - HALF_AVENUE_M * (start == AVENUE)
                high = self._ys[end] + HALF_AVENUE_M * (end == AVENUE)
                yield Line(True, self._xs[column], low, high, Way(highway=highway, name=name))

    def _add_estates(self, cell: Cell) -> None:
        """Part a cell into estates by side streets; one part may be a school."""
        if _use_of(cell) is not None:
            return
        parts = self._parts(cell)
        if cell in SCHOOLS:
            self.lots.append(Lot("school", SCHOOLS[cell], parts.pop(0)))
        for part in parts:
            count = sum(lot.kind == "estate" for lot in self.lots)
            phase, number = divmod(count, len(ESTATES))
            self.lots.append(Lot("estate", f"{ESTATES[number]} {phase + 1}", part))

    def _parts(self, cell: Cell) -> list[Rect]:
        land = self.rect(cell)
        way = Way(highway="unclassified", name=f"Side Street {cell[0] + 1}-{cell[1] + 1}")
        middle = self._corner(land, "south")[0]
        self.plan.add(Line(True, middle, land.south, land.north, way))
        parts: list[Rect] = []
        for half in (land._replace(east=middle), land._replace(west=middle)):
            if self._generator.random() < 0.3:  # noqa: PLR2004 - a few estates are long
                parts.append(half)
                continue
            at = self._corner(half, "west")[1]
            self.plan.add(Line(False, at, half.west, half.east, way))
            parts += [half._replace(north=at), half._replace(south=at)]
        return parts

    def _corner(self, land: Rect, side: str) -> Point:
        """Return where a side street leaves: opposite another one if that is near."""
        wish = land.at(*(0.40 + 0.20 * self._generator.random(2)).tolist())
        return self.plan.join(land, side, wish) or wish


def _strayed(lines: Sequence[float], generator: np.random.Generator) -> list[float]:
    stray = np.round((generator.random(len(lines)) - 0.5) * 2 * STRAY_M, 1).tolist()
    return [line + away for line, away in zip(lines, stray, strict=True)]


def _use_of(cell: Cell) -> Use | None:
    """Return what lies in a cell; None for ordinary estates, also outside the district."""
    for use in USES:
        if all(use.low[axis] <= cell[axis] <= use.high[axis] for axis in (0, 1)):
            return use
    return None


def _is_street(one: Cell, other: Cell) -> bool:
    """Whether a through street runs between two cells: not within a use, nor on open land."""
    uses = [
        _use_of(cell)
        for cell in (one, other)
        if 0 <= cell[0] < len(COLUMN_LINES) - 1 and 0 <= cell[1] < len(ROW_LINES) - 1
    ]
    if all(use is not None and use.kind in OPEN_LAND for use in uses):
        return False
    return len(uses) == 1 or uses[0] is None or uses[0] is not uses[1]


def _runs(is_present: list[bool]) -> Iterable[tuple[int, int]]:
    """Yield start and end of each run of true values."""
    start = 0
    for value, group in groupby(is_present):
        end = start + len(list(group))
        if value:
            yield start, end
        start = end
