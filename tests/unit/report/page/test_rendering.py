"""No text of a scenario can be more than text: in the page, in figures, in any field.

The reader of scenarios refuses most of these signs; here they are put into the run folder behind
its back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.told_runs import change_document, change_results, copied
from tests.unit.report.page.parsing import Page, parsed

from patrolsim.errors import PatrolsimError
from patrolsim.experiment.results import Failure, Finished, Results, Task
from patrolsim.report.figures.export import standalone
from patrolsim.report.page import make_report
from patrolsim.scenario.scalars import SECRET_SIGNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CORPUS = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    "</title></style></svg></text><iframe src='javascript:alert(4)'>",
    '"\' onmouseover="alert(5)',
    "=cmd|'/c calc'!A0",
    "@SUM(1+1)*cmd",
    "{{ 7*7 }}{% raw %}",
    "{0.__class__} %s {name}",
    "&lt;b&gt; &#60;b&#62; ]]> <!--",
    "\u202egnp.exe\u202c \u200f\u2066",
    "\x1b[31mred\x1b[0m \x00 \x07 \x08",
    "\u2028\u2029\ufeff\x85",
    "x" * 10_000,
)
ALL_OF_IT = " ".join(CORPUS)


def name(results: Results, before: str, after: str) -> None:
    """Call a strategy by another name."""
    results.strategies = tuple(after if one == before else one for one in results.strategies)
    finished: dict[Task, Finished] = {}
    for task, done in results.finished.items():
        strategy = after if task.strategy == before else task.strategy
        finished[Task(strategy, task.replication)] = done
    results.finished = finished
    results.control = after if results.control == before else results.control


def group(results: Results, field: str, before: str) -> None:
    """Call a group of incidents by the text."""
    from dataclasses import replace

    for task, done in results.finished.items():
        groups = {
            (ALL_OF_IT if key == before else key): found
            for key, found in getattr(done.metrics, field).items()
        }
        changed: dict[str, Any] = {field: groups}
        metrics = replace(done.metrics, **changed)
        results.finished[task] = done._replace(metrics=metrics)


def fail(results: Results) -> None:
    results.failures.append(Failure(Task("busy places", 3), PatrolsimError(ALL_OF_IT)))


def find(results: Results) -> None:
    results.findings[Task("as today", 2)] = [ALL_OF_IT]


RESULTS: dict[str, Callable[[Results], None]] = {
    "a strategy": lambda results: name(results, "busy places", ALL_OF_IT),
    "the control": lambda results: name(results, "as today", ALL_OF_IT),
    "a kind": lambda results: group(results, "by_kind", "noise complaint"),
    "a team": lambda results: group(results, "by_team", "wardens"),
    "a failure": fail,
    "a finding": find,
    "a notice": lambda results: results.notices.append(ALL_OF_IT),
}


def put(*way: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key in way[:-1]:
            document = document[key]
        document[way[-1]] = ALL_OF_IT

    return change


def add_kind(document: Any) -> None:
    document["kinds"][ALL_OF_IT] = {"about": ALL_OF_IT, "priority": 1, "target_s": 60.0}


def add_parameter(document: Any) -> None:
    policy = next(iter(document["strategies"].values()))["dispatch"]
    policy["parameters"] = {ALL_OF_IT: ALL_OF_IT}
    policy["policy"] = policy["version"] = policy["plugin"] = ALL_OF_IT


def add_default(document: Any) -> None:
    document["defaults"].append({"path": ALL_OF_IT, "value": ALL_OF_IT})


DOCUMENT: dict[str, Callable[[Any], None]] = {
    "the name": put("scenario", "name"),
    "the question": put("scenario", "about"),
    "the digest": put("scenario", "digest"),
    "the start": put("started_at"),
    "the machine": put("machine", "system"),
    "a version": put("versions", "simpy"),
    "a kind in the record": add_kind,
    "a policy": add_parameter,
    "a default": add_default,
    "the command": lambda document: document["command"].append(ALL_OF_IT),
    "a plugin": lambda document: document["plugins"].append(
        {"plugin": ALL_OF_IT, "source": ALL_OF_IT, "sha256": ALL_OF_IT}
    ),
}


@pytest.fixture(scope="module")
def plain(run: Path) -> Page:
    return parsed(make_report(run).html())


def check(run: Path, plain: Page) -> None:
    """See that a page has nothing that the page of plain texts has not, and hides nothing."""
    report = make_report(run)
    page = report.html()
    found = parsed(page)
    assert set(found.tags) <= set(plain.tags) | {"ul", "li"}
    assert {tag: found.tags[tag] for tag in ("script", "style", "iframe", "img")} == {
        tag: plain.tags[tag] for tag in ("script", "style", "iframe", "img")
    }
    assert found.attributes <= plain.attributes
    assert set(found.links) <= set(plain.links)
    assert not SECRET_SIGNS.search(page)
    assert "x" * 2500 not in page
    for figure in report.figures:
        picture = standalone(figure, "en")
        assert "<script" not in picture
        assert not SECRET_SIGNS.search(picture)


@pytest.mark.parametrize("field", RESULTS)
def test_a_text_in_the_results_stays_a_text(
    run: Path, tmp_path: Path, plain: Page, field: str
) -> None:
    copy = copied(run, tmp_path / "run")
    change_results(copy, RESULTS[field])
    check(copy, plain)
    assert "&lt;script&gt;alert(1)" in make_report(copy).html()


@pytest.mark.parametrize("field", DOCUMENT)
def test_a_text_in_the_record_stays_a_text(
    run: Path, tmp_path: Path, plain: Page, field: str
) -> None:
    copy = copied(run, tmp_path / "run")
    change_document(copy, DOCUMENT[field])
    check(copy, plain)
    assert "&lt;script&gt;alert(1)" in make_report(copy).html()


@pytest.mark.parametrize("key", ["source", "value", "a key"])
def test_a_text_in_the_scenario_file_stays_a_text(
    run: Path, tmp_path: Path, plain: Page, key: str
) -> None:
    copy = copied(run, tmp_path / "run")
    file = copy / "scenario.yaml"
    visible = " ".join(text for text in CORPUS if not SECRET_SIGNS.search(text))
    quoted = "'" + visible.replace("'", "''") + "'"
    lines = {
        "source": f"seed: {{value: 7, source: {quoted}}}",
        "value": f"seed: {quoted}",
        "a key": f"? {quoted}\n: 7",
    }
    text = file.read_text(encoding="utf-8").replace("seed: 2025", lines[key])
    file.write_text(text, encoding="utf-8")
    check(copy, plain)
    assert "&lt;script&gt;alert(1)" in make_report(copy).html()
