"""The STRESS-DES checklist, filled with what the engine knows; the rest is left to its author.

References
----------
Monks, T., Currie, C. S. M., Onggo, B. S., Robinson, S., Kunc, M., Taylor, S. J. E. (2019),
Strengthening the reporting of empirical simulation studies: introducing the STRESS guidelines,
Journal of Simulation 13, 55-67.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolsim.report.page.blocks import Paragraph, Section, Table
from patrolsim.report.words.said import bare, number_of
from patrolsim.report.words.texts import text

if TYPE_CHECKING:
    from patrolsim.report.page.blocks import Text
    from patrolsim.report.page.told import Told
    from patrolsim.report.words.said import Said

ITEMS = (
    *("1.1", "1.2", "1.3"),
    *("2.1", "2.2", "2.3", "2.4", "2.5"),
    *("3.1", "3.2", "3.3", "3.4"),
    *("4.1", "4.2", "4.3"),
    *("5.1", "5.2", "5.3", "5.4"),
    "6.1",
)
AUTHOR = frozenset({"3.3", "6.1"})
"""Only the author of the study can fill these."""


def checklist(told: Told) -> Section:
    """Return the section."""
    facts = _facts(told)
    rows: list[list[Text]] = [
        [item, text(f"stress_{_key(item)}"), text(f"stress_{_key(item)}_told", **facts)]
        for item in ITEMS
    ]
    table = Table(
        caption=text("stress_caption", open=len(AUTHOR)),
        head=[text("item"), text("stress_asks"), text("stress_told")],
        rows=rows,
        is_folded=True,
        is_wordy=True,
    )
    return Section(
        name="checklist",
        title=text("checklist"),
        blocks=[Paragraph(text=text("stress_source")), table],
    )


def _key(item: str) -> str:
    return item.replace(".", "_")


def _facts(told: Told) -> dict[str, Said | str | int]:
    document = told.document
    about = document["scenario"]["about"]
    period = document["period"]
    return {
        "purpose": about or text("stress_no_purpose"),
        "strategies": ", ".join(told.results.strategies),
        "control": told.results.control,
        "kinds": ", ".join(document["kinds"]),
        "start": period["from"].replace("T", " "),
        "length": bare(float(period["length_s"]), "s"),
        "warm_up": bare(float(period["warm_up_s"]), "s"),
        "n": number_of(told.replications, told.days),
        "python": document["versions"]["python"],
        "patrolsim": document["versions"]["patrolsim"],
        "simpy": document["versions"]["simpy"],
        "seed": str(document["seed"]),
        "streams": str(document["streams"]),
        "machine": f"{document['machine']['system']} {document['machine']['processor']}",
    }
