"""How sure the numbers are, and how the run is repeated."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from patrolsim.experiment.provenance import found_by_audit
from patrolsim.output_analysis import FEW
from patrolsim.report.page.blocks import Code, Listed, Paragraph, Section, Table
from patrolsim.report.words.said import bare, number_of
from patrolsim.report.words.showing import shown
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolsim.report.page.blocks import Block, Text
    from patrolsim.report.page.told import Told
    from patrolsim.report.words.said import Said

MOST_FINDINGS = 20
_METHODS = (
    *("response_mean_s", "response_median_pooled_s", "response_p90_pooled_s"),
    *("within_target", "not_reached"),
)


def trust(told: Told) -> Section:
    """Return the section that says how sure we are."""
    return Section(name="trust", title=text("trust"), blocks=list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    yield Listed(items=list(_statements(told)))
    if told.results.notices:
        yield Paragraph(text=text("notices"))
        yield Listed(items=list(told.results.notices))
    findings = list(found_by_audit(told.results))
    if findings:
        yield Listed(items=findings[:MOST_FINDINGS])
    yield Table(
        caption=text("methods"),
        head=[text("measure"), text("estimand"), text("n"), text("method")],
        rows=list(_method_rows(told)),
        is_folded=True,
        is_wordy=True,
    )


def _statements(told: Told) -> Iterator[Said]:
    yield text("sure_unit", n=number_of(told.replications, told.days))
    yield text("sure_few", few=FEW) if told.replications < FEW else text("sure_interval")
    if told.pairs:
        yield from _of_pairs(told)
    else:
        yield text("sure_alone")
    yield text("sure_stop", n=told.results.asked)
    warm_up = float(told.document["period"]["warm_up_s"])
    yield text("sure_warm_up", time=bare(warm_up, "s")) if warm_up else text("sure_no_warm_up")
    yield _audit(told)
    yield text("sure_verify")
    yield text("sure_order")


def _of_pairs(told: Told) -> Iterator[Said]:
    control = told.results.control
    others = [name for name in told.strategies if name != control]
    unlike = [name for name in others if not told.results.meet_the_same_days(name, control)]
    if unlike:
        yield text("sure_unlike", strategies=", ".join(unlike), control=control)
    else:
        yield text("sure_paired", control=control)
    factors = [
        pair.reduction
        for pair in told.pairs
        if pair.reduction is not None and pair.reduction != float("inf")
    ]
    if factors:
        yield text("sure_factor", least=f"{min(factors):.1f}", most=f"{max(factors):.1f}")
    tested = [pair for pair in told.pairs if pair.p is not None]
    yield text("sure_holm", n=tested[0].family) if tested else text("sure_no_test")


def _audit(told: Told) -> Said:
    if not told.document["is_audited"]:
        return text("sure_no_audit")
    found = sum(1 for _ in found_by_audit(told.results))
    runs = len(told.results.finished)
    return text("sure_audit_found", n=found) if found else text("sure_audit", n=runs)


def _method_rows(told: Told) -> Iterator[list[Text]]:
    from patrolsim.report.words.said import title_of

    by_name = {measure.name: measure for measure in told.measures}
    for name in _METHODS:
        for strategy in told.strategies[:1]:
            found = told.estimate(strategy, name)
            if found is not None:
                title = title_of(by_name[name])
                estimand = text(f"estimand_{found.estimand.name.lower()}")
                yield [title, estimand, f"{found.n:,}", found.method]


def repeat(told: Told) -> Section:
    """Return the section that says what is needed to get the same numbers."""
    document = told.document
    blocks: list[Block] = [
        Paragraph(text=text("repeat_how")),
        Code(text=shown(shlex.join(document["command"]) or "-", 2000)),
        Table(
            caption=text("facts"),
            head=[text("key"), text("value")],
            rows=list(_facts(told)),
            is_wordy=True,
        ),
        Table(
            caption=text("policies"),
            head=[
                text("strategy"),
                text("role"),
                text("policy"),
                text("parameters"),
                text("plugin"),
            ],
            rows=list(_policies(told)),
            is_folded=True,
            is_wordy=True,
        ),
    ]
    return Section(name="repeat", title=text("repeat"), blocks=blocks)


def _facts(told: Told) -> Iterator[list[Text]]:
    document = told.document
    yield [text("started"), document["started_at"]]
    yield [text("seed"), str(document["seed"])]
    yield [text("replications"), f"{told.results.asked:,}"]
    yield [text("scenario_digest"), document["scenario"]["digest"]]
    for setting in document["scenario"]["settings"]:
        yield [text("setting"), setting]
    yield [text("streams"), str(document["streams"])]
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    yield [text("versions"), versions]
    machine = document["machine"]
    yield [text("machine"), f"{machine['system']} {machine['processor']}"]
    for kind, one in document.get("models", {}).items():
        parameters = ", ".join(f"{key}: {value}" for key, value in one["parameters"].items())
        yield [text("model"), f"{kind}: {one['policy']} {one['version']} ({parameters or '-'})"]
    for plugin in document["plugins"]:
        digest = f" sha256 {plugin['sha256']}" if plugin["sha256"] else ""
        yield [text("plugin"), f"{plugin['plugin']} ({plugin['source']}){digest}"]


def _policies(told: Told) -> Iterator[list[Text]]:
    for name in told.results.strategies:
        for role, one in told.document["strategies"].get(name, {}).items():
            parameters = ", ".join(f"{key}: {value}" for key, value in one["parameters"].items())
            policy = f"{one['policy']} {one['version']}".strip()
            yield [told.strategy(name), role, policy, parameters or "-", one["plugin"]]
