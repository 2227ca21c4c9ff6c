"""Which estimate a measure gets, from metrics of known values."""

from __future__ import annotations

import numpy as np
import pytest

from patrolsim.experiment.estimates import compare, estimate_all, estimate_one
from patrolsim.experiment.measures import (
    INCIDENTS,
    MEASURES,
    NOT_REACHED,
    P90_OF_ALL,
    RESPONSE_MEAN,
    RESPONSE_P90,
    UNSERVED,
    WITHIN_TARGET,
    Measure,
)
from patrolsim.experiment.results import Finished, Results, Task
from patrolsim.metrics import Metrics, Responses
from patrolsim.output_analysis import Estimand, Estimate

NEVER = np.inf


def responses(*times_s: float) -> Responses:
    """Return responses with a target of a minute; who was never reached is unserved."""
    values = np.sort(np.array(times_s, np.float64))
    unserved = int(np.isinf(values).sum())
    return Responses(
        response_s=values,
        with_target=values.size,
        within_target=int((values <= 60).sum()),
        settled=values.size - unserved,
        escalated=0,
        gave_up=0,
        unserved=unserved,
    )


def metrics(*times_s: float) -> Metrics:
    found = responses(*times_s)
    return Metrics(
        responses=found,
        by_kind={"fall": found} if times_s else {},
        by_area={},
        by_hour={},
        by_team={"wardens": found} if times_s else {},
        never_known=0,
        waiting_s=0.0,
        assigned=0,
        travel_s=0.0,
        travelled=0,
        workload=None,
        cover=None,
        doses=(),
    )


def results(**strategies: list[tuple[float, ...]]) -> Results:
    names = tuple(strategies)
    return Results(
        strategies=names,
        control=names[0],
        asked=max(map(len, strategies.values())),
        finished={
            Task(name, number): Finished(metrics(*times), "")
            for name, days in strategies.items()
            for number, times in enumerate(days)
        },
    )


DAYS: list[tuple[float, ...]] = [(10.0, 50.0), (90.0,), (20.0, 40.0, 70.0)]


def estimated(measure: Measure, days: list[tuple[float, ...]]) -> Estimate:
    found = estimate_one(results(plan=days), "plan", measure).estimate
    assert found is not None
    return found


def test_the_mean_response_counts_each_incident_once() -> None:
    found = estimated(RESPONSE_MEAN, DAYS)
    assert found.value == pytest.approx(280 / 6)
    assert (found.estimand, found.n) == (Estimand.PER_INCIDENT, 3)


def test_the_share_within_the_target_is_of_all_incidents() -> None:
    assert estimated(WITHIN_TARGET, DAYS).value == pytest.approx(4 / 6)
    assert estimated(WITHIN_TARGET, [(10.0, NEVER), (NEVER,)]).value == pytest.approx(1 / 3)


def test_counts_are_means_over_replications() -> None:
    assert estimated(INCIDENTS, DAYS).value == 2.0
    assert estimated(UNSERVED, [(10.0, NEVER), ()]).value == 0.5
    assert estimated(NOT_REACHED, [(10.0, NEVER), ()]).value == 0.5
    assert estimated(INCIDENTS, DAYS).estimand is Estimand.PER_REPLICATION


def test_quantiles_come_per_replication_and_of_all_incidents() -> None:
    assert estimated(RESPONSE_P90, DAYS).value == pytest.approx((50 + 90 + 70) / 3)
    assert estimated(P90_OF_ALL, DAYS).value == 90.0


def test_a_mean_over_those_reached_says_whom_it_leaves_out() -> None:
    line = estimate_one(results(plan=[(10.0, NEVER)]), "plan", RESPONSE_MEAN)
    assert line.note == "leaves out 1 incident that nobody reached: a lower bound"
    assert estimate_one(results(plan=DAYS), "plan", RESPONSE_MEAN).note == ""


def test_a_time_without_end_is_explained() -> None:
    line = estimate_one(results(plan=[(10.0,), (NEVER,)]), "plan", RESPONSE_P90)
    assert line.estimate is not None
    assert line.estimate.value == NEVER
    assert "never reached" in line.note


def test_replications_without_incidents_have_no_times_and_are_told() -> None:
    line = estimate_one(results(plan=[(10.0,), ()]), "plan", RESPONSE_P90)
    assert line.estimate is not None
    assert line.estimate.n == 1
    assert line.note == "1 of 2 replications have no value"


def test_groups_have_their_own_lines_and_teams_no_share() -> None:
    lines = {(line.group, line.measure.name) for line in estimate_all(results(plan=DAYS))}
    assert ("kind=fall", "within_target") in lines
    assert ("team=wardens", "response_p90_pooled_s") in lines
    assert ("team=wardens", "within_target") not in lines


def test_each_line_is_there_once() -> None:
    lines = [(x.strategy, x.measure.name, x.group) for x in estimate_all(results(plan=DAYS))]
    assert len(set(lines)) == len(lines)
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


def test_strategies_are_compared_on_shared_replications_only() -> None:
    found = results(today=[*DAYS, (5.0,)], plan=[tuple(t + 6 for t in day) for day in DAYS])
    by_name = {one.measure.name: one for one in compare(found)}
    difference = by_name["response_mean_s"].estimate
    assert difference is not None
    assert difference.value == pytest.approx(6.0)
    assert difference.n == 3
    assert by_name["response_mean_s"].control == "today"


def test_a_control_with_fewer_replications_limits_the_comparison() -> None:
    found = results(today=DAYS[:2], plan=DAYS)
    estimates = [one.estimate for one in compare(found)]
    assert {one.n for one in estimates if one is not None} == {2}


def test_a_quantile_that_has_no_end_cannot_be_compared() -> None:
    found = results(today=[(NEVER,), (NEVER,)], plan=[(10.0,), (20.0,)])
    by_name = {one.measure.name: one.estimate for one in compare(found)}
    assert by_name["response_p90_s"] is None
    assert by_name["within_target"] is not None
