"""``patrolsim plugins new``: a folder with a policy, its test, and a town to try it in."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from typing import NamedTuple

import click

TEMPLATE = Path(__file__).parent / "new_plugin"
TOWN = "town"


class Trial(NamedTuple):
    """How the town is changed so that a policy of a role has something to decide there.

    Attributes
    ----------
    beside
        The shipped policy that it is compared with; empty for none in this role.
    example
        How a scenario sets a parameter of the policy of the template.
    asks
        What the comparison is about.
    incident
        A kind of incident that the town has besides.
    team
        A key of the wardens that they have besides.
    """

    beside: str
    example: str
    asks: str
    incident: str = ""
    team: str = ""


HELP = "bring help sooner than"
REQUEST = """\
  lost card:                            # a request: it may be scheduled / 可以预约的请求
    how often: 30 per day
    request: {due within: 8 h, windows: {hours: 08:00-22:00}}
    takes: about 25 min
  carrying:                             # 搬运
    how often: 20 per day
    request: {due within: 4 h, windows: {hours: 08:00-22:00}}
    takes: about 1.5 h
"""
SEARCH = """\
  lost person:                          # somebody is looked for / 寻人
    how often: 3 per day
    priority: 1
    stages:
      look for:
        search: {prior: {ring: about 400 m}, sweep width: 15 m, give up after: 2 h}
        needs: 2
"""
TRIALS = {
    "dispatch": Trial("closest", "reserve: 3", HELP),
    "standby": Trial("home", "most: 1", HELP),
    "patrol": Trial("random_walk", "corners: 5", HELP),
    "roster": Trial("", "later: 2 h", HELP),
    "appointments": Trial(
        "earliest_due_date", "free: 3", "keep more requests in time than", REQUEST
    ),
    "alerts": Trial("k_nearest", "again: 30 s", HELP, team="acceptance: 60%"),
    "search": Trial("greedy_rate", "streets: 3", "find people sooner than", SEARCH),
}
_QUESTION = "Does a patrol at the busy places bring help sooner than one that wanders?"
_WARDENS = "    skills: {first aid: 40%}            # 急救\n"
_STRATEGIES = re.compile(r"^strategies:.*?^compare:[^\n]*\n", re.MULTILINE | re.DOTALL)


def write_plugin(folder: Path, role: str) -> int:
    """Write the folder, say what to do with it, and return the exit code.

    Parameters
    ----------
    folder
        Where; its name is that of the policy.
    role
        What the policy decides.

    Raises
    ------
    click.UsageError
        If its name cannot be that of a policy, or something stands there already.
    """
    name = _name_of(folder)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise click.UsageError(f"{folder} holds something already: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        f"{name}.py": f"policies/{role}.py.txt",
        f"test_{name}.py": f"tests/{role}.py.txt",
        "README.md": "README.md.txt",
        "pyproject.toml": "pyproject.toml.txt",
    }
    for target, source in made.items():
        text = (TEMPLATE / source).read_text(encoding="utf-8")
        (folder / target).write_text(_renamed(text, name, role), encoding="utf-8")
    _write_town(folder / TOWN, name, role)
    click.echo(_next_steps(folder, name))
    return 0


def _name_of(folder: Path) -> str:
    """Return the name of the policy: that of the folder, as Python can import it."""
    from patrolsim.units import quoted

    name = folder.name.replace("-", "_")
    is_word = name.isidentifier() and name.isascii() and name == name.lower()
    if not is_word or keyword.iskeyword(name) or name in {"patrolsim", "build", "test"}:
        example = "use small letters, digits and underscores, as my_policy"
        raise click.UsageError(f"{quoted(folder.name)} cannot be the name of a policy: {example}")
    return name


def _renamed(text: str, name: str, role: str) -> str:
    """Return a text of the template under another name."""
    text = text.replace("the_other", _beside(role))
    kind = "".join(part.capitalize() for part in name.split("_"))
    text = text.replace("patrolsim-my-policy", f"patrolsim-{name.strip('_').replace('_', '-')}")
    return text.replace("MyPolicy", kind).replace("my_policy", name)


def _beside(role: str) -> str:
    """Return the name of the strategy with which the policy is compared."""
    return TRIALS[role].beside or "as planned"


def _write_town(folder: Path, name: str, role: str) -> None:
    """Write the small town with two strategies: a shipped policy, and the new one."""
    from patrolsim.cli.init import write_town
    from patrolsim.cli.schema import schema_text

    write_town(folder)
    (folder / "README.md").unlink()
    (folder / "patrolsim.schema.json").write_text(schema_text() + "\n", encoding="utf-8")
    trial, other = TRIALS[role], _beside(role)
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace(_QUESTION, f"Does {name} {trial.asks} {other}?")
    if trial.team:
        text = text.replace(_WARDENS, f"{_WARDENS}    {trial.team}\n")
    text = _STRATEGIES.sub(lambda _found: _strategies(name, role), text)
    if trial.incident:
        text = text.replace("\nstrategies:", f"{trial.incident}\nstrategies:")
    file.write_text(text, encoding="utf-8")


def _strategies(name: str, role: str) -> str:
    trial, other = TRIALS[role], _beside(role)
    chosen = f"{other}:\n    {role}: {trial.beside}" if trial.beside else f"{other}: {{}}"
    return (
        "strategies:                             # 方案\n"
        f"  {chosen}\n"
        f"  {name}:\n"
        f"    {role}: {name}                 # or {{policy: {name}, {trial.example}}}\n"
        f"compare: {other}\n"
    )


def _next_steps(folder: Path, name: str) -> str:
    return "\n".join(
        [
            f"Written: {folder}. Now:",
            f"  cd {folder}",
            f"  patrolsim plugins check {name}.py --quick",
            "  pytest                              (pip install pytest 'patrolsim[testing]')",
            f"  patrolsim run {TOWN} --plugin {name}.py --replications 5",
            f"  patrolsim compare {TOWN} --plugin {name}.py --replications 20",
            f"Change {name}.py and do it again. docs/write-a-policy.md tells the rest.",
        ]
    )
