"""Keyed random streams: what is drawn depends on its key alone, never on what was drawn before.

So every strategy meets the same day (common random numbers), and an extra draw of one policy
changes nothing for another.
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

VERSION = "blake2b-1"
"""Stands in every result: another version of the streams gives other days."""

_UNIT = 2.0**-53
_BELOW_ONE = 1.0 - _UNIT


class RandomStreams:
    """The random numbers of one replication.

    Parameters
    ----------
    root
        The scenario's seed, from 0 to 2^63 - 1.
    replication
        Index of the replication, from 0.
    """

    def __init__(self, root: int, replication: int) -> None:
        self.root = root
        self.replication = replication
        self._key = struct.pack("<QQ", root, replication)
        self._bases: dict[str, hashlib.blake2b] = {}

    def uniform(self, purpose: str, *ids: int) -> float:
        """Return the number of this key, strictly between 0 and 1.

        The first 53 bits of a keyed hash, moved to the middle of their interval.
        """
        state = self._base(purpose).copy()
        state.update(struct.pack(f"<{len(ids)}q", *ids))
        return _unit_interval(int.from_bytes(state.digest(), "little"))

    def uniforms(self, purpose: str, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the number of each key ``(purpose, id)``; shape as `ids`.

        Each equals ``uniform(purpose, id)`` to the bit.
        """
        import numpy as np

        base = self._base(purpose)
        words = np.empty(ids.size, np.uint64)
        packed = np.ascontiguousarray(ids, dtype="<i8").tobytes()
        for number in range(ids.size):
            state = base.copy()
            state.update(packed[8 * number : 8 * number + 8])
            words[number] = int.from_bytes(state.digest(), "little")
        middles = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * _UNIT
        return np.minimum(middles, _BELOW_ONE).reshape(ids.shape)

    def generator(self, purpose: str) -> np.random.Generator:
        """Return a generator of its own for draws that come in bulk.

        Its bits are those of Philox keyed by (root, replication, purpose).
        """
        import numpy as np

        key = hashlib.blake2b(self._key + purpose.encode(), digest_size=16).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))

    def _base(self, purpose: str) -> hashlib.blake2b:
        if purpose not in self._bases:
            person = hashlib.blake2b(purpose.encode(), digest_size=16).digest()
            self._bases[purpose] = hashlib.blake2b(digest_size=8, key=self._key, person=person)
        return self._bases[purpose]


def _unit_interval(word: int) -> float:
    """Return the number of a 64-bit word; the very last middle would be rounded to 1."""
    return min(((word >> 11) + 0.5) * _UNIT, _BELOW_ONE)
