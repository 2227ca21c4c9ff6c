"""What a suite is compared with: the results of its strategies when the file was made.

The file holds two numbers per replication and metric, so that new results can be paired with old
ones, replication by replication. It holds no time, no machine and no version: the same results
give the same bytes.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, Any, TypeVar

from patrolsim.errors import PatrolsimError
from patrolsim.output_analysis import Vector
from patrolsim.units import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
FORM = 1
"""Of the file; a file in another form is STALE."""
MOST_BYTES = 64 * 2**20


class BaselineError(PatrolsimError):
    """A baseline file cannot be read or written."""

    exit_code = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What a strategy did on a block of days.

    Attributes
    ----------
    logs
        The beginning of the digest of everything that happened, by replication.
    vectors
        Each metric as numbers per replication; None where it had no value.
    """

    logs: tuple[str, ...]
    vectors: Mapping[str, Vector | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A strategy on a scenario.

    Attributes
    ----------
    definition, code
        As in `patrolsim.bench.entries.Entry`.
    days, fresh
        Its results on both kinds of days.
    """

    definition: Mapping[str, object]
    code: Mapping[str, str]
    days: Block
    fresh: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A scenario with all its strategies.

    Attributes
    ----------
    digest, fresh_digest
        As in `patrolsim.bench.entries.Venue`.
    days
        The beginning of the digest of what was drawn to happen, by replication.
    records
        By strategy.
    """

    digest: str
    fresh_digest: str
    days: tuple[str, ...]
    records: Mapping[str, Record]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """All results of a suite.

    Attributes
    ----------
    suite
        Name and version.
    streams
        Version of the random numbers.
    stages
        By scenario.
    form
        Of the file.
    """

    suite: str
    streams: str
    stages: Mapping[str, Stage] = field(default_factory=dict)
    form: int = FORM


def read_baseline(file: Path) -> Baseline | None:
    """Return the baseline in a file; None when there is no file.

    Raises
    ------
    BaselineError
        If the file is no baseline.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BaselineError(f"{file}: cannot be read: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise BaselineError(f"{file}: larger than {MOST_BYTES // 2**20} MB")
    try:
        return _baseline(json.loads(raw, parse_constant=_refuse))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        reason = printable(" ".join(f"{type(error).__name__}: {error}".split()))[:200]
        hint = "make it again with --update-baseline"
        raise BaselineError(f"{file}: this is no baseline ({reason}); {hint}") from error


def write_baseline(baseline: Baseline, file: Path) -> None:
    """Write a baseline, whole or not at all.

    Raises
    ------
    BaselineError
        If it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as stream:
            _fill(stream, text_of(baseline), file)
    except OSError as error:
        raise BaselineError(f"{file}: cannot be written: {error.strerror}") from error


def _fill(stream: IO[bytes], text: str, file: Path) -> None:
    """Write a text to a draft and put that in the place of a file; leave no draft behind."""
    draft = Path(stream.name)
    try:
        stream.write(text.encode())
        stream.flush()
        os.fsync(stream.fileno())
        draft.chmod(0o644)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def text_of(baseline: Baseline) -> str:
    """Return a baseline as it stands in its file: keys sorted, one line per list."""
    stages = {name: _plain_stage(stage) for name, stage in baseline.stages.items()}
    document = {
        "form": FORM,
        "suite": baseline.suite,
        "streams": baseline.streams,
        "scenarios": stages,
    }
    return f"{_written(document, '')}\n"


def _written(value: object, indent: str) -> str:
    if isinstance(value, dict) and value:
        deeper = f"{indent} "
        lines = [
            f"{deeper}{_compact(key)}: {_written(value[key], deeper)}" for key in sorted(value)
        ]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return _compact(value)


def _compact(value: object) -> str:
    return json.dumps(value, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _plain_stage(stage: Stage) -> dict[str, object]:
    return {
        "digest": stage.digest,
        "fresh_digest": stage.fresh_digest,
        "days": list(stage.days),
        "strategies": {name: _plain_record(one) for name, one in stage.records.items()},
    }


def _plain_record(record: Record) -> dict[str, object]:
    return {
        "definition": dict(record.definition),
        "code": dict(record.code),
        "days": _plain_block(record.days),
        "fresh": _plain_block(record.fresh),
    }


def _plain_block(block: Block) -> dict[str, object]:
    vectors = block.vectors.items()
    return {
        "logs": list(block.logs),
        "metrics": {name: None if one is None else one.to_plain() for name, one in vectors},
    }


def _baseline(plain: Any) -> Baseline:
    form = plain["form"]
    if type(form) is not int:
        raise ValueError("form is no whole number")
    if form != FORM:
        return Baseline(suite="", streams="", form=form)
    return Baseline(
        suite=_text(plain["suite"]),
        streams=_text(plain["streams"]),
        stages=_each(plain["scenarios"], _stage),
    )


def _stage(plain: Any) -> Stage:
    return Stage(
        digest=_text(plain["digest"]),
        fresh_digest=_text(plain["fresh_digest"]),
        days=_texts(plain["days"]),
        records=_each(plain["strategies"], _record),
    )


def _record(plain: Any) -> Record:
    return Record(
        definition=_each(plain["definition"], lambda value: value),
        code=_each(plain["code"], _text),
        days=_block(plain["days"]),
        fresh=_block(plain["fresh"]),
    )


def _block(plain: Any) -> Block:
    vectors = _each(plain["metrics"], lambda v: None if v is None else Vector.from_plain(v))
    logs = _texts(plain["logs"])
    if any(one is not None and one.n != len(logs) for one in vectors.values()):
        raise ValueError("not as many numbers as replications")
    return Block(logs=logs, vectors=vectors)


def _each(plain: object, read: Callable[[Any], T]) -> dict[str, T]:
    if not isinstance(plain, dict):
        raise TypeError("a group of keys is missing")
    return {key: read(value) for key, value in plain.items()}


def _texts(plain: object) -> tuple[str, ...]:
    if not isinstance(plain, list):
        raise TypeError("a list is missing")
    return tuple(_text(one) for one in plain)


def _text(plain: object) -> str:
    if not isinstance(plain, str):
        raise TypeError("a text is missing")
    return plain


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number")
