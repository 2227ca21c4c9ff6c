"""What patrolsim adds to pytest: options that say which policies `patrolsim.conformance` checks.

Loaded with every start of pytest where patrolsim is installed, so it imports nothing heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from patrolsim.testing.examining import Examination

ADVICE = "patrolsim advice"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("patrolsim", "policies for pytest --pyargs patrolsim.conformance")
    group.addoption(
        "--patrolsim-plugin",
        action="append",
        default=[],
        metavar="FILE",
        help="check the policies of this Python file, not the installed ones; can be given again",
    )
    group.addoption(
        "--patrolsim-policy",
        action="append",
        default=[],
        metavar="NAME",
        help="check only this policy; can be given again",
    )
    group.addoption(
        "--patrolsim-expect",
        action="append",
        default=[],
        metavar="POLICY:CHECK=REASON",
        help="this check of this policy fails, for this reason; can be given again",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test for each check of each policy, where a test asks for both."""
    if not {"patrolsim_examination", "patrolsim_check"} <= set(metafunc.fixturenames):
        return
    from patrolsim.testing.examining import CHECKS

    examinations = _examinations(metafunc.config)
    metafunc.parametrize(
        ("patrolsim_examination", "patrolsim_check"),
        [(one, check) for one in examinations for check in CHECKS],
        ids=[
            f"{one.subject.spec.role.value}-{one.subject.spec.name}-{check}"
            for one in examinations
            for check in CHECKS
        ],
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what is no fault, but good to know."""
    passed = terminalreporter.stats.get("passed", ())
    advice = [text for one in passed for name, text in one.user_properties if name == ADVICE]
    if advice:
        terminalreporter.section("advice on policies")
        for text in advice:
            terminalreporter.write_line(str(text))


def _examinations(config: pytest.Config) -> list[Examination]:
    import pytest

    from patrolsim.errors import PluginError
    from patrolsim.testing.checking import examinations_of

    try:
        return examinations_of(
            files=config.getoption("--patrolsim-plugin"),
            names=config.getoption("--patrolsim-policy"),
            expected=config.getoption("--patrolsim-expect"),
        )
    except PluginError as error:
        raise pytest.UsageError(str(error)) from error
