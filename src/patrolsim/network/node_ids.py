"""Ids of nodes kept as the bytes of one text: a city of them takes a megabyte, not fifteen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

SURROGATES = "surrogatepass"
"""Text is written and read as it is, even where it is no valid Unicode."""


class NodeIds(Sequence[str]):
    """A sequence of texts; each is made when somebody asks for it.

    Parameters
    ----------
    text
        All ids in UTF-8, one after the other; uint8.
    start
        Id k is ``text[start[k]:start[k + 1]]``; int64, shape (n + 1,).
    order
        The numbers of the ids in the order of their bytes; int32, shape (n,).
    """

    __slots__ = ("order", "start", "text")

    def __init__(
        self,
        text: npt.NDArray[np.uint8],
        start: npt.NDArray[np.int64],
        order: npt.NDArray[np.int32],
    ) -> None:
        self.text, self.start, self.order = text, start, order

    @classmethod
    def of(cls, ids: Sequence[str]) -> NodeIds:
        """Return the same ids in this form."""
        words = [name.encode("utf-8", SURROGATES) for name in ids]
        start = np.zeros(len(words) + 1, np.int64)
        np.cumsum([len(word) for word in words], out=start[1:])
        order = np.array(sorted(range(len(words)), key=words.__getitem__), np.int32)
        return cls(np.frombuffer(b"".join(words), np.uint8), start, order)

    def __len__(self) -> int:
        return len(self.order)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if isinstance(index, slice):
            return tuple(self[number] for number in range(*index.indices(len(self))))
        return self._word(range(len(self))[index]).decode("utf-8", SURROGATES)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def number_of(self, name: str) -> int | None:
        """Return the number of the node of an id, found by bisection; None if there is none."""
        wanted = name.encode("utf-8", SURROGATES)
        place = bisect_left(self.order, wanted, key=self._word)
        if place == len(self) or self._word(self.order[place]) != wanted:
            return None
        return int(self.order[place])

    def _word(self, number: int) -> bytes:
        return self.text[self.start[number] : self.start[number + 1]].tobytes()


def finder_of(ids: Sequence[str]) -> Callable[[str], int | None]:
    """Return what tells the number of a node from its id, None if there is none."""
    if isinstance(ids, NodeIds):
        return ids.number_of
    return {name: number for number, name in enumerate(ids)}.get
