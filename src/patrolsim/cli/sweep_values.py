"""The words ``key=a,b,c`` of a sweep: which values of which keys, in all combinations."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import click

from patrolsim.units import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_POINTS = 60
"""So many arms can still be read in one table, and fit into memory."""
EXAMPLE = "write it like teams.wardens.number=20,40,60"


class Axis(NamedTuple):
    """A key of the scenario, and the values that it takes."""

    key: str
    values: tuple[str, ...]


class Point(NamedTuple):
    """One combination of values.

    Attributes
    ----------
    name
        What the arm is called: the value, or with several keys ``number=20, acceptance=70%``.
    settings
        The value of each key.
    """

    name: str
    settings: dict[str, str]


def read_axes(words: Sequence[str]) -> list[Axis]:
    """Return the keys with their values.

    Values stand between commas. When one of them holds a comma itself, semicolons separate the
    values and commas do not.

    Raises
    ------
    click.UsageError
        If a word is no ``key=values``, a value is empty or there twice, or a key is there twice.
    """
    axes = [_axis(word) for word in words]
    keys = [axis.key for axis in axes]
    for key in keys:
        if keys.count(key) > 1:
            raise click.UsageError(f"{quoted(key)} is there twice: write all its values at once")
    return axes


def points_of(axes: Sequence[Axis]) -> list[Point]:
    """Return all combinations, the last key moving fastest.

    Raises
    ------
    click.UsageError
        If there are fewer than two, or more than `MOST_POINTS`.
    """
    total = 1
    for axis in axes:
        total *= len(axis.values)
    if total < 2:  # noqa: PLR2004 - nothing to compare
        raise click.UsageError(f"a sweep needs two values or more: {EXAMPLE}")
    if total > MOST_POINTS:
        raise click.UsageError(
            f"these are {total:,} combinations, more than {MOST_POINTS}: give fewer values"
        )
    combinations = product(*(axis.values for axis in axes))
    return [_point(axes, values) for values in combinations]


def short_keys(axes: Sequence[Axis]) -> list[str]:
    """Return the end of each key that tells it from the others: ``number``."""
    keys = [axis.key for axis in axes]
    return [_shortest_end(key, keys) for key in keys]


def _axis(word: str) -> Axis:
    key, sign, text = word.partition("=")
    if not sign or not key.strip():
        raise click.UsageError(f"{quoted(word)} is no key=values: {EXAMPLE}")
    values = tuple(part.strip() for part in text.split(";" if ";" in text else ","))
    # One semicolon at the end says that a single value is meant, commas and all.
    if ";" in text and not values[-1]:
        values = values[:-1]
    if not all(values):
        raise click.UsageError(f"{quoted(word)} has an empty value: {EXAMPLE}")
    for value in values:
        if values.count(value) > 1:
            raise click.UsageError(f"{quoted(word)} has the value {quoted(value)} twice")
    return Axis(key.strip(), values)


def _point(axes: Sequence[Axis], values: Sequence[str]) -> Point:
    settings = {axis.key: value for axis, value in zip(axes, values, strict=True)}
    if len(axes) == 1:
        return Point(values[0], settings)
    named = zip(short_keys(axes), values, strict=True)
    return Point(", ".join(f"{key}={value}" for key, value in named), settings)


def _shortest_end(key: str, keys: Sequence[str]) -> str:
    parts = key.split(".")
    for start in range(len(parts) - 1, 0, -1):
        end = ".".join(parts[start:])
        if sum(f".{other}".endswith(f".{end}") for other in keys) == 1:
            return end
    return key
