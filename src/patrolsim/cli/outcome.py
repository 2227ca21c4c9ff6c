"""The end of a run: a table per strategy, a sentence per comparison, and the folder."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import click

from patrolsim.cli.terminal import align
from patrolsim.experiment.comparing import compare_pair, judge
from patrolsim.experiment.estimates import (
    Comparison,
    Line,
    compare,
    estimate_all,
    estimate_one,
)
from patrolsim.experiment.measures import (
    INCIDENTS,
    MAIN,
    MEDIAN_OF_ALL,
    NOT_REACHED,
    P90_OF_ALL,
    RESPONSE_MEAN,
    WITHIN_TARGET,
)
from patrolsim.output_analysis import FEW
from patrolsim.report.words.numbers import count, duration, share
from patrolsim.report.words.verdicts import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolsim.experiment.results import Results
    from patrolsim.output_analysis import Estimate
    from patrolsim.scenario.loaded import LoadedScenario

HEADER = ("strategy", "incidents", "median response", "9 in 10 within", "in target", "not reached")
COLUMNS = (
    (INCIDENTS, count),
    (MEDIAN_OF_ALL, duration),
    (P90_OF_ALL, duration),
    (WITHIN_TARGET, share),
    (NOT_REACHED, count),
)
COMPARED = (RESPONSE_MEAN, WITHIN_TARGET)
"""The measures about which there is a sentence for each strategy."""


def show_results(results: Results, loaded: LoadedScenario, folder: Path, *, is_json: bool) -> None:
    """Write the results to stdout, as text for people or as one JSON document."""
    if is_json:
        document = as_document(results, loaded, folder)
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        click.echo(f"{title_of(results, loaded)}\n\n{text_of(results)}\n\nWritten: {folder}")


def text_of(results: Results) -> str:
    """Return the table of the strategies, and the sentences that compare them."""
    return "\n".join(_text_lines(results))


def _text_lines(results: Results) -> Iterator[str]:
    yield align([HEADER, *rows_of(results)])
    yield legend_of(results)
    yield from warnings_of(results)
    for group in sentences_of(results):
        yield from ("", *group)


def warnings_of(results: Results) -> Iterator[str]:
    """Yield what a reader of the means must know."""
    for name in results.strategies:
        note = estimate_one(results, name, RESPONSE_MEAN).note
        if note:
            yield f"{name}: the mean response {note}."


def as_document(results: Results, loaded: LoadedScenario, folder: Path) -> dict[str, Any]:
    """Return the results as plain data."""
    return {
        "scenario": loaded.scenario.name,
        "folder": str(folder),
        "seed": loaded.scenario.seed,
        "replications": {name: len(results.replications_of(name)) for name in results.strategies},
        "is_interrupted": results.is_interrupted,
        "notices": list(results.notices),
        "failures": [str(failure) for failure in results.failures],
        "control": results.control,
        "estimates": [_plain_line(line) for line in estimate_all(results)],
        "comparisons": [_plain_comparison(found) for found in compare(results)],
    }


def title_of(results: Results, loaded: LoadedScenario) -> str:
    """Return the scenario with its replications and seed."""
    finished = sorted({len(results.replications_of(name)) for name in results.strategies})
    numbers = " to ".join(str(number) for number in dict.fromkeys((finished[0], finished[-1])))
    word = "replication" if finished[-1] == 1 else "replications"
    return f"{loaded.scenario.name}: {numbers} {word}, seed {loaded.scenario.seed}"


def rows_of(results: Results) -> list[list[str]]:
    """Return the cells of each strategy, below `HEADER`."""
    return [_row(results, name) for name in results.strategies]


def _row(results: Results, strategy: str) -> list[str]:
    found = [(estimate_one(results, strategy, measure), write) for measure, write in COLUMNS]
    return [strategy, *(write(line.estimate) for line, write in found)]


def legend_of(results: Results) -> str:
    """Return what the brackets of the table mean."""
    fewest = min(len(results.replications_of(name)) for name in results.strategies)
    if fewest < 2:  # noqa: PLR2004 - a single value has no range
        return "One replication: no interval can be given."
    if fewest < FEW:
        return f"In brackets the range over replications: fewer than {FEW} give no interval."
    return "In brackets and after ±: 95 % intervals over replications."


def sentences_of(results: Results) -> list[list[str]]:
    """Return what the paired runs say about each strategy and the control, by strategy."""
    others = [name for name in results.strategies if name != results.control]
    pairs = [
        compare_pair(results, name, results.control, measure)
        for name in others
        for measure in MAIN
    ]
    # Judged along with all that `compare` and the report show: a verdict is the same everywhere.
    said = [
        (pair.arm, f"{pair.arm} against {pair.control}: {sentence(pair)}.")
        for pair in judge(pairs)
        if pair.measure in COMPARED
    ]
    return [[text for arm, text in said if arm == name] for name in others]


def _plain_line(line: Line) -> dict[str, Any]:
    return {
        "strategy": line.strategy,
        "measure": line.measure.name,
        "group": line.group,
        "unit": line.measure.unit,
        **plain_estimate(line.estimate),
        "note": line.note,
    }


def _plain_comparison(found: Comparison) -> dict[str, Any]:
    return {
        "strategy": found.strategy,
        "control": found.control,
        "measure": found.measure.name,
        "unit": found.measure.unit,
        "better": found.measure.better.value,
        **plain_estimate(found.estimate),
    }


def plain_estimate(found: Estimate | None) -> dict[str, Any]:
    """Return an estimate as JSON holds it; a time without end is null."""
    if found is None:
        return {"value": None, "n": 0}
    return {
        "value": _finite(found.value),
        "half_width": found.half_width,
        "low": _finite(found.low),
        "high": _finite(found.high),
        "smallest": _finite(found.smallest),
        "largest": _finite(found.largest),
        "n": found.n,
        "estimand": found.estimand.value,
        "method": found.method,
    }


def _finite(number: float | None) -> float | None:
    """Return a number that JSON can hold; a time without end is null."""
    return number if number is not None and math.isfinite(number) else None
