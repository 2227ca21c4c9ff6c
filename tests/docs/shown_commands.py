"""The commands that the pages show, and the folder in which they are tried."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import NamedTuple

from patrolsim.cli.init import write_town

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "scenarios" / "miaoshan" / "README.md",
    ROOT / "plugins" / "example_policy" / "README.md",
    ROOT / "src" / "patrolsim" / "cli" / "starter" / "README.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if path.name != "write-a-policy.md"),
]
"""All pages but the one whose commands `tests/plugins/test_policy_pages.py` follows in order."""
SHORT = ["--set", "period.length=3 h"]


class Shown(NamedTuple):
    """A command on a page: its words after ``patrolsim``."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.words)}"


def shown_commands() -> list[Shown]:
    """Return every command in a fenced block of a page, each once a page."""
    found: dict[Shown, None] = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL):
            for line in block.splitlines():
                if (words := _words(line)) is not None:
                    found[Shown(page.relative_to(ROOT).as_posix(), words)] = None
    return list(found)


def _words(line: str) -> tuple[str, ...] | None:
    """Return the words of a command, without its explanation, redirection and followers."""
    match = re.match(r"(?:\.venv/bin/)?patrolsim (.*)", line.strip())
    if match is None or match[1].startswith("..."):
        return None
    command = re.split(r"\s{2,}|\s#|\s>|\s&&", match[1])[0]
    return tuple(shlex.split(command))


def write_workplace(folder: Path) -> None:
    """Write what the pages take for granted: a town, its twin, a run, a policy, suites, a map."""
    write_town(folder / "my-town")
    write_town(folder / "my-town-2026")
    for name in ("nodes.csv", "edges.csv"):
        (folder / "wuhan").mkdir(exist_ok=True)
        shutil.copyfile(folder / "my-town" / name, folder / "wuhan" / name)
    shutil.copytree(ROOT / "benchmarks", folder / "benchmarks")
    shutil.copytree(
        ROOT / "scenarios" / "miaoshan",
        folder / "my-district",
        ignore=shutil.ignore_patterns(".patrolsim"),
    )
    page = (ROOT / "docs" / "write-a-policy.md").read_text(encoding="utf-8")
    (policy,) = re.findall(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)[:1]
    (folder / "my_policy.py").write_text(policy, encoding="utf-8")


def shortened(words: tuple[str, ...]) -> list[str]:
    """Return a command that does the same on hours instead of days, with few replications."""
    if words[0] not in {"run", "compare", "sweep"}:
        return list(words)
    known = {"-n", "--replications", "--dry-run"} & set(words)
    is_sequential = {"--until", "--best"} & set(words)
    few = [] if known else ["-n", "12" if is_sequential else "2"]
    return [*words, *SHORT, *few]
