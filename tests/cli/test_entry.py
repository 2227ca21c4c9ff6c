"""Help, wrong words, and errors that nobody foresaw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolsim.cli import main
from patrolsim.cli.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Call = Callable[..., Said]


def test_the_help_groups_the_commands_and_ends_with_a_line_to_copy(patrolsim: Call) -> None:
    said = patrolsim("--help")
    assert said.code == 0
    headings = [line for line in said.out.splitlines() if line.endswith(":")]
    assert headings[-5:] == ["Start:", "Look:", "Compare:", "Trust:", "More:"]
    assert "Start here: patrolsim init my-town && patrolsim run my-town" in said.out
    assert all(f"  {name} " in said.out for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(patrolsim: Call, command: str) -> None:
    said = patrolsim(command, "--help")
    assert said.code == 0
    assert f"Example: patrolsim {command}" in said.out


def test_without_a_command_the_help_is_shown_as_wrong_usage(patrolsim: Call) -> None:
    said = patrolsim()
    assert said.code == 2
    assert "Usage: patrolsim" in said.err


def test_the_version_is_shown(patrolsim: Call) -> None:
    assert patrolsim("--version").out.startswith("patrolsim ")


def test_a_misspelt_command_finds_the_right_one(patrolsim: Call) -> None:
    said = patrolsim("valdate")
    assert said.code == 2
    assert said.err == (
        "patrolsim: there is no command 'valdate': did you mean 'validate'?"
        " (see patrolsim --help)\n"
    )


@pytest.mark.parametrize("words", [("run",), ("run", "x", "--sed", "3"), ("validate",)])
def test_wrong_words_are_one_line(patrolsim: Call, words: tuple[str, ...]) -> None:
    said = patrolsim(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("patrolsim: ")
    assert said.err.count("\n") == 1


def fail(*_arguments: object, **_options: object) -> None:
    raise RuntimeError("something\nunforeseen")


def test_an_unforeseen_error_is_one_line_that_asks_for_a_report(
    patrolsim: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patrolsim.scenario.schema.scenario_schema", fail)
    said = patrolsim("schema")
    assert said.code == 5
    assert said.err == (
        "patrolsim broke: RuntimeError: something unforeseen."
        " This is a bug: please report it with what --traceback shows.\n"
    )


def test_the_traceback_can_be_had(patrolsim: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patrolsim.scenario.schema.scenario_schema", fail)
    with pytest.raises(RuntimeError, match="unforeseen"):
        patrolsim("schema", "--traceback")


def test_an_interrupt_anywhere_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("patrolsim.scenario.schema.scenario_schema", interrupt)
    assert main(["schema"]) == 130
    assert "Interrupted." in capsys.readouterr().err
