"""``patrolsim plugins new``: a folder with a policy, its test, and a town to try it in."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

import click

TEMPLATE = Path(__file__).parent / "new_plugin"
TOWN = "town"
_STRATEGIES = re.compile(r"^strategies:.*?^compare:[^\n]*\n", re.MULTILINE | re.DOTALL)


def write_plugin(folder: Path) -> int:
    """Write the folder, say what to do with it, and return the exit code.

    Raises
    ------
    click.UsageError
        If its name cannot be that of a policy, or something stands there already.
    """
    name = _name_of(folder)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise click.UsageError(f"{folder} holds something already: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(TEMPLATE.glob("*.txt")):
        target = folder / file.name.removesuffix(".txt").replace("policy.py", f"{name}.py")
        target.write_text(_renamed(file.read_text(encoding="utf-8"), name), encoding="utf-8")
    _write_town(folder / TOWN, name)
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


def _renamed(text: str, name: str) -> str:
    """Return a text of the template under another name."""
    kind = "".join(part.capitalize() for part in name.split("_"))
    text = text.replace("patrolsim-my-policy", f"patrolsim-{name.strip('_').replace('_', '-')}")
    return text.replace("MyPolicy", kind).replace("my_policy", name)


def _write_town(folder: Path, name: str) -> None:
    """Write the small town with two strategies: the closest dispatch, and the new policy."""
    from patrolsim.cli.init import write_town
    from patrolsim.cli.schema import schema_text

    write_town(folder)
    (folder / "README.md").unlink()
    (folder / "patrolsim.schema.json").write_text(schema_text() + "\n", encoding="utf-8")
    strategies = (
        "strategies:                             # 方案\n"
        "  closest:\n"
        "    dispatch: closest\n"
        f"  {name}:\n"
        f"    dispatch: {name}                 # or {{policy: {name}, reserve: 3}}\n"
        "compare: closest\n"
    )
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace(
        "Does a patrol at the busy places bring help sooner than one that wanders?",
        f"Does {name} bring help sooner than closest?",
    )
    file.write_text(_STRATEGIES.sub(lambda _found: strategies, text), encoding="utf-8")


def _next_steps(folder: Path, name: str) -> str:
    return "\n".join(
        [
            f"Written: {folder}. Now:",
            f"  cd {folder}",
            f"  patrolsim plugins check {name}.py --quick",
            f"  patrolsim run {TOWN} --plugin {name}.py --replications 5",
            f"  patrolsim compare {TOWN} --plugin {name}.py --replications 20",
            f"Change {name}.py, and test it with pytest. docs/write-a-policy.md tells the rest.",
        ]
    )
