"""The table of commands; each is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Entry(NamedTuple):
    """A command: where it lives, under which heading it stands, what it does in one line."""

    module: str
    heading: str
    about: str


COMMANDS = {
    "demo": Entry("patrolsim.cli.demo", "Start", "Run the scenario that comes with patrolsim."),
    "init": Entry("patrolsim.cli.init", "Start", "Write a commented scenario to begin with."),
    "validate": Entry("patrolsim.cli.validate", "Start", "Check scenarios and show mistakes."),
    "run": Entry("patrolsim.cli.run", "Start", "Run a scenario and compare its strategies."),
    "view": Entry("patrolsim.cli.view", "Look", "Watch a day of a run, as a page that moves."),
    "report": Entry("patrolsim.cli.report", "Look", "Write what a run has found, as one page."),
    "why": Entry("patrolsim.cli.why", "Look", "Say why these people were sent to an incident."),
    "compare": Entry("patrolsim.cli.compare", "Look", "Say which plan is better, and how surely."),
    "sweep": Entry("patrolsim.cli.sweep", "Look", "Try several values of one number."),
    "whatif": Entry("patrolsim.cli.whatif", "Look", "See what a gate or a closed street does."),
    "export": Entry("patrolsim.cli.export", "Look", "Write a run for a spreadsheet or a map."),
    "bench": Entry(
        "patrolsim.cli.bench", "Benchmark", "Check that strategies have not got worse."
    ),
    "verify": Entry(
        "patrolsim.cli.verify", "Benchmark", "Check the simulator against exact theory."
    ),
    "streets": Entry("patrolsim.cli.streets", "More", "Look at, check and import street maps."),
    "site": Entry("patrolsim.cli.site", "More", "Say where posts should stand."),
    "plugins": Entry("patrolsim.cli.plugins", "More", "List, begin and check policies."),
    "schema": Entry("patrolsim.cli.schema", "More", "Print the JSON Schema of scenario files."),
    "doctor": Entry("patrolsim.cli.doctor", "More", "Say what is missing and how to mend it."),
    "completion": Entry("patrolsim.cli.completion", "More", "Complete commands with the Tab key."),
}
EXAMPLES = {
    "Start": "patrolsim run my-town --replications 20",
    "Look": "patrolsim compare my-town --until '±10 s'",
    "Benchmark": "patrolsim bench benchmarks/suites/smoke.yaml",
    "More": "patrolsim plugins show closest",
}
"""One line to copy for each heading."""


class LazyGroup(click.Group):
    """A group of commands that are imported on use: the help needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name].module).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from patrolsim.units import quoted, suggestion

            known = ", ".join(COMMANDS)
            hint = suggestion(args[0], COMMANDS, otherwise=f"there are {known}")
            raise click.UsageError(f"there is no command {quoted(args[0])}: {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        del ctx
        for heading in dict.fromkeys(entry.heading for entry in COMMANDS.values()):
            with formatter.section(heading):
                formatter.write_dl(
                    [(n, entry.about) for n, entry in COMMANDS.items() if entry.heading == heading]
                )
                formatter.write_text(f"Example: {EXAMPLES[heading]}")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so; none of them is imported for that."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=entry.about)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]


EPILOG = "Start here: patrolsim init my-town && patrolsim run my-town"


def _print_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"patrolsim {version('patrolsim')}")
        ctx.exit()


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 99},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and leave.",
)
@click.option(
    "--traceback",
    is_flag=True,
    expose_value=False,
    help="With any command: show where an error was raised, for bug reports.",
)
def patrolsim() -> None:
    """Simulate volunteer patrol and response on real streets, and compare plans honestly.

    \b
    Exit codes: 0 fine, 1 a check failed, 2 usage, 3 a scenario is wrong,
    4 a plugin failed, 5 the run failed, 130 interrupted.
    """  # noqa: D301 - \b is for click
