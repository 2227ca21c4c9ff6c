"""The values that only suite files have, as pydantic types that read what people write."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field, PlainValidator, ValidationInfo

from patrolsim.bench.margins import WrittenMargin, parse_margin
from patrolsim.scenario.files import NoSuchFileError
from patrolsim.scenario.gathering import own_error
from patrolsim.scenario.reader import SCENARIO_FILE
from patrolsim.scenario.values import Count
from patrolsim.units import UnitError, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
MOST_SIGNS = 1024
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,40})@[1-9][0-9]{0,5}")


def parse_suite_id(value: object) -> str:
    """Return the name and version of a suite: ``smoke@1``.

    Raises
    ------
    UnitError
        When it is none.
    """
    if not isinstance(value, str) or not _ID.fullmatch(value):
        hint = "write name@version in small letters, digits and hyphens, like smoke@1"
        raise UnitError(f"{quoted(value)} is no name with a version", hint)
    return value


def path_beside(value: object, folder: Path | None) -> Path:
    """Return the path that a suite names, from its own folder on; it may lead upwards.

    Raises
    ------
    UnitError
        When it is no relative path.
    """
    if not isinstance(value, str) or not value or len(value) > MOST_SIGNS:
        raise UnitError(f"{quoted(value)} is no path", "write it like ../scenarios/town")
    if not value.isprintable() or "\\" in value or Path(value).is_absolute():
        hint = "write it from the folder of the suite on, with /"
        raise UnitError(f"{quoted(value)} is no relative path", hint)
    return (folder or Path()) / value


def _scenario(value: object, folder: Path | None) -> Path:
    path = path_beside(value, folder)
    file = path / SCENARIO_FILE if path.is_dir() else path
    if not file.is_file():
        raise NoSuchFileError(str(value), str(folder or Path()))
    return path


def _plugin(value: object, folder: Path | None) -> Path:
    path = path_beside(value, folder)
    if not path.is_file():
        raise NoSuchFileError(str(value), str(folder or Path()))
    if path.suffix != ".py":
        raise UnitError(f"{quoted(value)} is no Python file", "a plugin file ends in .py")
    return path


def _reads(parse: Callable[[object], T]) -> Callable[[object], T]:
    """Return `parse` with its error in the form that pydantic collects."""

    def read(value: object) -> T:
        try:
            return parse(value)
        except UnitError as error:
            raise own_error(error.message, error.hint) from None

    return read


def _reads_beside(
    parse: Callable[[object, Path | None], Path],
) -> Callable[[object, ValidationInfo], Path]:
    def read(value: object, info: ValidationInfo) -> Path:
        try:
            return parse(value, (info.context or {}).get("folder"))
        except NoSuchFileError as error:
            raise own_error(error.message, error.nearest) from None
        except UnitError as error:
            raise own_error(error.message, error.hint) from None

    return read


SuiteId = Annotated[str, PlainValidator(_reads(parse_suite_id))]
"""Name and version of a suite."""
ScenarioPath = Annotated[Path, PlainValidator(_reads_beside(_scenario))]
"""A scenario folder or file, from the folder of the suite on."""
PluginPath = Annotated[Path, PlainValidator(_reads_beside(_plugin))]
"""A Python file with policies, from the folder of the suite on."""
FutureFile = Annotated[Path, PlainValidator(_reads_beside(path_beside))]
"""A file that may not be there yet."""
MarginText = Annotated[WrittenMargin, PlainValidator(_reads(parse_margin))]
"""How much worse a metric may become."""
Replications = Annotated[Count, Field(ge=10, le=10_000)]
"""How many replications: fewer than 10 give no interval that can be trusted."""
