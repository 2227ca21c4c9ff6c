"""What a comparison says, from results of known values: no simulation."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.cli.comparisons import comparison_of, days
from tests.unit.experiment.test_estimates import NEVER, results

from patrolsim.cli.bound_words import bound_rows
from patrolsim.cli.comparison_sheet import blocks_of
from patrolsim.cli.sheet import Headline, Listed, Table, as_markdown, as_text, escaped
from patrolsim.cli.stop_words import leading_sentences
from patrolsim.cli.sweep_words import enough_sentence, neighbour_sentences
from patrolsim.errors import PolicyError
from patrolsim.experiment.bounding import Bounds
from patrolsim.experiment.comparing import compare_with_control, find_plateau
from patrolsim.experiment.measures import RESPONSE_MEAN, WITHIN_TARGET
from patrolsim.experiment.results import Failure, Task
from patrolsim.experiment.stopping import Selection
from patrolsim.output_analysis import estimate_mean
from patrolsim.report.words.headline import headline, other_sentences
from patrolsim.report.words.verdicts import sentence

if TYPE_CHECKING:
    from patrolsim.cli.sheet import Block
    from patrolsim.experiment import Results

MEAN = (RESPONSE_MEAN,)
INJECTIONS = (
    "a|b",
    "`rm -rf`",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "two\nlines",
    "\u202eevil",
    "\x1b[31mred\x1b[0m",
    "[text](https://example.org)",
    "![x](y)",
    "https://example.org",
    "www.example.org",
    "@somebody",
    "#12",
    "$x$",
    "~~gone~~",
    "**bold**",
    "__bold__",
    "&lt;",
    "\\|",
)


def text_of(found: Results) -> str:
    return as_text(blocks_of(comparison_of(found)))


def first_line(found: Results) -> str:
    return headline(comparison_of(found, measures=MEAN))


def test_the_first_line_says_who_is_better_by_how_much_and_how_surely() -> None:
    line = first_line(results(today=days(30), plan=days(30, later_s=-20, noise_s=5)))
    assert re.fullmatch(
        r'"plan" is better than "today": the mean response is \d+\.\d s shorter'
        r" \(95 %: \d+\.\d to \d+\.\d s; p < 0\.001; 30 paired days\)\.",
        line,
    )


def test_the_first_line_is_the_first_line_of_the_page() -> None:
    found = results(today=days(30), plan=days(30, later_s=-20, noise_s=5))
    assert text_of(found).splitlines()[0].startswith('"plan" is better than "today": the mean')


def test_worse_is_said_as_plainly_as_better() -> None:
    line = first_line(results(today=days(30), plan=days(30, later_s=20, noise_s=5)))
    assert line.startswith('"plan" is worse than "today": the mean response is ')
    assert " s longer (95 %: " in line


def test_what_is_not_decided_says_so_and_what_would_decide_it() -> None:
    comparison = comparison_of(
        results(today=days(20), plan=days(20, later_s=2, noise_s=10)), measures=MEAN
    )
    line = headline(comparison)
    assert line.startswith(
        'Not decided between "plan" and "today": the mean response of "plan" is'
    )
    assert re.search(r"between \d+\.\d s shorter and \d+\.\d s longer \(95 %; p = 0\.\d{3};", line)
    assert "better than" not in line
    assert re.search(r"about [\d,]+ days would decide it\.", other_sentences(comparison)[-1])


def test_few_replications_give_a_range_and_no_verdict() -> None:
    found = results(today=days(4), plan=days(4, later_s=-20, noise_s=2))
    line = first_line(found)
    assert line.startswith('Too few days to decide: with "plan" against "today", the mean')
    assert "(4 paired days, singly " in line
    page = text_of(found)
    assert "95 %" not in page
    assert "Holm" not in page
    assert "fewer than 10 give no interval" in page
    assert "too few replications" in page


def test_one_replication_proves_nothing() -> None:
    line = first_line(results(today=days(1), plan=days(1, later_s=-20)))
    assert "20.0 s shorter in the only day, which proves nothing" in line


@pytest.mark.parametrize(
    ("length_s", "words"),
    [
        (86_400.0, "30 paired days"),
        (7 * 86_400.0, "30 paired weeks"),
        (6 * 3600.0, "30 paired replications"),
    ],
)
def test_replications_are_called_by_the_length_of_the_period(length_s: float, words: str) -> None:
    found = results(today=days(30), plan=days(30, later_s=-20, noise_s=5))
    assert words in headline(comparison_of(found, length_s=length_s))


def test_of_several_the_best_decided_is_named_and_what_is_not_decided() -> None:
    found = results(
        today=days(30),
        good=days(30, later_s=-10, noise_s=2, seed=3),
        best=days(30, later_s=-25, noise_s=2, seed=4),
        noise=days(30, noise_s=8, seed=5),
        worst=days(30, later_s=25, noise_s=2, seed=6),
    )
    line = first_line(found)
    assert line.startswith('"best" is better than "today": the mean response is 2')
    assert '"good" is better than "today" too, by less.' in line
    assert 'Worse: "worst".' in line
    assert 'Not decided: "noise".' in line


def test_with_none_better_that_is_the_first_sentence() -> None:
    found = results(
        today=days(30),
        same=days(30),
        worse=days(30, later_s=25, noise_s=2),
    )
    assert first_line(found) == (
        'None is shown to be better than "today" in the mean response, after 30 paired days.'
        ' Worse: "worse". Exactly the same: "same".'
    )


def test_the_price_of_a_gain_is_told_right_after_it() -> None:
    today = [(50.0, 50.0, 50.0 + x % 3) for x in range(30)]
    plan = [(5.0, 5.0, 62.0 + x % 2) for x in range(30)]
    comparison = comparison_of(
        results(today=list(today), plan=list(plan)), measures=(RESPONSE_MEAN, WITHIN_TARGET)
    )
    assert '"plan" is better than "today"' in headline(comparison)
    price = other_sentences(comparison)[0]
    assert price.startswith(
        'But with "plan" the share within the target is 33.3 percentage points'
    )
    assert "lower (95 %: " in price


def test_the_gain_of_pairing_is_told() -> None:
    found = results(today=days(30), plan=days(30, later_s=-20, noise_s=1))
    sentences = other_sentences(comparison_of(found, measures=MEAN))
    assert any(
        re.fullmatch(r"Pairing cut the variance of the difference \d+\.\d times\.", one)
        for one in sentences
    )


def test_the_family_of_the_adjustment_is_told() -> None:
    page = text_of(results(today=days(12), plan=days(12, later_s=-9, noise_s=3)))
    assert "adjusted for all 5 comparisons of this table (1 arm x 5 measures)" in page


def test_those_who_were_never_reached_are_told_beside_the_mean() -> None:
    page = text_of(results(today=[(30.0, NEVER)] * 12, plan=[(30.0, 40.0)] * 12))
    assert "today: the mean response leaves out 12 incidents that nobody reached" in page
    assert "plan: the mean response leaves out" not in page


def test_a_failed_arm_is_named_and_in_no_average() -> None:
    found = results(today=days(12), plan=days(12, later_s=-20, noise_s=3), broken=days(5))
    error = PolicyError("fails", 61.5, 3, "ValueError: no idea", "fails.py:7")
    found.failures.append(Failure(Task("broken", 5), error))
    page = text_of(found)
    row = next(line for line in page.splitlines() if line.startswith("broken"))
    assert row.split() == ["broken", "failed"]
    assert "policy 'fails' at t=61.5 s, incident 3: ValueError: no idea (fails.py:7)" in page
    assert '"broken"' not in page
    assert '"plan" is better than "today"' in page


def test_without_its_control_nothing_is_compared() -> None:
    found = results(today=days(5), plan=days(12))
    error = PolicyError("fails", 61.5, 3, "ValueError: no idea", "fails.py:7")
    found.failures.append(Failure(Task("today", 5), error))
    assert first_line(found) == 'Nothing can be compared: "today", the control, failed.'
    assert "Differences" not in text_of(found)


def test_arms_of_other_days_are_told_that_pairing_helps_little() -> None:
    found = results(today=days(12), plan=days(12, later_s=-20, noise_s=3))
    for task, done in found.finished.items():
        found.finished[task] = done._replace(incident_digest=f"{task.strategy}")
    assert "plan: not the same incidents as today. The pairs share the seed only" in text_of(found)


def test_a_single_arm_shows_its_level() -> None:
    assert re.fullmatch(
        r'"today": the mean response is 1\.0 min ± \d\.\d \(12 days\)\.|'
        r'"today": the mean response is \d\d\.\d s ± \d\.\d \(12 days\)\.',
        first_line(results(today=days(12))),
    )


def test_values_of_a_sweep_are_told_step_by_step() -> None:
    found = results(
        **{
            "1000": days(30),
            "1200": days(30, later_s=-12, noise_s=2, seed=3),
            "1400": days(30, later_s=-12.5, noise_s=2, seed=4),
        }
    )
    comparison = comparison_of(found, measures=MEAN, key="number")
    assert headline(comparison).startswith('"number 1,')
    first, second = neighbour_sentences(comparison)
    assert re.fullmatch(r"1,000 to 1,200: 1\d\.\d s shorter \(\d+\.\d to .* s; Holm p < .*", first)
    assert second.startswith("1,200 to 1,400: not decided (between ")


def test_more_brings_little_only_where_that_is_shown() -> None:
    steps = {
        "1000": days(30),
        "1200": days(30, later_s=-12, noise_s=1, seed=3),
        "1400": days(30, later_s=-12.2, noise_s=1, seed=4),
    }
    comparison = comparison_of(results(**steps), measures=MEAN, key="number")
    found = enough_sentence(comparison)
    plateau = find_plateau(comparison.results, comparison.neighbours, RESPONSE_MEAN)
    assert plateau is not None
    assert plateau.most <= float(found.split()[6]) < plateau.most + 0.1
    assert re.match(
        r"More than 1,200 brings less than \d\.\d s: no larger value up to 1,400", found
    )
    still_better = {**steps, "1400": days(30, later_s=-20, noise_s=1, seed=4)}
    assert enough_sentence(comparison_of(results(**still_better), measures=MEAN, key="n")) == ""
    falling = dict(reversed(steps.items()))
    assert enough_sentence(comparison_of(results(**falling), measures=MEAN, key="n")) == ""


@pytest.mark.parametrize("name", INJECTIONS)
def test_no_name_breaks_the_terminal_or_the_page(name: str) -> None:
    found = results(**{"today": days(12), name: days(12, later_s=-20, noise_s=3)})
    blocks = blocks_of(comparison_of(found, title=name))
    text, page = as_text(blocks), as_markdown(blocks)
    for sign in "\x1b\u202e":
        assert sign not in text
        assert sign not in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7, 8}
    assert not re.search(
        r"<(?!!-- -->)|`|\*\*\w.*\*\*.*\*\*|\]\(|@\w|#\d|https?://|www\.\w", _body(page)
    )


def _body(page: str) -> str:
    """Return a page without what is meant as a number of a sign."""
    return re.sub(r"&#\d+;", "", page)


def test_markdown_shows_what_stood_there() -> None:
    assert escaped("a|b") == "a&#124;b"
    assert escaped("@me #12") == "@<!-- -->me #<!-- -->12"
    assert escaped("12.5 % ± 3") == "12.5 % ± 3"


def test_empty_lists_leave_no_title() -> None:
    blocks: list[Block] = [
        Headline("Fine."),
        Listed("Failed", []),
        Table("T", [["a", "b"], ["1", "2"]]),
    ]
    assert as_text(blocks) == "Fine.\n\nT\na  b\n1  2"
    assert as_markdown(blocks) == "**Fine.**\n\n### T\n\n| a | b |\n| :-- | --: |\n| 1 | 2 |"


def test_whoever_asks_for_the_best_is_answered_first() -> None:
    steps = {"today": days(25), "plan": days(25, later_s=-20, noise_s=2)}
    found = results(**steps)
    rule = Selection(measure=RESPONSE_MEAN, margin=5.0, arms=[*steps])
    for n in range(1, 26):
        rule(replace(found, asked=n))
    first, second, *_ = leading_sentences(comparison_of(found, measures=MEAN, rule=rule))
    assert first == (
        '"plan" is best in the mean response (mean over days) with a probability of at least 95 %,'
        " or within 5.0 s of the best (25 days, 50 runs in all)."
    )
    assert second.startswith('"plan" is better than "today": ')


def test_the_bounds_stand_beside_the_strategies_and_say_what_they_count() -> None:
    wait, share = estimate_mean([60.0, 70.0]), estimate_mean([0.9, 1.0])
    bounds = Bounds(
        wait_s=wait,
        within_target=share,
        replications=2,
        most_incidents=20,
        holds_for="any dispatch",
        is_too_large=False,
    )
    comparison = replace(comparison_of(results(today=days(2), plan=days(2))), bounds=bounds)
    (row,) = bound_rows(comparison)
    assert row[0] == "clairvoyant bound (no plan can beat it)"
    assert row[1] == "at least 1.1 min (1.0 to 1.2) *"
    assert row[4] == "at most 95.0% (90.0 to 100.0) *"
    assert "any dispatch" in as_text(blocks_of(comparison))
    large = replace(comparison, bounds=replace(bounds, is_too_large=True, most_incidents=301))
    assert bound_rows(large) == []
    assert "No bound is shown: 301 incidents" in as_text(blocks_of(large))


def test_what_only_many_comparisons_put_in_doubt_keeps_its_direction() -> None:
    plans = {f"plan {k}": days(12, noise_s=10, seed=k) for k in range(2, 9)}
    found = results(today=days(12), close=days(12, later_s=-8, noise_s=8, seed=30), **plans)
    (pair,) = (one for one in compare_with_control(found, MEAN) if one.arm == "close")
    assert pair.estimate is not None
    assert pair.estimate.tells_direction
    assert not pair.verdict.is_decided
    assert re.match(
        r"these data cannot tell whether the mean response differs: \d+\.\d s shorter may be"
        r" chance among 8 comparisons \(95 %: \d+\.\d to \d+\.\d s; Holm p = 0\.\d{3}; 12 paired",
        sentence(pair),
    )
