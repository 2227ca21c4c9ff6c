"""Plain data and arrays as bytes and back, without loss and without code: what a ledger stores.

The form is MessagePack (msgpack.org), compressed by zlib. An array is an extension of it: its
dtype, its shape and its bytes. Equal values give equal bytes.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import msgpack
import numpy as np

from patrolsim.errors import PatrolsimError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Column = npt.NDArray[np.generic]

LEVEL = 1
"""Of the compression: the next level halves the speed and saves 3 %."""
ARRAY, OBJECTS = 1, 2
"""Codes of the extensions: an array of numbers or truths, and one of plain values."""
_DTYPES = ("<i8", "<f8", "|b1")


class PackingError(PatrolsimError, ValueError):
    """Bytes are none that `pack` has made, or a value is none that it can take."""


def pack(value: object) -> bytes:
    """Return the bytes of a value.

    Parameters
    ----------
    value
        Mappings, lists, tuples (they come back as lists), text, bytes, integers of 64 bits,
        numbers, True, False, None; arrays of int64, float64, bool, or of objects that are such
        values.

    Raises
    ------
    PackingError
        If it holds anything else.
    """
    return zlib.compress(_packed(value), LEVEL)


def unpack(data: bytes) -> Any:
    """Return the value of these bytes; arrays are read-only.

    Raises
    ------
    PackingError
        If they were not made by `pack`, or are damaged.
    """
    try:
        return _unpacked(zlib.decompress(data))
    except (zlib.error, ValueError, TypeError, msgpack.UnpackException) as error:
        raise PackingError(f"packed data cannot be read: {error}") from error


def columns_of(data: bytes) -> Mapping[str, Mapping[str, Column]]:
    """Return packed tables: name of the table to name of the column to its values."""
    tables: Mapping[str, Mapping[str, Column]] = unpack(data)
    return tables


def _packed(value: object) -> bytes:
    try:
        packed: bytes = msgpack.packb(value, default=_extension)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise PackingError(f"this cannot be packed: {error}") from error
    return packed


def _unpacked(raw: bytes) -> Any:
    return msgpack.unpackb(raw, ext_hook=_array, strict_map_key=False)


def _extension(value: object) -> msgpack.ExtType:
    """Return an array as an extension."""
    if not isinstance(value, np.ndarray):
        raise PackingError(f"{type(value).__name__} cannot be packed")
    if value.dtype == np.object_:
        return msgpack.ExtType(OBJECTS, _packed(value.tolist()))
    dtype = value.dtype.str
    if dtype not in _DTYPES:
        raise PackingError(f"an array of {value.dtype} cannot be packed")
    return msgpack.ExtType(ARRAY, _packed([dtype, value.shape, value.tobytes()]))


def _array(code: int, data: bytes) -> Column:
    """Return the array of an extension."""
    if code == OBJECTS:
        values = _unpacked(data)
        return np.fromiter(values, np.object_, len(values))
    if code != ARRAY:
        raise PackingError(f"there is no extension {code}")
    dtype, shape, content = _unpacked(data)
    if dtype not in _DTYPES:
        raise PackingError(f"there are no packed arrays of {dtype}")
    array: Column = np.frombuffer(content, dtype).reshape(shape)
    return array
