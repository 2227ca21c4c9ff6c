"""Arrays in one file that is mapped into memory, with an index and check sums; never pickled.

::

    8 bytes     the word that the file starts with
    8 bytes     length of the index, little-endian
    32 bytes    SHA-256 of the index
    index       JSON: name, kind of number, shape and place of each array; facts; check sum
    arrays      each at a multiple of 64 bytes

A file that is not exactly as it was written is refused. What the numbers mean is checked by
whoever uses them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import os
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Arrays = Mapping[str, np.ndarray[Any, Any]]

MAGIC = b"psnap\r\n\x01"
"""Ends with the version of this form; a copy that changes ends of lines breaks it."""
HEAD = len(MAGIC) + 8 + 32
ALIGN = 64
KINDS = {np.dtype(kind).str for kind in ("bool", "uint8", "int32", "int64", "float32", "float64")}
LONGEST_INDEX = 64 * 2**20


class UnsoundError(Exception):
    """A snapshot is damaged, or not one of ours."""


class Contents(NamedTuple):
    """What a file holds: arrays by name, and facts as JSON knows them."""

    arrays: Arrays
    facts: Any


def write_snapshot(path: Path, contents: Contents) -> None:
    """Write a file as a whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in contents.arrays.items()}
    index = _index(arrays, contents.facts)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with draft.open("xb") as file:
            file.write(MAGIC + len(index).to_bytes(8, "little") + hashlib.sha256(index).digest())
            file.write(index)
            for array in arrays.values():
                file.write(bytes(-file.tell() % ALIGN))
                file.write(array.tobytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    _sync_folder(path.parent)


def read_snapshot(path: Path) -> Contents:
    """Return what a file holds; its arrays are read-only views of the mapped file.

    Raises
    ------
    OSError
        If it cannot be read.
    UnsoundError
        If it is not as it was written.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= HEAD:
            raise UnsoundError("too short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    index, end = _read_index(mapped)
    try:
        places = [_place(*entry) for entry in index["arrays"]]
        check_sum, facts = index["check_sum"], index["facts"]
    except (KeyError, TypeError, ValueError) as error:
        raise UnsoundError("the index is wrong") from error
    _check_places(places, end, len(mapped))
    if zlib.crc32(memoryview(mapped)[end:]) != check_sum:
        raise UnsoundError("the arrays have changed")
    return Contents({place.name: place.view(mapped) for place in places}, facts)


class _Place(NamedTuple):
    """Where an array lies; `offset` counts from the end of the index, rounded up."""

    name: str
    kind: str
    shape: tuple[int, ...]
    offset: int

    @property
    def size(self) -> int:
        """Bytes."""
        numbers = 1
        for length in self.shape:
            numbers *= length
        return numbers * np.dtype(self.kind).itemsize

    def view(self, mapped: mmap.mmap) -> np.ndarray[Any, Any]:
        kind = np.dtype(self.kind)
        count = self.size // kind.itemsize
        return np.frombuffer(mapped, kind, count, self.offset).reshape(self.shape)


def _index(arrays: Arrays, facts: Any) -> bytes:
    """Return the index, padded so that it ends at a multiple of `ALIGN`.

    Places are counted from its end, so that they do not depend on its length.
    """
    entries, offset, check_sum = [], 0, 0
    for name, array in arrays.items():
        gap = -offset % ALIGN
        check_sum = zlib.crc32(array.tobytes(), zlib.crc32(bytes(gap), check_sum))
        entries.append([name, array.dtype.str, list(array.shape), offset + gap])
        offset += gap + array.nbytes
    index = {"arrays": entries, "facts": facts, "check_sum": check_sum}
    text = json.dumps(index, ensure_ascii=True, allow_nan=False).encode("ascii")
    return text + b" " * (-(HEAD + len(text)) % ALIGN)


def _read_index(mapped: mmap.mmap) -> tuple[dict[str, Any], int]:
    """Return the index with places from the start of the file, and where the index ends."""
    length = int.from_bytes(mapped[len(MAGIC) : len(MAGIC) + 8], "little")
    end = HEAD + length
    if mapped[: len(MAGIC)] != MAGIC or length > LONGEST_INDEX or end > len(mapped):
        raise UnsoundError("not a snapshot, or cut off")
    text = mapped[HEAD:end]
    if hashlib.sha256(text).digest() != mapped[HEAD - 32 : HEAD]:
        raise UnsoundError("the index has changed")
    try:
        index = json.loads(text)
        for entry in index["arrays"]:
            entry[3] += end
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise UnsoundError("the index is wrong") from error
    return index, end


def _place(name: object, kind: object, shape: list[object], offset: object) -> _Place:
    sizes = tuple(length for length in shape if type(length) is int and length >= 0)
    if not isinstance(name, str) or kind not in KINDS or type(offset) is not int:
        raise TypeError
    if len(sizes) != len(shape):
        raise TypeError
    return _Place(name, str(kind), sizes, offset)


def _check_places(places: list[_Place], start: int, size: int) -> None:
    """Refuse arrays that overlap, lie outside, or leave an end of the file over."""
    for place in places:
        if place.offset != start + -start % ALIGN or place.offset + place.size > size:
            raise UnsoundError("an array lies outside the file")
        start = place.offset + place.size
    if start != size:
        raise UnsoundError("the file has another length")


def _sync_folder(folder: Path) -> None:
    """See to it that the new name outlives a power cut, where the system can promise that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
