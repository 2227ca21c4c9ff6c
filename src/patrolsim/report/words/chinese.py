"""What a comparison says, in Chinese: the twin of `numbers`, `verdicts` and `headline`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from patrolsim.experiment.comparing import Verdict, sound_arms
from patrolsim.experiment.estimates import estimate_one
from patrolsim.report.words import numbers
from patrolsim.report.words.headline import OPPOSITE, leading_pairs
from patrolsim.report.words.numbers import Scale, ends
from patrolsim.report.words.showing import MOST_OF_A_NAME, shown
from patrolsim.report.words.verdicts import p_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.experiment.comparing import Pair
    from patrolsim.experiment.measures import Measure
    from patrolsim.output_analysis import Estimate
    from patrolsim.report.words.headline import Comparison

NOTHING, NEVER = "-", "未达到"
TITLES = {
    "incidents": "求助数",
    "response_mean_s": "平均响应时间",
    "response_median_s": "每次重复内的响应时间中位数",
    "response_p90_s": "每次重复内九成求助的响应时间",
    "response_median_pooled_s": "响应时间中位数",
    "response_p90_pooled_s": "九成求助的响应时间",
    "within_target": "达标率",
    "not_reached": "无人到场数",
    "unserved": "期末未结数",
    "gave_up": "放弃等待数",
    "escalated": "升级数",
    "never_known": "始终无人知晓数",
    "prevented": "巡逻预防的警情数（假设）",
    "displaced": "因巡逻转移的警情数（假设）",
    "waiting_mean_s": "平均等待派人时间",
    "travel_mean_s": "平均路上时间",
    "utilisation": "忙碌时间占比",
    "travelling": "路上时间占比",
    "working": "在场工作时间占比",
    "patrolling": "巡逻时间占比",
    "on_duty_s": "值班总时间",
    "overtime_s": "加班总时间",
    "gini_of_work": "工作量基尼系数",
    "cover_mean": "平均覆盖率",
    "cover_least": "最低覆盖率",
    "hot_spot_visits": "高发部位巡逻次数",
    "hot_spot_stopped_s": "高发部位停留时间",
    "hot_spot_stops_10_to_16_min": "停留十至十六分钟的比例",
    "requests": "预约事项数",
    "requests_in_time": "按期完成的比例",
    "tardiness_mean_s": "平均逾期时间",
    "tardiness_of_late_s": "逾期事项的平均逾期时间",
    "overdue": "逾期数",
    "backlog": "期末积压数",
    "kept_safe": "保住的数额",
    "share_kept_safe": "保住的比例",
    "alerts_sent": "呼叫次数",
    "alerts_accepted": "呼叫应答率",
    "alerts_declined": "呼叫谢绝率",
    "alerts_not_heard": "呼叫未听到率",
    "alerts_withdrawn": "呼叫撤回率",
    "needless_ways": "白跑次数",
    "searches": "搜寻次数",
    "found": "找到的比例",
    "found_within_target": "在目标时间内找到的比例",
    "time_to_find_median_pooled_s": "找到所需时间的中位数",
    "searched_s": "每次搜寻所用人时",
    "alerts_per_volunteer_week": "每人每周被呼叫次数",
}
"""What each measure is called."""
VERDICTS = {
    Verdict.BETTER: "更好",
    Verdict.WORSE: "更差",
    Verdict.HIGHER: "更高",
    Verdict.LOWER: "更低",
    Verdict.SAME: "完全相同",
    Verdict.UNDECIDED: "尚无定论",
    Verdict.FEW: "重复次数太少",
    Verdict.NOTHING: "无从比较",
}
_THAN = {
    Verdict.BETTER: "优于",
    Verdict.WORSE: "劣于",
    Verdict.HIGHER: "高于",
    Verdict.LOWER: "低于",
}
_UNITS = {
    " s": " 秒",
    " min": " 分钟",
    " h": " 小时",
    " s per hot spot": " 秒（每个部位）",
    " min per hot spot": " 分钟（每个部位）",
    " h per hot spot": " 小时（每个部位）",
    " percentage points": " 个百分点",
    " incidents": " 件",
    " person-hours": " 人时",
    " visits per hot spot": " 次（每个部位）",
    " requests": " 件",
    " alerts": " 次",
    " alerts per week": " 次（每周）",
    " mean": "",
    " least": "",
}
_ONE = {"days": "一天", "weeks": "一周", "replications": "一次重复"}
_DAYS = {"days": "天", "weeks": "周", "replications": "次重复"}


def title_of(measure: Measure) -> str:
    """Return what a measure is called."""
    return TITLES.get(measure.name) or measure.words


def number_of(n: int, days: str) -> str:
    """Return a number of replications with their noun: ``30 天``."""
    return f"{n:,} {_DAYS[days]}"


def scale_of_gap(value: float, unit: str) -> Scale:
    """Return how a difference of this size is written."""
    return _translated(numbers.scale_of_gap(value, unit))


def level(value: float | None, unit: str) -> str:
    """Return a bare level in its unit."""
    if value is None:
        return NOTHING
    return NEVER if math.isinf(value) else _translated(numbers.scale_of(value, unit)).text(value)


def written(found: Estimate | None, unit: str) -> str:
    """Return a level with its interval in one unit."""
    if found is None or math.isinf(found.value):
        return NOTHING if found is None else NEVER
    scale = _translated(numbers.scale_of(found.value, unit))
    text = scale.text(found.value)
    if found.n < 2:  # noqa: PLR2004 - a single value has no range
        return text
    if found.half_width is not None and not found.is_from_few:
        return f"{text} ± {scale.number(found.half_width)}"
    return f"{text}（{' 至 '.join(_end(scale.number(end)) for end in ends(found))}）"


def size_of(value: float, measure: Measure, scale: Scale | None = None) -> str:
    """Return a difference without its sign, and which way: ``缩短 20.0 秒``."""
    found = scale or scale_of_gap(value, measure.unit)
    return f"{_way(value, measure)} {found.text(abs(value))}"


def span_of(found: Estimate, measure: Measure) -> str:
    """Return interval or range of a difference without signs."""
    low, high = ends(found)
    least, most = sorted((abs(low), abs(high)))
    if low * high >= 0 and low + high != 0:
        scale = scale_of_gap(found.value, measure.unit)
        return f"{scale.number(least)} 至 {_end(scale.text(most))}"
    scale = scale_of_gap(most, measure.unit)
    return f"{size_of(low, measure, scale)}至{size_of(high, measure, scale)}"


def sentence(pair: Pair, days: str) -> str:
    """Return what the paired replications say about an arm and the control, without a stop."""
    what, found = title_of(pair.measure), pair.estimate
    if found is None:
        return f"{what}无从比较"
    if pair.verdict is Verdict.SAME:
        runs = f"唯一的{_ONE[days]}" if found.n == 1 else f"全部 {number_of(found.n, days)}"
        return f"{what}在{runs}中完全相同"
    size = size_of(found.value, pair.measure)
    if found.n == 1:
        return f"{what}在唯一的{_ONE[days]}中{size}，这不能证明什么"
    if pair.verdict is Verdict.FEW:
        runs = f"{number_of(found.n, days)}配对，单次为{span_of(found, pair.measure)}"
        return f"{what}{size}（{runs}；次数太少，不给区间）"
    if not pair.verdict.is_decided:
        return f"{what}有无差别，现有数据无法判断（{evidence(pair, days)}）"
    return f"{what}{size}（{evidence(pair, days)}）"


def evidence(pair: Pair, days: str) -> str:
    """Return how sure a difference is: interval, adjusted p, pairs."""
    if pair.estimate is None:
        return "没有数值"
    parts = [f"95% 区间：{span_of(pair.estimate, pair.measure)}"]
    if pair.adjusted_p is not None:
        parts.append(p_words(pair))
    return "；".join([*parts, f"{number_of(pair.estimate.n, days)}配对"])


def headline(comparison: Comparison) -> str:
    """Return the sentence about the first measure that stands above all numbers."""
    control = _spoken(comparison.results.control)
    if comparison.results.control not in sound_arms(comparison.results):
        return f"无法比较：作为对照的{control}运行失败。"
    leading = leading_pairs(comparison)
    if not leading:
        return _alone(comparison)
    if len(leading) == 1:
        return _of_one(leading[0], comparison.days)
    return "".join(_of_many(comparison, leading))


def other_sentences(comparison: Comparison) -> list[str]:
    """Return what else must be said first: the price of the gain, and what would decide it."""
    leading = leading_pairs(comparison)
    found = [_other_ways(comparison, pair) for pair in leading]
    found.append(_gain_of_pairing(leading))
    found.append(_advice(leading, comparison.days))
    return [text for text in found if text]


def _spoken(arm: str) -> str:
    return f"“{shown(arm, MOST_OF_A_NAME)}”"


def _alone(comparison: Comparison) -> str:
    measure, name = comparison.measures[0], comparison.results.control
    found = estimate_one(comparison.results, name, measure).estimate
    n = number_of(len(comparison.results.replications_of(name)), comparison.days)
    return f"{_spoken(name)}：{title_of(measure)}为 {written(found, measure.unit)}（{n}）。"


def _of_one(pair: Pair, days: str) -> str:
    arm, control = _spoken(pair.arm), _spoken(pair.control)
    if pair.verdict is Verdict.UNDECIDED:
        return f"{arm}与{control}孰优孰劣尚无定论：{sentence(pair, days)}。"
    if pair.verdict.is_decided:
        return f"{arm}{_THAN[pair.verdict]}{control}：{sentence(pair, days)}。"
    if pair.verdict is Verdict.FEW:
        return f"重复次数太少，不能定论：{arm}与{control}相比，{sentence(pair, days)}。"
    return f"{arm}与{control}相比：{sentence(pair, days)}。"


def _of_many(comparison: Comparison, pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the best that is decided, and what is not."""
    gains = [pair for pair in pairs if pair.verdict in {Verdict.BETTER, Verdict.HIGHER}]
    if gains:
        best = max(gains, key=lambda pair: abs(pair.estimate.value) if pair.estimate else 0.0)
        yield _of_one(best, comparison.days)
        others = [_spoken(pair.arm) for pair in gains if pair is not best]
        if others:
            yield f"{'、'.join(others)}也{_THAN[best.verdict]}{_spoken(best.control)}，幅度较小。"
    else:
        n = max((pair.estimate.n for pair in pairs if pair.estimate), default=0)
        yield (
            f"{number_of(n, comparison.days)}配对之后，没有方案在{title_of(pairs[0].measure)}上"
            f"被证明优于{_spoken(comparison.results.control)}。"
        )
    for verdict in Verdict:
        names = [_spoken(p.arm) for p in pairs if p not in gains and p.verdict is verdict]
        if names:
            yield f"{VERDICTS[verdict]}：{'、'.join(names)}。"


def _other_ways(comparison: Comparison, pair: Pair) -> str:
    against = OPPOSITE.get(pair.verdict)
    moved = [
        other
        for other in comparison.pairs
        if other.arm == pair.arm
        and other is not pair
        and (other.verdict is against or (against is None and other.verdict.is_decided))
    ]
    clauses = "；".join(sentence(other, comparison.days) for other in moved)
    return f"但采用{_spoken(pair.arm)}时，{clauses}。" if moved else ""


def _gain_of_pairing(pairs: Sequence[Pair]) -> str:
    factors = sorted(
        pair.reduction for pair in pairs if pair.verdict is not Verdict.SAME and pair.reduction
    )
    if len(factors) > 1:
        least, most = (f"{factor:.1f}" for factor in (factors[0], factors[-1]))
        return f"若不配对，差值的方差将是现在的 {least} 至 {most} 倍。"
    if not factors:
        return ""
    if math.isinf(factors[0]):
        return "配对之后差值没有方差。"
    if factors[0] < 1:
        return f"配对使差值的方差变为原来的 {1 / factors[0]:.1f} 倍。"
    return f"若不配对，差值的方差将是现在的 {factors[0]:.1f} 倍。"


def _advice(pairs: Sequence[Pair], days: str) -> str:
    """Return how many replications would decide what is open, were it as it looks."""
    advised = [pair.advised for pair in pairs if pair.verdict is Verdict.UNDECIDED]
    known = [number for number in advised if number is not None]
    if not advised:
        return ""
    if len(known) < len(advised):
        return "在愿意运行的次数之内，多半得不出定论。"
    found = pairs[0].estimate
    size = f"（{size_of(found.value, pairs[0].measure)}）" if len(pairs) == 1 and found else ""
    return f"若差别真如目前所见{size}，约需 {number_of(max(known), days)}才能定论。"


def _way(value: float, measure: Measure) -> str:
    if measure.unit in {"s", "s per hot spot"}:
        return "延长" if value > 0 else "缩短"
    if measure.unit == "incidents":
        return "增加" if value > 0 else "减少"
    return "提高" if value > 0 else "降低"


def _translated(scale: Scale) -> Scale:
    return scale._replace(suffix=_UNITS.get(scale.suffix, scale.suffix))


def _end(text: str) -> str:
    return text.replace("never", NEVER)
