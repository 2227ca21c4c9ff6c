"""Every verdict, reached from experiments that are made up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from scipy.stats import t
from tests.unit.bench.fakes import (
    NAMES,
    TEXT,
    FakeMeans,
    day,
    make_baseline,
    make_entries,
    make_suite,
    report_of,
    same,
)

from patrolsim.bench import run_suite
from patrolsim.errors import PolicyError, SimulationError
from patrolsim.output_analysis.gate import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from patrolsim.bench import Baseline, Means, Report, Row

NEVER = np.inf


def row_of(report: Report, strategy: str = "plain", metric: str = "response_mean") -> Row:
    (found,) = (r for r in report.rows if (r.strategy, r.metric.id) == (strategy, metric))
    return found


def test_the_same_events_are_identical_without_statistics(tmp_path: Path) -> None:
    means = same(day(), day(seed=2))
    report = report_of(make_suite(tmp_path), means)
    assert {row.verdict for row in report.rows} == {Verdict.IDENTICAL}
    assert {row.difference for row in report.rows} == {None}
    assert (report.verdict, report.exit_code) == (Verdict.IDENTICAL, 0)
    assert report.runs == 2 * 10


def test_shorter_responses_are_improved(tmp_path: Path) -> None:
    report = report_of(make_suite(tmp_path), same(day(factor=0.9, noise_s=1)))
    assert row_of(report).verdict is Verdict.IMPROVED
    assert report.exit_code == 0


def test_noise_without_effect_passes(tmp_path: Path) -> None:
    report = report_of(make_suite(tmp_path), same(day(noise_s=1)))
    assert row_of(report).verdict is Verdict.PASS
    assert report.exit_code == 0


def test_a_loss_within_the_margin_is_small(tmp_path: Path) -> None:
    report = report_of(make_suite(tmp_path), same(day(factor=1.02, noise_s=1)))
    assert row_of(report).verdict is Verdict.SMALL
    assert report.exit_code == 0


def test_a_loss_on_both_blocks_fails(tmp_path: Path) -> None:
    means = same(day(factor=1.12, noise_s=1), day(seed=2, factor=1.12, noise_s=1))
    report = report_of(make_suite(tmp_path), means)
    row = row_of(report)
    assert row.verdict is Verdict.FAIL
    assert (report.verdict, report.exit_code) == (Verdict.FAIL, 1)
    assert row.fresh is not None
    assert row.fresh.value == pytest.approx(0.12 * 138, abs=2)
    assert report.runs == 2 * 10 + 2 * 10


def test_a_loss_that_fresh_days_do_not_show_is_no_fail(tmp_path: Path) -> None:
    means = same(day(factor=1.12, noise_s=1), day(seed=2, noise_s=1))
    report = report_of(make_suite(tmp_path), means)
    row = row_of(report)
    assert row.verdict is Verdict.PASS
    assert row.reason == "fresh days did not confirm the loss"
    assert report.exit_code == 0


def test_only_what_failed_is_tried_on_fresh_days(tmp_path: Path) -> None:
    days = {NAMES[0]: day(factor=1.12, noise_s=1), NAMES[1]: day()}
    means = FakeMeans(days=days, fresh=dict.fromkeys(NAMES, day(seed=2, factor=1.12)))
    report = report_of(make_suite(tmp_path), means)
    assert [arm.name for arm in means.asked[1].arms] == [NAMES[0]]
    assert row_of(report, "rounds").verdict is Verdict.IDENTICAL


def test_too_much_noise_is_inconclusive_after_the_last_look(tmp_path: Path) -> None:
    means = same(day(factor=1.03, noise_s=80))
    report = report_of(make_suite(tmp_path), means)
    row = row_of(report)
    assert (row.verdict, row.n) == (Verdict.INCONCLUSIVE, 80)
    assert row.reason == "too few replications to tell"
    assert report.exit_code == 0


def test_a_suite_may_fail_when_it_is_inconclusive(tmp_path: Path) -> None:
    suite = make_suite(tmp_path, TEXT.replace("inconclusive: warn", "inconclusive: fail"))
    assert report_of(suite, same(day(factor=1.03, noise_s=80))).exit_code == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(PolicyError("closest", 12.0, 3, "sent nobody"), 4), (SimulationError("broken"), 5)],
)
def test_a_strategy_that_fails_is_an_error(tmp_path: Path, error: Any, code: int) -> None:
    means = same(day(), errors={NAMES[0]: (4, error)})
    report = report_of(make_suite(tmp_path), means)
    assert row_of(report).verdict is Verdict.ERROR
    assert row_of(report).reason == str(error)
    assert row_of(report, "rounds").verdict is Verdict.IDENTICAL
    assert report.exit_code == code


def test_a_broken_invariant_is_an_error(tmp_path: Path) -> None:
    means = same(day(), findings={NAMES[0]: ["somebody is in two places"]})
    report = report_of(make_suite(tmp_path), means)
    assert row_of(report).verdict is Verdict.ERROR
    assert "somebody is in two places" in row_of(report).reason
    assert report.exit_code == 5


def test_a_strategy_that_fails_on_fresh_days_is_an_error(tmp_path: Path) -> None:
    means = same(day(factor=1.12, noise_s=1))
    suite = make_suite(tmp_path)
    baseline = make_baseline(suite)

    def fails(replication: int) -> tuple[float, ...]:
        return day(factor=1.12)(replication)

    means.fresh = dict.fromkeys(NAMES, fails)
    run = means.run

    def run_and_fail(design: Any) -> Any:
        means.errors = {NAMES[0]: (3, SimulationError("x"))} if len(means.asked) else {}
        return run(design)

    means.run = run_and_fail  # type: ignore[method-assign]
    report = report_of(suite, means, baseline)
    assert row_of(report).verdict is Verdict.ERROR
    assert report.exit_code == 5


def without(baseline: Baseline, *, metric: str) -> Baseline:
    stage = baseline.stages["town"]
    records = {
        name: replace(
            record,
            days=replace(
                record.days,
                vectors={k: v for k, v in record.days.vectors.items() if k != metric},
            ),
        )
        for name, record in stage.records.items()
    }
    return replace(baseline, stages={"town": replace(stage, records=records)})


def renamed(baseline: Baseline) -> Baseline:
    stage = baseline.stages["town"]
    records = {"plain": stage.records["plain"]}
    return replace(baseline, stages={"town": replace(stage, records=records)})


def shortened(baseline: Baseline) -> Baseline:
    stage = baseline.stages["town"]
    records = {
        name: replace(one, days=replace(one.days, logs=one.days.logs[:79]))
        for name, one in stage.records.items()
    }
    return replace(baseline, stages={"town": replace(stage, records=records)})


def redefined(baseline: Baseline) -> Baseline:
    stage = baseline.stages["town"]
    records = {
        name: replace(one, definition={"dispatch": {"policy": "closest", "k": 3}})
        for name, one in stage.records.items()
    }
    return replace(baseline, stages={"town": replace(stage, records=records)})


STALE: list[tuple[Callable[[Baseline], Baseline], str]] = [
    (lambda b: replace(b, form=2), "form 2"),
    (lambda b: replace(b, suite="tiny@2"), "made for tiny@2"),
    (lambda b: replace(b, streams="0"), "random numbers of version 0"),
    (lambda b: replace(b, stages={}), "does not know this scenario"),
    (renamed, "does not know this strategy"),
    (shortened, "fewer replications"),
    (redefined, "in another way"),
    (lambda b: without(b, metric="response_mean"), "does not know this metric"),
]


@pytest.mark.parametrize(("change", "reason"), STALE, ids=[reason for _, reason in STALE])
def test_what_was_made_for_something_else_is_stale(
    tmp_path: Path, change: Callable[[Baseline], Baseline], reason: str
) -> None:
    suite = make_suite(tmp_path)
    report = report_of(suite, same(day()), change(make_baseline(suite)))
    stale = [row for row in report.rows if row.verdict is Verdict.STALE]
    assert stale
    assert all(reason in row.reason for row in stale)
    assert report.exit_code == 1


def test_another_scenario_is_stale_and_is_not_run(tmp_path: Path) -> None:
    means = same(day())
    report = report_of(make_suite(tmp_path), means, digest="another")
    assert {row.verdict for row in report.rows} == {Verdict.STALE}
    assert "scenario" in report.rows[0].reason
    assert means.asked == []


def test_without_a_baseline_everything_is_stale(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    report = run_suite(suite, make_entries(suite), None, cast("Means", same(day())))
    assert {row.reason for row in report.rows} == {"there is no baseline yet"}
    assert report.exit_code == 1


def unreached(replication: int) -> tuple[float, ...]:
    return (*day()(replication)[:-2], NEVER, NEVER)


def test_a_loss_in_a_metric_that_does_not_decide_is_shown_and_fails_nothing(
    tmp_path: Path,
) -> None:
    report = report_of(make_suite(tmp_path), same(unreached))
    assert row_of(report, metric="not_reached").verdict is Verdict.FAIL
    assert row_of(report, metric="not_reached").fresh is not None
    assert row_of(report).verdict is Verdict.IMPROVED
    assert report.exit_code == 0


def test_nobody_reached_leaves_no_mean_to_judge(tmp_path: Path) -> None:
    report = report_of(make_suite(tmp_path), same(lambda _: (NEVER,) * 10))
    assert row_of(report).verdict is Verdict.INCONCLUSIVE
    assert "no value" in row_of(report).reason
    assert row_of(report, metric="not_reached").verdict is Verdict.FAIL


def test_what_is_open_when_the_time_is_over_is_inconclusive(tmp_path: Path) -> None:
    report = report_of(make_suite(tmp_path), same(day(noise_s=80), late_after=15))
    assert row_of(report).verdict is Verdict.INCONCLUSIVE
    assert row_of(report).reason == "the time was over"
    assert row_of(report).n == 10
    assert report.runs == 2 * 15


def test_a_loss_is_no_fail_when_the_time_ends_before_fresh_days(tmp_path: Path) -> None:
    means = same(day(factor=1.12, noise_s=1), day(seed=2, factor=1.12, noise_s=1))
    run = means.run

    def run_late(design: Any) -> Any:
        means.late_after = 3 if means.asked else 10**6
        means.done = 0
        return run(design)

    means.run = run_late  # type: ignore[method-assign]
    row = row_of(report_of(make_suite(tmp_path), means))
    assert row.verdict is Verdict.INCONCLUSIVE
    assert "not tried again" in row.reason


def test_an_interrupted_suite_claims_no_fail(tmp_path: Path) -> None:
    days = {NAMES[0]: day(factor=1.12, noise_s=1), NAMES[1]: day(noise_s=80)}
    means = FakeMeans(days=days, fresh=days, interrupted_after=15)
    report = report_of(make_suite(tmp_path), means)
    assert report.exit_code == 130
    assert {row_of(report).verdict, row_of(report, "rounds").verdict} == {Verdict.INCONCLUSIVE}
    assert len(means.asked) == 1


def test_the_difference_is_paired_as_scipy_pairs_it(tmp_path: Path) -> None:
    report = report_of(make_suite(tmp_path), same(day(factor=1.02, noise_s=1)))
    row = row_of(report)
    now, past = (
        np.array([np.mean(doing(r)) for r in range(row.n)])
        for doing in (day(factor=1.02, noise_s=1), day())
    )
    gaps = now - past
    half = t.ppf(0.975, row.n - 1) * gaps.std(ddof=1) / np.sqrt(row.n)
    assert row.difference is not None
    assert row.difference.value == pytest.approx(gaps.mean(), abs=1e-4)
    assert row.difference.half_width == pytest.approx(half, abs=1e-4)


def test_changed_code_is_noted(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    baseline = make_baseline(suite)
    stage = baseline.stages["town"]
    records = {name: replace(one, code={"dispatch": "1"}) for name, one in stage.records.items()}
    changed = replace(baseline, stages={"town": replace(stage, records=records)})
    report = report_of(suite, same(day(), day(seed=2)), changed)
    assert any("dispatch" in note for note in report.notes)


def test_days_that_are_not_those_of_the_baseline_are_noted(tmp_path: Path) -> None:
    suite = make_suite(tmp_path)
    baseline = make_baseline(suite)
    stage = replace(baseline.stages["town"], days=("x",) * 80)
    report = report_of(suite, same(day()), replace(baseline, stages={"town": stage}))
    assert any("10 of 10 days" in note for note in report.notes)


def test_the_standings_pair_each_strategy_with_the_control(tmp_path: Path) -> None:
    days = {NAMES[0]: day(), NAMES[1]: day(factor=0.9, noise_s=1)}
    report = report_of(make_suite(tmp_path), FakeMeans(days=days, fresh=days))
    pairs = {(pair.arm, pair.control) for pair in report.standings}
    assert pairs == {(NAMES[1], NAMES[0])}
    assert report.standings[0].estimate is not None
    assert report.standings[0].estimate.value < 0
