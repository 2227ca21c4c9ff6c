"""Errors that patrolsim raises on purpose.

::

    PatrolsimError
    +-- ScenarioError      a scenario, or a file that it names, is wrong (also a ValueError)
    +-- NetworkError       the streets or a map file are not usable (also a ValueError)
    |   +-- MisfitError    a value of a scenario does not fit its map (also a ScenarioError)
    +-- PluginError        a plugin cannot be found, loaded or trusted
    |   +-- PolicyError    a policy failed, or returned a decision that breaks the rules
    +-- AuditError         a stored log breaks an invariant of the simulation
    +-- SimulationError    patrolsim broke its own invariant: a bug, please report

Every class can be rebuilt as ``type(error)(*error.args)``. SimPy does exactly that when a
process fails, and so does pickle when a worker process fails.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class PatrolsimError(Exception):
    """Base of every error that patrolsim raises on purpose."""

    exit_code: ClassVar[int] = 5


class Problem(NamedTuple):
    """One mistake in a file, at its exact place.

    Attributes
    ----------
    line, column
        Where the mistake starts, both from 1; None when it concerns the whole file.
    end_column
        One past the last character of the mistake on that line; None when unknown.
    message
        What is wrong, with the offending value.
    hint
        How to mend it, often the nearest right word; empty when there is nothing to add.
    excerpt
        The line of the file; empty when it cannot be shown.
    """

    line: int | None
    column: int | None
    end_column: int | None
    message: str
    hint: str = ""
    excerpt: str = ""


class ScenarioError(PatrolsimError, ValueError):
    """A scenario file, or a file that it names, is wrong; ``problems`` holds every mistake."""

    exit_code = 3

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(source, problems)
        self.source = source
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(_one_line(self.source, problem) for problem in self.problems)


class NetworkError(PatrolsimError, ValueError):
    """The streets cannot serve a trip, or a file is no usable street map."""

    exit_code = 3


class MisfitError(ScenarioError, NetworkError):
    """A value of a scenario does not fit the map, which shows only when the world is built.

    Attributes
    ----------
    loc
        The way to the value: keys from the root on.
    message, hint
        What is wrong, and how to mend it.
    """

    def __init__(self, loc: tuple[str, ...], message: str, hint: str = "") -> None:
        super().__init__(".".join(loc), (Problem(None, None, None, message, hint),))
        self.args = (loc, message, hint)
        self.loc = loc
        self.message = message
        self.hint = hint


class PluginError(PatrolsimError):
    """A plugin cannot be found, loaded or trusted."""

    exit_code = 4


class PolicyError(PluginError):
    """A policy failed, or returned a decision that breaks the rules.

    Attributes
    ----------
    policy
        Name of the policy.
    time_s
        Simulated time of the call, in seconds since the start of the period.
    incident_id
        The incident that was being decided; None for other decisions.
    reason
        Which rule was broken, in words.
    where
        The place in the policy's code, ``FILE:LINE``; empty when it is not known.
    """

    def __init__(
        self, policy: str, time_s: float, incident_id: int | None, reason: str, where: str = ""
    ) -> None:
        super().__init__(policy, time_s, incident_id, reason, where)
        self.policy = policy
        self.time_s = time_s
        self.incident_id = incident_id
        self.reason = reason
        self.where = where

    def __str__(self) -> str:
        about = "" if self.incident_id is None else f", incident {self.incident_id}"
        place = f" ({self.where})" if self.where else ""
        return f"policy {self.policy!r} at t={self.time_s:.1f} s{about}: {self.reason}{place}"


class AuditError(PatrolsimError):
    """A log breaks an invariant; ``findings`` holds one sentence per breach."""

    exit_code = 1

    def __init__(self, findings: tuple[str, ...]) -> None:
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(self.findings)


class SimulationError(PatrolsimError):
    """patrolsim broke its own invariant: a bug, please report."""


def _one_line(source: str, problem: Problem) -> str:
    place = source if problem.line is None else f"{source}:{problem.line}:{problem.column}"
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{place}: {problem.message}{hint}"
