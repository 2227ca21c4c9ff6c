"""The reasons on the page are those that the policy gave at the moment of the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.unit.report.playback.days import EVENING, ask_page

from patrolsim.cli.init import write_town
from patrolsim.cli.preparing import Options, prepare
from patrolsim.engine import Reason, ReasonBook
from patrolsim.experiment import Task, arms_of
from patrolsim.experiment.workshop import Workshop
from patrolsim.explanation import Explanation, Weighed
from patrolsim.policy import Role
from patrolsim.report.playback.mapping import grid_of
from patrolsim.report.playback.trace import write_trace
from patrolsim.report.playback.whys import MOST_WEIGHED, whys_of
from patrolsim.report.playback.window import window_of

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.experiment.results import Run

READ = """
  const whys = new Whys(page.runs[0].columns, page.header.runs[0]);
  return page.header.runs[0].incident_ids.flatMap((id, row) => whys.of(row, Infinity)
    .map((why) => [id, why.time, why.rule, why.weighed.map((one) =>
      [one.who, one.score, one.isChosen, one.note])]));
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, list[Reason]]:
    """Return an evening in town, and the reasons of who was sent."""
    folder: Path = tmp_path_factory.mktemp("whys") / "town"
    write_town(folder)
    loaded, host, choices = prepare(folder, Options(settings=EVENING))
    shop = Workshop(arms_of(loaded, choices), host)
    book = ReasonBook(roles=frozenset({Role.DISPATCH}))
    run = shop.replay(Task(next(iter(choices)), 0), book)
    return run, book.reasons


def test_the_page_reads_the_reasons_that_the_policy_gave(lived: tuple[Run, list[Reason]]) -> None:
    run, reasons = lived
    trace = write_trace([run], window_of(run.world.horizon_us), [reasons])
    origin_us = trace.header["origin_s"] * 1_000_000
    expected = sorted(
        [
            str(reason.about),
            (reason.time_us - origin_us) // 1000,
            why.rule,
            [[c.what, round(c.score, 1), c.what in why.chosen, c.note] for c in why.candidates],
        ]
        for reason in reasons
        if (why := reason.explanation) is not None and why.chosen
    )
    found = sorted(ask_page(trace, READ))
    assert len(found) >= 3
    assert [row[:3] for row in found] == [row[:3] for row in expected]
    for mine, theirs in zip(found, expected, strict=True):
        assert [[c[0], *c[2:]] for c in mine[3]] == [[c[0], *c[2:]] for c in theirs[3]]
        assert [c[1] for c in mine[3]] == pytest.approx([c[1] for c in theirs[3]], abs=0.051)


def test_only_decisions_of_the_roles_asked_for_are_kept(lived: tuple[Run, list[Reason]]) -> None:
    _run, reasons = lived
    assert {reason.role for reason in reasons} == {Role.DISPATCH}


def _of(lived: tuple[Run, list[Reason]], *explanations: Explanation) -> dict[str, list[int]]:
    run, reasons = lived
    window = window_of(run.world.horizon_us)
    first = next(one for one in reasons if one.explanation and one.explanation.chosen)
    made = [first._replace(explanation=explanation) for explanation in explanations]
    return whys_of(made, {first.about: 0}, grid_of(run.world, [run.log], window)).columns


def test_a_decision_that_sent_nobody_is_left_out(lived: tuple[Run, list[Reason]]) -> None:
    nobody = Explanation("all are too far", (Weighed(1, 900.0),))
    assert _of(lived, nobody)["why_incident"] == []


def test_places_and_endless_scores_are_no_people_to_show(lived: tuple[Run, list[Reason]]) -> None:
    weighed = (Weighed("market", 1.0), Weighed(3, float("inf")), Weighed(4, -2.5))
    columns = _of(lived, Explanation("least", weighed, (4,)))
    assert columns["weighed_volunteer"] == [4]
    assert columns["weighed_tenths"] == [25]
    assert columns["weighed_below_0"] == [1]


def test_who_was_chosen_is_shown_however_long_the_list_is(
    lived: tuple[Run, list[Reason]],
) -> None:
    weighed = tuple(Weighed(number, float(number)) for number in range(30))
    columns = _of(lived, Explanation("the last", weighed, (29,)))
    assert columns["weighed_volunteer"] == [*range(MOST_WEIGHED), 29]
    assert columns["weighed_chosen"] == [0] * MOST_WEIGHED + [1]
