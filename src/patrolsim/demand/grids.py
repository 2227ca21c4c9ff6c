"""Grids of demand: numbers in rows and columns, and where the grid lies."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.demand.rows import MOST_ROWS, TableProblems
from patrolsim.network.sources import DEFAULT_LIMITS
from patrolsim.units import LARGEST

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

GRID = ".npz"
"""Ending of a file that holds a grid."""
DEGREES = "EPSG:4326"
NAMES = ("values", "transform")
COEFFICIENTS = 6
MOST_BYTES = DEFAULT_LIMITS.inflated_bytes


class GridPoints(NamedTuple):
    """The cells of a grid with something in them.

    Attributes
    ----------
    row
        Row of the grid, from 1; shape (n,).
    east, north
        Middle of each cell, as the grid counts: degrees or metres; shape (n,).
    weight
        What is in it, above 0; shape (n,).
    """

    row: npt.NDArray[np.int64]
    east: Floats
    north: Floats
    weight: Floats


def read_grid(path: Path, *, in_degrees: bool) -> GridPoints:
    """Return the cells of a grid: an npz file with ``values``, ``transform`` and maybe ``crs``.

    The middle of the cell in row r and column c, both from 0, lies at
    east = a (c + 1/2) + b (r + 1/2) + e0 and north = d (c + 1/2) + e (r + 1/2) + n0 with the six
    numbers (a, b, e0, d, e, n0) of ``transform``, the order of world files and of rasterio.

    Parameters
    ----------
    path
        The file.
    in_degrees
        Whether the map wants degrees, so that a grid in another system is refused.

    Raises
    ------
    ScenarioError
        If it is no such file; says what is wrong with it.
    """
    problems = TableProblems(path)
    values, transform, system = _arrays(path, problems)
    if in_degrees and system not in {"", DEGREES}:
        message = f"its crs is {system[:40]!r}"
        problems.add(None, message, f"on a map in degrees a grid must be in {DEGREES}")
    if values.ndim != len(("row", "column")) or values.size > MOST_ROWS:
        shape = " x ".join(map(str, values.shape))
        problems.add(None, f"values: {shape}", f"a grid of at most {MOST_ROWS:,} cells is wanted")
    if transform.shape != (COEFFICIENTS,) or not np.isfinite(transform).all():
        problems.add(None, "transform: six numbers are wanted", "write (a, b, e0, d, e, n0)")
    if not ((values >= 0) & (values <= LARGEST)).all():
        hint = "write 0 where nothing is"
        problems.add(None, f"values: not all are numbers from 0 to {LARGEST:g}", hint)
    elif not values.any():
        problems.add(None, "values: all are 0", "give one of them more")
    problems.check()
    row, column = np.nonzero(values)
    a, b, east_0, d, e, north_0 = transform.tolist()
    across, down = column + 0.5, row + 0.5
    return GridPoints(
        row=row + 1,
        east=a * across + b * down + east_0,
        north=d * across + e * down + north_0,
        weight=values[row, column],
    )


def _arrays(path: Path, problems: TableProblems) -> tuple[Floats, Floats, str]:
    """Return values, transform and system of a file, none of which is checked yet."""
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
        if unpacked > MOST_BYTES:
            problems.add(None, f"holds {unpacked:,} bytes when unpacked", "that is no grid")
            problems.check()
        # pickled objects could run code when they are read
        with np.load(path, allow_pickle=False) as file:
            missing = [name for name in NAMES if name not in file.files]
            if not missing:
                system = str(file["crs"]) if "crs" in file.files else ""
                values, transform = (np.asarray(file[name], np.float64) for name in NAMES)
                return values, transform, system
        problems.add(None, f"has no array {missing[0]!r}", "save values and transform in it")
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        problems.add(None, f"is no npz file with a grid: {error}")
    problems.check()
    raise AssertionError("a problem has just been noted")
