"""What was put in: every value, given or assumed, and every default that was used."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from patrolsim.report.page.blocks import Paragraph, Section, Table
from patrolsim.report.words.texts import text
from patrolsim.scenario.inputs import Mark, inputs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolsim.report.page.blocks import Block, Text
    from patrolsim.report.page.told import Told
    from patrolsim.scenario.inputs import Input


def assumed(told: Told) -> Section:
    """Return the section."""
    return Section(name="assumed", title=text("assumed"), blocks=list(_blocks(told)))


def _blocks(told: Told) -> Iterator[Block]:
    inputs = inputs_of(told.run.scenario_text, told.run.settings)
    defaults = told.document["defaults"]
    counts = Counter(one.mark for one in inputs)
    yield Paragraph(
        text=text(
            "assumed_count",
            given=counts[Mark.GIVEN],
            assumed=counts[Mark.ASSUMED],
            defaults=len(defaults),
        ),
        is_warning=counts[Mark.ASSUMED] > 0,
    )
    given = [one for one in inputs if one.mark is Mark.GIVEN or one.source]
    if given:
        yield _table("with_source", given)
    for part in dict.fromkeys(one.path.partition(".")[0] for one in inputs):
        yield _table("inputs_of", [o for o in inputs if o.path.partition(".")[0] == part], part)
    yield Table(
        caption=text("defaults", n=len(defaults)),
        head=[text("key"), text("value"), text("mark")],
        rows=[[one["path"], str(one["value"]), text("mark_default")] for one in defaults],
        is_folded=True,
        is_wordy=True,
    )


def _table(key: str, inputs: Sequence[Input], part: str = "") -> Table:
    return Table(
        caption=text(key, part=part, n=len(inputs)),
        head=[text("key"), text("value"), text("mark"), text("source")],
        rows=[_row(one) for one in inputs],
        is_folded=key == "inputs_of",
        is_wordy=True,
    )


def _row(one: Input) -> list[Text]:
    mark = text(f"mark_{one.mark.value}")
    return [one.path, one.value, text("mark_set", mark=mark) if one.is_set else mark, one.source]
