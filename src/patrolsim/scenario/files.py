"""Which files a scenario may name: plain relative paths to files inside its own folder."""

from __future__ import annotations

import stat
from itertools import islice
from pathlib import Path

from patrolsim.units import UnitError, nearest_word, quoted

MAX_FILE_BYTES = 512 * 1024 * 1024
_MAX_PATH = 1024
_MAX_LISTED = 1000
_FORBIDDEN_SIGNS = r"\:~$"


class NoSuchFileError(UnitError):
    """There is no file of this name; `nearest` finds the one that was probably meant."""

    def __init__(self, text: str, folder: str) -> None:
        super().__init__(f"there is no file {quoted(text)}")
        self.args = (text, folder)
        self.text = text
        self.folder = folder

    def nearest(self) -> str:
        """Return a hint with the file in the same folder whose name is nearest."""
        wanted = Path(self.text)
        try:
            entries = islice((Path(self.folder) / wanted.parent).iterdir(), _MAX_LISTED)
            names = sorted(entry.name for entry in entries)
        except OSError:
            return f"there is no folder {quoted(str(wanted.parent))} either"
        near = nearest_word(wanted.name, names)
        return "" if near is None else f"did you mean {quoted((wanted.parent / near).as_posix())}?"


class CommandLineText(str):
    """Text that somebody typed on the command line: as a path it may lead anywhere."""

    __slots__ = ()


def existing_file(value: object, folder: Path | None) -> Path:
    """Return the absolute path of an existing regular file that a scenario names.

    Without a folder, and for text from the command line, a path may be absolute, or relative to
    the current folder.

    Raises
    ------
    UnitError
        When the path leaves the folder, or there is no such file, or it is too large.
    """
    if isinstance(value, Path):
        value = CommandLineText(value)
    if not isinstance(value, str) or not value or len(value) > _MAX_PATH:
        raise UnitError(f"{quoted(value)} is no file name", "write it like streets.graphml")
    if folder is None or isinstance(value, CommandLineText):
        return _checked(value, _resolved(value, Path.cwd()))
    if fault := _fault_of_path(value):
        raise UnitError(f"{quoted(value)} {fault}", "name a file inside the scenario's folder")
    path = _resolved(value, folder)
    if not path.is_relative_to(folder.resolve()):
        raise UnitError(
            f"{quoted(value)} leads out of the scenario's folder", "copy the file into the folder"
        )
    return _checked(value, path)


def _fault_of_path(text: str) -> str:
    if not text.isprintable():
        return "has a sign that cannot be shown"
    if text.startswith("/"):
        return "is not relative"
    if ".." in text.split("/"):
        return "leaves the scenario's folder"
    if found := [sign for sign in _FORBIDDEN_SIGNS if sign in text]:
        return f"has the sign {found[0]} in it"
    return ""


def _resolved(text: str, folder: Path) -> Path:
    try:
        return (folder / text).resolve(strict=True)
    except FileNotFoundError:
        raise NoSuchFileError(text, str(folder)) from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise UnitError(f"{quoted(text)} cannot be read: {reason}") from None


def _checked(text: str, path: Path) -> Path:
    """Return the path of a regular file of a bearable size."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnitError(f"{quoted(text)} is not a file")
    if status.st_size > MAX_FILE_BYTES:
        raise UnitError(f"{quoted(text)} is larger than {MAX_FILE_BYTES // 1024**2} MB")
    return path
