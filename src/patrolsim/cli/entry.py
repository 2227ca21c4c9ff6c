"""The border to people: every error becomes words and an exit code, never a traceback."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from patrolsim.cli.commands import patrolsim
from patrolsim.cli.terminal import harmless, has_colour, say
from patrolsim.errors import PatrolsimError, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OK, CHECK_FAILED, USAGE, RUN_FAILED, INTERRUPTED = 0, 1, 2, 5, 130
TRACEBACK = "--traceback"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    argv
        The words after ``patrolsim``; None for those of the process.

    Returns
    -------
    int
        0 fine, 1 a check failed, 2 usage, 3 a scenario is wrong, 4 a plugin failed, 5 the run
        failed, 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    wants_traceback = TRACEBACK in words
    words = [word for word in words if word != TRACEBACK]
    try:
        return _run(words)
    except Exception as error:
        if wants_traceback:
            raise
        return explain(error)


def _run(words: list[str]) -> int:
    try:
        code = patrolsim.main(words, prog_name="patrolsim", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return USAGE
    except click.MissingParameter as error:
        # What click says of choices takes several lines.
        said = " ".join(error.format_message().split()).rstrip(".")
        say(harmless(f"patrolsim: {said}.{_example_of(error)}{_where_to_look(error)}"))
        return USAGE
    except click.ClickException as error:
        say(harmless(f"patrolsim: {error.format_message()}{_where_to_look(error)}"))
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as with `| head`: nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return int(code or OK)


def _where_to_look(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return "" if context is None else f" (see {context.command_path} --help)"


def _example_of(error: click.UsageError) -> str:
    """Return the example of the command, which shows where the missing word stands."""
    example = None if error.ctx is None else error.ctx.command.epilog
    return f" {example}" if example else ""


def explain(error: Exception) -> int:
    """Say what went wrong, in as few lines as it takes, and return the exit code."""
    for kind, explain in _EXPLANATIONS.items():
        if isinstance(error, kind):
            say(explain(error))
            return error.exit_code if isinstance(error, PatrolsimError) else RUN_FAILED
    text = " ".join(str(error).split())
    say(
        f"patrolsim broke: {type(error).__name__}: {text}."
        f" This is a bug: please report it with what {TRACEBACK} shows."
    )
    return RUN_FAILED


def explain_scenario(error: ScenarioError) -> str:
    """Return all problems of a scenario, each with its line and a caret."""
    from patrolsim.scenario.explain import explain

    return explain(error, in_colour=has_colour(sys.stderr))


def _explain_os_error(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    name = getattr(error, "filename", None)
    return harmless(f"patrolsim: {reason}" if name is None else f"patrolsim: {name}: {reason}")


_EXPLANATIONS: dict[type[Exception], Callable[..., str]] = {
    ScenarioError: explain_scenario,
    PatrolsimError: lambda error: harmless(f"patrolsim: {error}"),
    OSError: _explain_os_error,
    MemoryError: lambda _error: "patrolsim: there is not enough memory for this run",
}
