"""Which value of a scenario is to blame when something does not fit the map."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from patrolsim.errors import MisfitError, NetworkError
from patrolsim.network.streets import ClosedStreetsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolsim.world.places import PointTable
    from patrolsim.world.reach import Reach

LOOK_AT_THE_MAP = "compare it with what patrolsim streets info says of the map"


@contextmanager
def about(*loc: str) -> Iterator[None]:
    """Blame a value of the scenario, by its keys, for what the streets refuse.

    Raises
    ------
    MisfitError
        In place of a NetworkError.
    """
    try:
        yield
    except MisfitError:
        raise
    except NetworkError as error:
        raise _blamed(loc, error) from None


@contextmanager
def about_the_map() -> Iterator[None]:
    """Blame the streets of the scenario where the map has no way for a mode.

    Raises
    ------
    MisfitError
        In place of a ClosedStreetsError; other errors of maps name their file themselves.
    """
    try:
        yield
    except ClosedStreetsError as error:
        raise _blamed(("streets",), error) from None


def first_misfit(named: Mapping[str, PointTable], reach: Reach, text: str) -> MisfitError:
    """Return the error of the first place that does not join the streets.

    Parameters
    ----------
    named
        All places.
    reach
        What joins them.
    text
        What is wrong, if all of them are looked at together.
    """
    for name, points in named.items():
        try:
            reach.snap(points.x, points.y)
        except ClosedStreetsError as error:
            return _blamed(("places", name), error)
        except NetworkError:
            return MisfitError(("places", name), *_halves(text))
    return MisfitError(("places",), *_halves(text))


def _blamed(loc: tuple[str, ...], error: NetworkError) -> MisfitError:
    """Return the error with the value that is to blame; closed streets are nobody's place."""
    if isinstance(error, ClosedStreetsError):
        return MisfitError(("streets",), str(error), "look at it with patrolsim streets check")
    return MisfitError(loc, *_halves(str(error)))


def _halves(text: str) -> tuple[str, str]:
    """Return what is wrong and what to do: the latter is a sentence of its own, or ours."""
    message, _, hint = text.partition(". ")
    return message, f"{hint[:1].lower()}{hint[1:]}" or LOOK_AT_THE_MAP
