"""Asks the models of incidents, and refuses answers that break the rules."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from patrolsim.demand.areas import DECIMALS
from patrolsim.demand.models import Occurrences
from patrolsim.errors import PatrolsimError, PluginError
from patrolsim.units import to_us

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from patrolsim.demand.models import DemandDraws, DemandSetting, IncidentModel

    Times = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]


class NamedModel(NamedTuple):
    """A model of incidents, and what a scenario calls it."""

    name: str
    model: IncidentModel


def ask_for_incidents(
    named: NamedModel, setting: DemandSetting, draws: DemandDraws
) -> tuple[Times, Floats, Floats]:
    """Return the times (microseconds) of all incidents of a kind, and x and y (metres).

    Raises
    ------
    PluginError
        If the model fails, or its answer breaks the rules: see `patrolsim.demand.models`.
    """
    with _blaming(named, setting):
        found = named.model.draw(setting, draws)
    if reason := why_not(found, setting):
        raise PluginError(f"{_title(named, setting)}: {reason}")
    # a time just below the end may be rounded up to it
    occurred_us = np.minimum(
        np.rint(found.times_s * 1e6).astype(np.int64), to_us(setting.period_s) - 1
    )
    if found.x is None or found.y is None:
        return occurred_us, *draws.places("place", np.arange(len(occurred_us), dtype=np.int64))
    return occurred_us, np.round(found.x, DECIMALS), np.round(found.y, DECIMALS)


def ask_for_expected(named: NamedModel, setting: DemandSetting) -> Floats:
    """Return the expected incidents of a kind in each hour of the period; shape (hours,).

    Raises
    ------
    PluginError
        If the model fails, or its answer breaks the rules.
    """
    with _blaming(named, setting):
        counts = named.model.expected_per_hour(setting)
    if reason := why_not_expected(counts, setting):
        raise PluginError(f"{_title(named, setting)}: {reason}")
    return counts


def why_not(found: object, setting: DemandSetting) -> str:
    """Return which rule the answer of a model breaks; empty when it keeps all."""
    if not isinstance(found, Occurrences):
        return f"draw() returned {found!r}, which is no Occurrences"
    return _why_no_times(found.times_s, setting) or _why_no_places(found)


def _why_no_times(times_s: object, setting: DemandSetting) -> str:
    if not isinstance(times_s, np.ndarray) or not _is_column(times_s, None):
        return "times_s is no array of numbers in one dimension"
    if not np.all(np.isfinite(times_s)) or np.any(np.diff(times_s) < 0):
        return "times_s is not sorted, or holds something that is no number"
    if times_s.size and not 0 <= times_s[0] <= times_s[-1] < setting.period_s:
        return f"times_s leaves the period, which is 0 to {setting.period_s:g} s"
    return ""


def _why_no_places(found: Occurrences) -> str:
    if found.x is None and found.y is None:
        return ""
    if not all(_is_column(one, found.times_s.size) for one in (found.x, found.y)):
        return "x and y are not one number for each time"
    if not np.all(np.isfinite(found.x)) or not np.all(np.isfinite(found.y)):  # type: ignore[arg-type]  # both are arrays here
        return "a place is no number"
    return ""


def why_not_expected(counts: object, setting: DemandSetting) -> str:
    """Return which rule the expected numbers of a model break; empty when they keep all."""
    if not isinstance(counts, np.ndarray) or not _is_column(counts, setting.hours):
        return f"expected_per_hour() must return an array of {setting.hours} numbers"
    if not np.all(np.isfinite(counts)) or np.any(counts < 0):
        return "expected_per_hour() returned something that is no number of 0 or more"
    return ""


def _is_column(values: object, size: int | None) -> bool:
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f" or values.ndim != 1:
        return False
    return size is None or values.size == size


@contextmanager
def _blaming(named: NamedModel, setting: DemandSetting) -> Iterator[None]:
    """Turn whatever a model raises into an error that names it, and the line of its code."""
    try:
        yield
    except PatrolsimError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        text = f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"
        raise PluginError(f"{_title(named, setting)}: {text}") from error


def _title(named: NamedModel, setting: DemandSetting) -> str:
    return f"incident model {named.name!r} of kind {setting.kind!r}"
