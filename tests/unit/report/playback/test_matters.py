"""What the page adds up at the end of a day is what the metrics say of it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.unit.report.playback.days import EVENING, ask_page, runs_of, town_runs

from patrolsim.cli.init import write_town
from patrolsim.eventlog import NEVER_US
from patrolsim.metrics import volunteer_time
from patrolsim.report.playback.trace import write_trace
from patrolsim.report.playback.window import window_of

if TYPE_CHECKING:
    from pathlib import Path

    from patrolsim.experiment.results import Run
    from patrolsim.report.playback.trace import Trace

SUMMARY = """
  const incidents = new Incidents(page.runs[0], given.header);
  return given.moments.map((time) => incidents.summary(given.from, time));
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return town_runs(
        tmp_path / "town", "period.length=1 day", "incidents.noise complaint.how often=60 per day"
    )[0]


@pytest.fixture
def trace(run: Run) -> Trace:
    return write_trace([run], window_of(run.world.horizon_us))


def summaries(trace: Trace, *moments_s: float) -> list[dict[str, Any]]:
    moments = [moment_s * 1000 for moment_s in moments_s]
    found: list[dict[str, Any]] = ask_page(trace, SUMMARY, moments=moments, **{"from": 0})
    return found


def test_at_the_end_of_a_day_the_page_counts_as_the_metrics_do(run: Run, trace: Trace) -> None:
    end = summaries(trace, 86_400)[0]
    responses = run.metrics.responses
    reached = np.isfinite(responses.response_s)
    assert end["known"] == responses.response_s.size
    assert end["reached"] == int(reached.sum())
    assert end["waiting"] + end["lost"] == int((~reached).sum())
    assert end["within"] == responses.within_target


def test_the_median_at_the_end_is_that_of_the_known_with_the_unreached_as_endless(
    run: Run, trace: Trace
) -> None:
    values = np.sort(run.metrics.responses.response_s)
    expected_s = values[math.ceil(0.5 * values.size) - 1]
    found = summaries(trace, 86_400)[0]["median"]
    assert found["value"] / 1000 == pytest.approx(expected_s, abs=0.002)


def test_before_a_moment_nothing_counts_that_happens_after_it(run: Run, trace: Trace) -> None:
    rows = run.rows
    for moment_s in (1_000.0, 30_000.0, 70_000.0):
        now_us = round(moment_s * 1e6)
        found = summaries(trace, moment_s)[0]
        known = rows.known_us <= now_us
        reached = known & (rows.first_on_scene_us <= now_us)
        assert found["known"] == int(known.sum())
        assert found["reached"] == int(reached.sum())
        gone = known & ~reached & (rows.closed_us <= now_us)
        assert found["lost"] == int(gone.sum())


def test_open_incidents_make_a_quantile_a_lower_bound(trace: Trace) -> None:
    script = """
      const closed = Array.from({length: 19}, (_, i) => i + 1);
      const open = {least: [...closed, 30], most: [...closed, Infinity]};
      const few = {least: closed, most: closed};
      return [quantile(open, 0.5), quantile(open, 0.99), quantile(few, 0.5)];
    """
    assert ask_page(trace, script) == [
        {"value": 10, "isAtLeast": False},
        {"value": 30, "isAtLeast": True},
        None,
    ]


def test_the_seconds_in_each_state_are_those_of_the_metrics(run: Run, trace: Trace) -> None:
    script = """
      const {states} = page.runs[0], sums = new Array(9).fill(0);
      for (let who = 0; who < states.people; who++) {
        for (let i = states.first[who]; i < states.first[who + 1]; i++) {
          const end = i + 1 < states.first[who + 1] ? states.time[i + 1] : given.header.to_ms;
          sums[states.state[i]] += end - states.time[i];
        }
      }
      return sums;
    """
    time = volunteer_time(run.log, run.world)
    expected_s = (time.in_shift_s + time.overtime_s).sum(axis=0)
    found_s = [spent_ms / 1000 for spent_ms in ask_page(trace, script)]
    assert found_s[1:] == pytest.approx(expected_s[1:].tolist(), abs=1.0)


def test_moving_on_bit_by_bit_comes_to_the_same_as_a_jump(trace: Trace) -> None:
    script = """
      const run = page.runs[0], walker = new Present(run);
      for (let time = 0; time < given.header.to_ms; time += 7777) walker.seek(time);
      const jumper = new Present(run), differing = [];
      jumper.seek(walker.time);
      for (let who = 0; who < walker.people; who++) {
        const is = (column) => walker[column][who] === jumper[column][who];
        const isSame = is("state") && (!walker.state[who] || (is("x") && is("y")));
        if (!isSame) differing.push(who);
      }
      return differing;
    """
    assert ask_page(trace, script) == []


def test_an_incident_without_response_stays_open_or_lost(run: Run, trace: Trace) -> None:
    assert (run.rows.first_on_scene_us == NEVER_US).any()
    end = summaries(trace, 86_400)[0]
    assert end["judged"] >= end["lost"]


def test_requests_are_on_the_page_and_not_among_its_responses(tmp_path: Path) -> None:
    write_town(tmp_path / "town")
    file = tmp_path / "town" / "scenario.yaml"
    extra = "  form: {how often: 200 per day, takes: 5 min, request: {due within: 2 h}}\n"
    text = file.read_text(encoding="utf-8")
    written = re.sub(r"^(incidents:.*\n)", rf"\1{extra}", text, flags=re.MULTILINE)
    file.write_text(written, encoding="utf-8")
    (run, _other) = runs_of(tmp_path / "town", EVENING)
    trace = write_trace([run], window_of(run.world.horizon_us))
    script = """
      const { header, runs } = page, incidents = new Incidents(runs[0], header);
      return [incidents.summary(0, Infinity).known, incidents.knownBetween(0, Infinity).length];
    """
    urgent, known = ask_page(trace, script)
    form = [kind.name for kind in run.world.kinds].index("form")
    is_form = run.rows.kind == form
    is_known = run.rows.known_us < NEVER_US
    assert is_form.sum() > 10
    assert urgent == int((~is_form & is_known).sum())
    assert known == int(is_known.sum())
