"""``patrolsim completion``: the script that lets a shell complete commands and options."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_PATROLSIM_COMPLETE"
"""What the script sets when it asks for completions; click looks for this name."""


@click.command("completion", epilog="Example: patrolsim completion bash >> ~/.bash_completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the script that completes commands, options and files in a shell.

    \b
    bash  patrolsim completion bash >> ~/.bash_completion
    zsh   patrolsim completion zsh > "${fpath[1]}/_patrolsim"
    fish  patrolsim completion fish > ~/.config/fish/completions/patrolsim.fish

    Then open a new terminal.
    """  # noqa: D301 - \b is for click
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    script = kind(context.find_root().command, {}, "patrolsim", VARIABLE).source()
    click.echo(script.strip())
    return 0
