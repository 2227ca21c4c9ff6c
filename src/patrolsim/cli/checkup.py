"""What `doctor` looks at: one function per question, each returns what it found."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from patrolsim.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_PYTHON = (3, 11)
LITTLE_DISK_B, NO_DISK_B = 2 * 10**9, 2 * 10**8
"""Free bytes below which a long run may not end well, and below which none does."""
MODULES = {"pyyaml": "yaml"}
"""Packages that are imported by another name."""
_GB = 10**9


class State(Enum):
    """How a finding is to be taken."""

    FINE = "ok"
    NOTE = "note"
    """Works, but could work better."""
    FAULT = "FAULT"
    """Has to be mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One answer.

    Attributes
    ----------
    what
        What was looked at.
    found
        What is there.
    state
        Whether that is good.
    remedy
        How to mend it, or what it would bring; empty when there is nothing to do.
    """

    what: str
    found: str
    state: State = State.FINE
    remedy: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether it has to be mended."""
        return self.state is State.FAULT


def check_up(ledger: Path) -> list[Finding]:
    """Return what was found, in the order in which one would mend it."""
    return [
        _python(),
        _patrolsim(),
        *_packages(),
        *_extras(),
        *_plugins(),
        _kernels(),
        _bytecode(),
        _ledger(ledger),
        *_disks(),
        _processors(),
        _terminal(),
    ]


def _python() -> Finding:
    found = f"{platform.python_version()} ({platform.system()} {platform.machine()})"
    if sys.version_info[:2] >= LEAST_PYTHON:
        return Finding(what="Python", found=found)
    remedy = f"install Python {'.'.join(map(str, LEAST_PYTHON))} or newer"
    return Finding(what="Python", found=found, state=State.FAULT, remedy=remedy)


def _patrolsim() -> Finding:
    from patrolsim.cli.shipped import shipped_names

    names = shipped_names()
    found = f"{_version('patrolsim')}, scenarios: {', '.join(names) or 'none'}"
    if names:
        return Finding(what="patrolsim", found=found)
    remedy = "pip install --force-reinstall --no-deps patrolsim brings the shipped scenarios back"
    return Finding(what="patrolsim", found=found, state=State.FAULT, remedy=remedy)


def _packages() -> Iterator[Finding]:
    """Yield one line for all that is there, and one for each that is not."""
    needed = [name for name, extra in _requirements() if extra is None]
    there = [name for name in needed if find_spec(_module(name)) is not None]
    told = ", ".join(f"{name} {_version(name)}" for name in there)
    yield Finding(what="packages", found=told or "none")
    for name in needed:
        if name not in there:
            yield Finding(
                what="packages",
                found=f"{name} is missing",
                state=State.FAULT,
                remedy=f"pip install {name}",
            )


def _extras() -> Iterator[Finding]:
    """Yield for each extra what is there of it."""
    extras: dict[str, list[str]] = {}
    for name, extra in _requirements():
        if extra is not None:
            extras.setdefault(extra, []).append(name)
    for extra, names in extras.items():
        lost = [name for name in names if find_spec(_module(name)) is None]
        if lost:
            yield Finding(
                what=f"extra {extra}",
                found=f"not installed: {', '.join(lost)}",
                state=State.NOTE,
                remedy=f"only if you want it: pip install 'patrolsim[{extra}]'",
            )
        else:
            yield Finding(what=f"extra {extra}", found=", ".join(names))


def _requirements() -> list[tuple[str, str | None]]:
    """Return the packages that patrolsim asks for, each with its extra."""
    try:
        lines = requires("patrolsim") or []
    except PackageNotFoundError:
        return []
    found = []
    for line in lines:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
        if name is not None:
            found.append((name[0].lower(), extra[1] if extra else None))
    return found


def _plugins() -> Iterator[Finding]:
    from patrolsim.cli.policies import load_plugins

    try:
        host = load_plugins()
    except PluginError as error:
        remedy = "uninstall the plugin, or ask its author"
        yield Finding(what="plugins", found=str(error), state=State.FAULT, remedy=remedy)
        return
    for origin in host.origins:
        number = sum(offer.origin == origin for offer in host.offers())
        yield Finding(
            what="plugins", found=f"{origin.plugin} of {origin.source}: {number} policies"
        )


def _kernels() -> Finding:
    """Say whether the searches run compiled, and whether the machine code can be kept."""
    what = "searches"
    if find_spec("numba") is None:
        remedy = "pip install numba makes large maps many times faster"
        return Finding(what=what, found="plain Python", state=State.NOTE, remedy=remedy)
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        remedy = "unset NUMBA_DISABLE_JIT"
        found = "numba is told not to compile"
        return Finding(what=what, found=found, state=State.NOTE, remedy=remedy)
    try:
        import numba
    except Exception as error:  # noqa: BLE001 - whatever breaks numba must be told, not raised
        remedy = "pip install --force-reinstall numba, or uninstall it: plain Python works too"
        found = f"numba {_version('numba')} cannot be imported: {_one_line(error)}"
        return Finding(what=what, found=found, state=State.FAULT, remedy=remedy)
    cache = Path(os.environ.get("NUMBA_CACHE_DIR") or _kernel_folder())
    kept = f"kept in {cache}" if os.access(cache, os.W_OK) else "kept in your own cache folder"
    return Finding(what=what, found=f"compiled by numba {numba.__version__}, {kept}")


def _kernel_folder() -> Path:
    spec = find_spec("patrolsim.network.kernels")
    return Path(spec.origin if spec and spec.origin else __file__).parent


def _bytecode() -> Finding:
    """Say whether Python may keep what it has compiled; else a start takes twice as long."""
    what = "start-up"
    if not sys.dont_write_bytecode:
        return Finding(what=what, found="compiled modules are kept")
    return Finding(
        what=what,
        found="compiled modules are not kept: every command starts slowly",
        state=State.NOTE,
        remedy="unset PYTHONDONTWRITEBYTECODE",
    )


def _ledger(file: Path) -> Finding:
    from patrolsim.experiment.ledger import LedgerError, inspect_ledger

    what = "ledger"
    if not file.exists():
        return Finding(what=what, found=f"{file} is not there yet: the first run makes it")
    try:
        known = inspect_ledger(file)
    except LedgerError as error:
        remedy = f"move {file} away: everything in it can be run again"
        return Finding(what=what, found=str(error), state=State.FAULT, remedy=remedy)
    size = f"{file.stat().st_size / 10**6:,.1f} MB"
    return Finding(what=what, found=f"{file}: {known:,} replications, {size}")


def _disks() -> Iterator[Finding]:
    """Yield how much room there is where runs and temporary files go."""
    for what, folder in (("disk here", Path.cwd()), ("disk for temp", _temporary())):
        free_b = shutil.disk_usage(folder).free
        found = f"{free_b / _GB:,.1f} GB free in {folder}"
        if not os.access(folder, os.W_OK):
            remedy = "start patrolsim in a folder that you may write to"
            found = f"{folder} cannot be written"
            yield Finding(what=what, found=found, state=State.FAULT, remedy=remedy)
        elif free_b < LITTLE_DISK_B:
            state = State.FAULT if free_b < NO_DISK_B else State.NOTE
            remedy = "free some room: delete old folders under runs/"
            yield Finding(what=what, found=found, state=state, remedy=remedy)
        else:
            yield Finding(what=what, found=found)


def _temporary() -> Path:
    return Path(tempfile.gettempdir())


def _processors() -> Finding:
    from patrolsim.cli.preparing import usable_processors

    number = usable_processors()
    return Finding(what="processors", found=f"{number}: as many replications run at once")


def _terminal() -> Finding:
    encoding = (getattr(sys.stdout, "encoding", None) or "unknown").lower()
    what = "terminal"
    if encoding.replace("-", "") in {"utf8", "utf16", "gb18030"}:
        return Finding(what=what, found=f"{encoding}: Chinese names can be shown")
    return Finding(
        what=what,
        found=f"{encoding}: some names cannot be shown",
        state=State.NOTE,
        remedy="set PYTHONUTF8=1",
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(version unknown)"


def _module(package: str) -> str:
    return MODULES.get(package, package.replace("-", "_"))


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
