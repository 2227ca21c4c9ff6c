"""Map files: opened within limits, every mistake named by file and line."""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolsim.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

MOST_SHOWN = 20
"""Mistakes of a file that are listed at once."""
_GZIP_MAGIC = b"\x1f\x8b"
_HARMLESS_BYTES = 16_000_000
"""Growth is not looked at below this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a map file is read at most; beyond it the file is refused.

    Attributes
    ----------
    inflated_bytes
        Size of the file, after unpacking when it is compressed.
    nodes, arcs
        Number of nodes, and of rows or edges.
    attributes
        Columns of a table, declared keys of a GraphML, or attributes of one element.
    attribute_chars
        Length of one attribute's value, of a tag, and of a line of a table.
    depth
        How deep tags may be nested.
    growth
        How many times its packed size a compressed file may have; maps have 8 to 30 times.
    """

    inflated_bytes: int = 1_000_000_000
    nodes: int = 2**22 - 1
    arcs: int = 4_000_000
    attributes: int = 1_000
    attribute_chars: int = 1_000_000
    depth: int = 16
    growth: int = 200


DEFAULT_LIMITS = Limits()


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[io.BufferedReader]:
    """Open a plain or gzipped file for reading bytes, counting what is unpacked.

    Raises
    ------
    NetworkError
        If the file cannot be read, is a broken gzip, or is larger than the limit.
    """
    try:
        with path.open("rb") as plain:
            is_packed = plain.read(2) == _GZIP_MAGIC
            plain.seek(0)
            content = gzip.GzipFile(fileobj=plain) if is_packed else plain
            packed_bytes = path.stat().st_size if is_packed else None
            stream = _CountedStream(content, path, _allowance(limits, packed_bytes))
            yield io.BufferedReader(stream, 2**18)
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        raise NetworkError(f"{path}: the compressed file is damaged ({error})") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise NetworkError(f"{path}: cannot be read: {reason}") from error


def _allowance(limits: Limits, packed_bytes: int | None) -> int:
    if packed_bytes is None:
        return limits.inflated_bytes
    return min(limits.inflated_bytes, max(_HARMLESS_BYTES, packed_bytes * limits.growth))


class _CountedStream(io.RawIOBase):
    """Bytes of a file, refused beyond a limit: a gzip may unpack to a thousand times its size."""

    def __init__(self, content: io.BufferedIOBase, path: Path, limit: int) -> None:
        self._content = content
        self._path = path
        self._limit = limit
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        block = self._content.read(len(view))
        self._count += len(block)
        if self._count > self._limit:
            raise NetworkError(
                f"{self._path}: holds more than {self._limit:,} bytes when unpacked; a map of a"
                " district is far smaller"
            )
        view[: len(block)] = block
        return len(block)


class Mistakes:
    """What is wrong with a file: collected, and raised together."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._found: list[str] = []

    def add(self, place: int | str | None, text: str) -> None:
        """Note a mistake at a line (or at a named place); too many end the reading at once."""
        where = f"{self.source}:{place}" if isinstance(place, int) else self.source
        what = f"{place}: {text}" if isinstance(place, str) else text
        self._found.append(f"{where}: {what}")
        if len(self._found) >= MOST_SHOWN:
            self._found.append(f"{self.source}: only the first {MOST_SHOWN} mistakes are shown")
            self.check()

    def check(self) -> None:
        """Raise all mistakes so far as one error, if there are any."""
        if self._found:
            raise NetworkError("\n".join(self._found))
