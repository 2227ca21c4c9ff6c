"""Whose fault it was that a worker hung or died: from its last note and its stack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from patrolsim.errors import PatrolsimError, PolicyError
from patrolsim.units import format_duration, to_s

if TYPE_CHECKING:
    from patrolsim.experiment.notes import Note
    from patrolsim.experiment.results import Task
    from patrolsim.experiment.worker import Kit

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+)', re.MULTILINE)
_BORDER = re.compile(r"[\\/]patrolsim[\\/]engine[\\/]callers\.py$")


class LostError(PatrolsimError):
    """A replication could not be brought to its end."""


def blame_for_hanging(kit: Kit, task: Task, note: Note, limit_s: float, trace: str) -> PolicyError:
    """Return the error of a policy that does not come back."""
    reason = f"has not answered for {format_duration(limit_s)}: it may loop for ever"
    where = place_in_policy(trace)
    return PolicyError(
        _policy_of(kit, task, note), to_s(note.time_us), note.incident_id, reason, where
    )


def blame_for_slowness(limit_s: float, trace: str) -> LostError:
    """Return the error of a replication that takes longer than it may."""
    place = place_in_policy(trace)
    at = f", at last at {place}" if place else ""
    return LostError(f"took longer than {format_duration(limit_s)}{at}")


def blame_for_death(
    kit: Kit, task: Task, note: Note | None, how: str, trace: str
) -> PatrolsimError:
    """Return the error of a replication that ends the process of whoever tries it."""
    if note is None or note.role is None:
        return LostError(f"its process ended each time that it was tried ({how})")
    reason = f"the process ended inside the policy each time that it was tried ({how})"
    where = place_in_policy(trace)
    return PolicyError(
        _policy_of(kit, task, note), to_s(note.time_us), note.incident_id, reason, where
    )


def place_in_policy(trace: str) -> str:
    """Return where in the policy's own file a stack is, ``FILE:LINE``; empty if nowhere.

    Parameters
    ----------
    trace
        As `faulthandler` writes it: one thread after the other, innermost frame first.
    """
    for thread in trace.split("\n\n"):
        frames = [(found["file"], found["line"]) for found in _FRAME.finditer(thread)]
        border = next((i for i, (file, _line) in enumerate(frames) if _BORDER.search(file)), 0)
        if border:
            own = frames[border - 1][0]
            file, line = next(frame for frame in frames if frame[0] == own)
            return f"{file}:{line}"
    return ""


def _policy_of(kit: Kit, task: Task, note: Note) -> str:
    chosen = next(arm.chosen for arm in kit.arms if arm.name == task.strategy)
    if note.role is None or note.role.value not in chosen:
        return "unknown"
    return chosen[note.role.value].policy


def how_it_ended(exit_code: int | None) -> str:
    """Return the end of a process in words."""
    if exit_code is None:
        return "unknown how"
    return f"exit code {exit_code}" if exit_code >= 0 else f"signal {-exit_code}"
