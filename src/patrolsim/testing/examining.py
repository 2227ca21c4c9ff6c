"""All checks and what they need of each other, carried out one by one, each once."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from patrolsim.errors import PluginError
from patrolsim.testing import checks, elsewhere
from patrolsim.testing.checks import Check
from patrolsim.testing.trial import NotHereError, Trial
from patrolsim.units import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.testing.subject import Subject

RUNS = ("builds", "feasible", "no_mutation")
"""What must hold before anything else can be said."""
SAME = (*RUNS, "no_global_random", "deterministic", "no_shared_state")

CHECKS: Mapping[str, Check] = {
    check.name: check
    for check in (
        Check("builds", "It is built from its parameters.", checks.builds),
        Check(
            "parameters",
            "Each choice builds, and each default can be written in a scenario.",
            checks.parameters,
            ("builds",),
        ),
        Check("feasible", "Each decision can be carried out.", checks.feasible, ("builds",)),
        Check("no_mutation", "Nothing that it sees is written to.", checks.no_mutation, RUNS[:1]),
        Check(
            "no_global_random",
            "Random numbers come from view.rng only.",
            checks.no_global_random,
            RUNS,
        ),
        Check("deterministic", "The same day comes out the same way.", checks.deterministic, RUNS),
        Check(
            "no_shared_state",
            "Nothing is carried over from one replication to another.",
            checks.no_shared_state,
            RUNS,
        ),
        Check(
            "no_peeking",
            "What has not happened yet changes no decision.",
            checks.no_peeking,
            SAME,
        ),
        Check(
            "unclaimed",
            "A street that another searcher has claimed is left to them.",
            checks.unclaimed,
            RUNS,
        ),
        Check("unreachable", "Streets without a way are no surprise.", checks.unreachable, RUNS),
        Check("one_instant", "Two calls may come at one instant.", checks.one_instant, RUNS),
        Check("nobody_free", "There may be nobody to send.", checks.nobody_there, RUNS),
        Check(
            "any_world",
            "It works in worlds that Hypothesis draws.",
            checks.any_world,
            (*RUNS, "unreachable", "one_instant", "nobody_free"),
        ),
        Check("audited", "The auditor finds nothing.", checks.audited, RUNS),
        Check("explains", "Saying why changes nothing.", checks.explains, SAME),
        Check(
            "workers",
            "One worker process and two give the same results.",
            elsewhere.same_with_two_workers,
            SAME,
        ),
        Check(
            "hash_order",
            "Nothing hangs on the order of a set.",
            elsewhere.same_in_any_order_of_sets,
            (*SAME, "workers"),
        ),
        Check("quick", "A decision takes little time.", checks.quick, RUNS, is_advice=True),
        Check(
            "relabelled",
            "The numbers of people mean little.",
            checks.relabelled,
            SAME,
            is_advice=True,
        ),
    )
}
PROCESSES = frozenset({"workers", "hash_order"})
"""Checks that start Python anew: seconds each, where the others take a second together."""


class Verdict(Enum):
    """What came out of a check."""

    PASSED = "passed"
    FAILED = "failed"
    EXPECTED = "failed as expected"
    ADVICE = "advice"
    SKIPPED = "skipped"


class Outcome(NamedTuple):
    """What came out of one check.

    Attributes
    ----------
    check, verdict
        Name of the check, and what came out.
    text
        How the rule is broken, or why nothing can be said; empty when it is kept.
    """

    check: str
    verdict: Verdict
    text: str = ""

    def __str__(self) -> str:
        return f"{self.check}: {self.text or self.verdict.value}"


@dataclass(slots=True)
class Examination:
    """The checks of one policy, each carried out when it is asked for, once.

    Attributes
    ----------
    subject
        The policy.
    expected
        Why a check may fail, by the name of the check.
    """

    subject: Subject
    expected: Mapping[str, str] = field(default_factory=dict)
    _trial: Trial = field(init=False)
    _found: dict[str, Outcome] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.expected:
            known(name)
        self._trial = Trial(self.subject)

    @property
    def title(self) -> str:
        """Role and name of the policy."""
        return f"{self.subject.spec.role.value} policy {self.subject.spec.name!r}"

    def outcome(self, name: str) -> Outcome:
        """Return what comes out of a check.

        Raises
        ------
        PluginError
            If there is no such check.
        """
        check = known(name)
        if name not in self._found:
            self._found[name] = self._with_excuse(self._carried_out(check))
        return self._found[name]

    def _carried_out(self, check: Check) -> Outcome:
        for need in check.needs:
            if self.outcome(need).verdict in {Verdict.FAILED, Verdict.EXPECTED}:
                return Outcome(check.name, Verdict.SKIPPED, f"not tried: {need} fails")
        try:
            text = check.find(self._trial)
        except NotHereError as error:
            return Outcome(check.name, Verdict.SKIPPED, str(error))
        except PluginError as error:
            text = str(error)
        if not text:
            return Outcome(check.name, Verdict.PASSED)
        return Outcome(check.name, Verdict.ADVICE if check.is_advice else Verdict.FAILED, text)

    def _with_excuse(self, outcome: Outcome) -> Outcome:
        reason = self.expected.get(outcome.check)
        if reason is None or outcome.verdict is Verdict.SKIPPED:
            return outcome
        if outcome.verdict is Verdict.FAILED:
            return Outcome(outcome.check, Verdict.EXPECTED, f"{outcome.text} [expected: {reason}]")
        text = f"is expected to fail ({reason!r}) and does not: take the exception out"
        return Outcome(outcome.check, Verdict.FAILED, text)


def known(name: str) -> Check:
    """Return the check of this name.

    Raises
    ------
    PluginError
        If there is none; names the nearest.
    """
    if name not in CHECKS:
        hint = suggestion(name, sorted(CHECKS), otherwise=f"there are {', '.join(CHECKS)}")
        raise PluginError(f"there is no check {name!r}: {hint}")
    return CHECKS[name]
