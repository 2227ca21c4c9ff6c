"""Findings of our own rules, among the errors that pydantic collects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from patrolsim.scenario.findings import Finding, Hint

if TYPE_CHECKING:
    from collections.abc import Iterable

_OWN = "scenario"


def own_error(message: str, hint: Hint = "") -> PydanticCustomError:
    """Return an error for pydantic that carries a message and a hint as they are."""
    return _error_of(Finding((), message, hint))


def gathered(error: ValidationError | None, findings: Iterable[Finding]) -> ValidationError:
    """Return one error with what pydantic found and what our own rules found."""
    details = [] if error is None else [_again(detail) for detail in error.errors()]
    details += [
        InitErrorDetails(type=_error_of(finding), loc=finding.loc, input=None)
        for finding in findings
    ]
    return ValidationError.from_exception_data("Scenario", details)


def finding_of(detail: ErrorDetails) -> Finding | None:
    """Return the finding that an error of pydantic carries; None when it is pydantic's own."""
    if detail["type"] != _OWN:
        return None
    carried: _Carried = detail["ctx"]["finding"]
    return carried.finding._replace(loc=detail["loc"])


@dataclass(frozen=True, slots=True, repr=False)
class _Carried:
    """A finding inside an error of pydantic, which writes out everything that it is given."""

    finding: Finding

    def __repr__(self) -> str:
        return "finding"


def _error_of(finding: Finding) -> PydanticCustomError:
    context = {"message": finding.message, "finding": _Carried(finding)}
    return PydanticCustomError(_OWN, "{message}", context)


def _again(detail: ErrorDetails) -> InitErrorDetails:
    """Return an error in the form from which pydantic builds it again."""
    if (finding := finding_of(detail)) is not None:
        return InitErrorDetails(type=_error_of(finding), loc=detail["loc"], input=detail["input"])
    return InitErrorDetails(
        type=detail["type"], loc=detail["loc"], input=detail["input"], ctx=detail.get("ctx", {})
    )
