"""`check_policy`: hold a policy to the rules, in one line of a test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolsim.errors import PatrolsimError, PluginError
from patrolsim.hookspecs import hookimpl
from patrolsim.plugins import Origin, PluginHost
from patrolsim.policy import PolicySpec, Role
from patrolsim.testing.examining import CHECKS, Examination, Outcome, Verdict
from patrolsim.testing.subject import Subject
from patrolsim.units import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


class PolicyCheckError(PatrolsimError, AssertionError):
    """A policy breaks rules; one line for each.

    Attributes
    ----------
    policy
        Its role and name.
    failures
        One sentence for each check that failed.
    """

    exit_code = 1

    def __init__(self, policy: str, failures: tuple[str, ...]) -> None:
        super().__init__(policy, failures)
        self.policy = policy
        self.failures = failures

    def __str__(self) -> str:
        return "\n".join([f"{self.policy} breaks {len(self.failures)} rules:", *self.failures])


def check_policy(
    policy: str | PolicySpec | Callable[[Mapping[str, Any]], object],
    *,
    role: Role | None = None,
    parameters: Mapping[str, Any] | None = None,
    plugin: Path | str | None = None,
    expected_failed_checks: Mapping[str, str] | None = None,
    only: Iterable[str] | None = None,
) -> tuple[Outcome, ...]:
    """Hold a policy to the rules, and return what came out of each check.

    Parameters
    ----------
    policy
        Its name; its `PolicySpec`; or a function that builds it from its parameters.
    role
        What it decides: needed for a function, and for a name that several roles have.
    parameters
        As a scenario writes them; what is left out takes its default.
    plugin
        The file in which the policy is; without it, what is installed is looked through.
    expected_failed_checks
        Why a check fails, by its name. A check named here that does not fail is an error.
    only
        Names of the only checks that are wanted; None for all.

    Raises
    ------
    PolicyCheckError
        If the policy breaks rules; one line for each.
    PluginError
        If there is no such policy or check, or its plugin cannot be loaded.
    """
    subject = subject_of(policy, role=role, parameters=parameters, plugin=plugin)
    examination = Examination(subject, expected_failed_checks or {})
    outcomes = tuple(examination.outcome(name) for name in (CHECKS if only is None else only))
    failures = tuple(str(one) for one in outcomes if one.verdict is Verdict.FAILED)
    if failures:
        raise PolicyCheckError(examination.title, failures)
    return outcomes


def subject_of(
    policy: str | PolicySpec | Callable[[Mapping[str, Any]], object],
    *,
    role: Role | None = None,
    parameters: Mapping[str, Any] | None = None,
    plugin: Path | str | None = None,
) -> Subject:
    """Return the policy that `check_policy` is asked about; raises as it does."""
    host = PluginHost()
    written = parameters or {}
    if isinstance(policy, str):
        if plugin is None:
            host.load_installed()
        else:
            host.load_file(Path(plugin))
        return _only_one(subjects_of(host, policy, role, written))
    spec = policy if isinstance(policy, PolicySpec) else _spec_of(policy, role)
    source = getattr(spec.build, "__module__", "a test")
    host.register(_OnePolicy(spec), Origin(plugin="", source=source))
    return Subject(offer=host.offer(spec.role, spec.name), written=written, host=host)


def subjects_of(
    host: PluginHost,
    name: str | None = None,
    role: Role | None = None,
    written: Mapping[str, Any] | None = None,
) -> list[Subject]:
    """Return the policies of a host: all, or those of a name and a role.

    Raises
    ------
    PluginError
        If there is none of that name.
    """
    found = [
        Subject(offer=offer, written=written or {}, host=host)
        for offer in host.offers()
        if name in {None, offer.spec.name} and role in {None, offer.spec.role}
    ]
    if name is None:
        return found
    if not found:
        names = sorted(spec.name for spec in host.specs())
        hint = suggestion(name, names, otherwise=f"there are {', '.join(names)}")
        raise PluginError(f"there is no policy {name!r}: {hint}")
    return found


def _only_one(found: Sequence[Subject]) -> Subject:
    if len(found) > 1:
        name = found[0].spec.name
        roles = " and ".join(one.spec.role.value for one in found)
        raise PluginError(f"{name!r} is a policy for {roles}: say which with role=")
    return found[0]


def examinations_of(
    files: Sequence[Path | str] = (), names: Sequence[str] = (), expected: Sequence[str] = ()
) -> list[Examination]:
    """Return an examination of each policy of some files; without files of all that is installed.

    Parameters
    ----------
    files
        Python files with policies.
    names
        Only policies of these names; none for all.
    expected
        Checks that fail for a reason, each as ``POLICY:CHECK=REASON``.

    Raises
    ------
    PluginError
        If a file cannot be loaded, or there is no such policy or check.
    """
    host = PluginHost()
    for file in files:
        host.load_file(Path(file))
    if not files:
        host.load_installed()
    reasons = _reasons(expected)
    for name in {*names, *reasons}:
        subjects_of(host, name)
    return [
        Examination(subject, reasons.get(subject.spec.name, {}))
        for subject in subjects_of(host)
        if not names or subject.spec.name in names
    ]


def _reasons(expected: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the reasons by policy and check."""
    found: dict[str, dict[str, str]] = {}
    for text in expected:
        what, sign, reason = text.partition("=")
        policy, colon, check = what.partition(":")
        if not (sign and colon and reason.strip()):
            example = "write it like mine:quick=it asks a solver"
            raise PluginError(f"{text!r} is no POLICY:CHECK=REASON: {example}")
        found.setdefault(policy, {})[check] = reason.strip()
    return found


def _spec_of(build: Callable[[Mapping[str, Any]], object], role: Role | None) -> PolicySpec:
    if role is None:
        raise PluginError("a function that builds a policy needs role=, as role=Role.DISPATCH")
    return PolicySpec(name=getattr(build, "__name__", "policy"), role=role, build=build)


class _OnePolicy:
    """A plugin that offers what a test brings."""

    def __init__(self, spec: PolicySpec) -> None:
        self._spec = spec

    @hookimpl
    def patrolsim_policies(self) -> list[PolicySpec]:
        """Return the one policy."""
        return [self._spec]
