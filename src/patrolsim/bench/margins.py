"""How much worse a metric may become, as suites write it: ``5%``, ``2 pp``, ``30 s``, ``0.5``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.units import UnitError, quoted

if TYPE_CHECKING:
    from patrolsim.output_analysis.gate import Margin

RELATIVE, POINTS, PLAIN = "%", "pp", ""
_SIZES = {RELATIVE: 0.01, POINTS: 0.01, PLAIN: 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
_FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(%|pp|s|min|h|)")
_EXAMPLES = "write it like 5%, 2 pp, 30 s or 0.5"
_FITTING = {
    "s": ({RELATIVE, "s", "min", "h"}, "write it like 5% or 30 s"),
    "share": ({RELATIVE, POINTS}, "write it like 2 pp or 5%"),
}
_COUNTED = ({RELATIVE, PLAIN}, "write it like 5% or 0.5")


class WrittenMargin(NamedTuple):
    """A margin as it is written.

    Attributes
    ----------
    text
        In one spelling, for people.
    value
        In seconds, as a share, or as a plain number; above 0.
    unit
        ``%`` of the baseline, ``pp`` (percentage points), ``s``, ``min``, ``h``, or nothing.
    """

    text: str
    value: float
    unit: str

    @property
    def is_relative(self) -> bool:
        """Whether it is a share of the baseline."""
        return self.unit == RELATIVE

    def fault_for(self, unit: str) -> str:
        """Return how it should be written for a metric of this unit; empty when it fits."""
        allowed, hint = _FITTING.get(unit, _COUNTED)
        return "" if self.unit in allowed else hint

    def margin(self) -> Margin:
        """Return it as the gate needs it."""
        from patrolsim.output_analysis.gate import Margin

        return Margin(amount=self.value, is_relative=self.is_relative)


def parse_margin(value: object) -> WrittenMargin:
    """Return a margin.

    Raises
    ------
    UnitError
        When it is none, or not above 0.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    found = _FORM.fullmatch(str(value).strip()) if is_number or isinstance(value, str) else None
    if found is None:
        raise UnitError(f"{quoted(value)} is no margin", _EXAMPLES)
    number, unit = found.groups()
    if float(number) <= 0:
        raise UnitError("a margin must be above 0", _EXAMPLES)
    blank = " " if unit not in {RELATIVE, PLAIN} else ""
    return WrittenMargin(f"{number}{blank}{unit}", float(number) * _SIZES[unit], unit)
