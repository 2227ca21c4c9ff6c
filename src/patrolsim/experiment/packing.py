"""Plain data and arrays as bytes and back, without loss and without code: what a ledger stores.

The form: a JSON text in which each array is replaced by its place, its dtype and its shape, and
behind it the bytes of the arrays, all compressed by zlib. Equal values give equal bytes.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Column = npt.NDArray[np.generic]

LEVEL = 1
"""Of the compression: the next level halves the speed and saves 3 %."""
_LENGTH = struct.Struct("<Q")
_DTYPES = ("<i8", "<f8", "|b1")
_AS_THEY_ARE = frozenset({type(None), bool, int, str})


class PackingError(PatrolsimError, ValueError):
    """Bytes are none that `pack` has made, or a value is none that it can take."""


def pack(value: object) -> bytes:
    """Return the bytes of a value.

    Parameters
    ----------
    value
        Mappings with text as keys, lists, tuples (they come back as lists), text, numbers, True,
        False, None; arrays of int64, float64, bool, or of objects that are such values.

    Raises
    ------
    PackingError
        If it holds anything else.
    """
    arrays: list[Column] = []
    header = json.dumps(
        _plain(value, arrays), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()
    parts = [_LENGTH.pack(len(header)), header, *(array.tobytes() for array in arrays)]
    return zlib.compress(b"".join(parts), LEVEL)


def unpack(data: bytes) -> Any:
    """Return the value of these bytes; arrays are read-only.

    Raises
    ------
    PackingError
        If they were not made by `pack`, or are damaged.
    """
    try:
        raw = zlib.decompress(data)
        (length,) = _LENGTH.unpack_from(raw)
        header = json.loads(raw[_LENGTH.size : _LENGTH.size + length])
        return _Reader(raw, _LENGTH.size + length).value(header)
    except (zlib.error, struct.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise PackingError(f"packed data cannot be read: {error}") from error


def _plain(value: object, arrays: list[Column]) -> object:
    """Return a value as JSON holds it: lists are tagged, so that nothing is taken for a tag."""
    if type(value) in _AS_THEY_ARE or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else ["float", str(value)]
    if isinstance(value, dict):
        return {_key(key): _plain(inside, arrays) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return ["list", *[_plain(inside, arrays) for inside in value]]
    if isinstance(value, np.ndarray):
        return _plain_array(value, arrays)
    raise PackingError(f"{type(value).__name__} cannot be packed")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise PackingError(f"{key!r} is no text: it cannot be a key")
    return key


def _plain_array(value: Column, arrays: list[Column]) -> object:
    if value.dtype == np.object_:
        return ["objects", *(_plain(inside, arrays) for inside in value.tolist())]
    dtype = _stored_as(value.dtype)
    if dtype not in _DTYPES:
        raise PackingError(f"an array of {value.dtype} cannot be packed")
    arrays.append(np.ascontiguousarray(value, dtype=dtype))
    return ["array", dtype, list(value.shape)]


@cache
def _stored_as(dtype: np.dtype[Any]) -> str:
    return dtype.newbyteorder("<").str


class _Reader:
    """Puts a value together again; the bytes of its arrays are read in order."""

    def __init__(self, raw: bytes, start: int) -> None:
        self._raw = raw
        self._at = start

    def value(self, plain: Any) -> Any:
        """Return the value of a part of the header."""
        if isinstance(plain, dict):
            return {key: self.value(inside) for key, inside in plain.items()}
        if not isinstance(plain, list):
            return plain
        tag, *rest = plain
        if tag == "list":
            return [self.value(inside) for inside in rest]
        if tag == "objects":
            return np.fromiter((self.value(inside) for inside in rest), np.object_, len(rest))
        if tag == "float":
            return float(rest[0])
        if tag == "array":
            return self._array(*rest)
        raise PackingError(f"there is no packed {tag!r}")

    def _array(self, dtype: str, shape: list[int]) -> Column:
        if dtype not in _DTYPES:
            raise PackingError(f"there are no packed arrays of {dtype}")
        count = math.prod(shape)
        array = np.frombuffer(self._raw, dtype, count, self._at).reshape(shape)
        self._at += array.nbytes
        return array


def columns_of(data: bytes) -> Mapping[str, Mapping[str, Column]]:
    """Return packed tables: name of the table to name of the column to its values."""
    tables: Mapping[str, Mapping[str, Column]] = unpack(data)
    return tables
