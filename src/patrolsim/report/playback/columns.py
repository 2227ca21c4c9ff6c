"""Columns of whole numbers as bytes that a browser reads without copying them."""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    Numbers = npt.NDArray[Any] | Iterable[int]

TYPES = {"u1": 2**8, "u2": 2**16, "u4": 2**32}
"""Types of a column, little-endian and unsigned, each with the first number that is too large."""
ALIGNED = 4
"""Columns start at multiples of so many bytes: a typed array can then be laid over them."""


class TraceError(PatrolsimError):
    """A run does not fit into the compact trace."""


class Columns:
    """Collects the columns of all chunks, and packs them into one text.

    Attributes
    ----------
    chunks
        What the header says of them: each with its name and its columns
        ``[name, type, first byte, count]``.
    """

    def __init__(self) -> None:
        self.chunks: list[dict[str, object]] = []
        self._bytes = bytearray()

    def add(self, name: str, columns: Mapping[str, Numbers]) -> None:
        """Add a chunk; each column takes the narrowest type that holds its numbers.

        Raises
        ------
        TraceError
            If a number is negative or needs more than four bytes.
        """
        described = [self._append(column, numbers) for column, numbers in columns.items()]
        self.chunks.append({"name": name, "columns": described})

    def text(self) -> str:
        """Return everything as base64 of one gzip stream, the same for the same columns."""
        return base64.b64encode(gzip.compress(bytes(self._bytes), 9, mtime=0)).decode("ascii")

    def _append(self, name: str, numbers: Numbers) -> list[object]:
        values = np.asarray(
            numbers if isinstance(numbers, np.ndarray) else list(numbers), dtype=np.int64
        )
        kind = _narrowest(name, values)
        self._bytes += b"\0" * (-len(self._bytes) % ALIGNED)
        first = len(self._bytes)
        self._bytes += values.astype(f"<{kind}").tobytes()
        return [name, kind, first, int(values.size)]


def _narrowest(name: str, values: npt.NDArray[np.int64]) -> str:
    if values.min(initial=0) < 0:
        raise TraceError(f"column {name} of the trace holds a negative number")
    most = int(values.max(initial=0))
    for kind, limit in TYPES.items():
        if most < limit:
            return kind
    raise TraceError(f"column {name} of the trace holds {most}, more than four bytes can")
