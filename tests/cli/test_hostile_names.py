"""Hostile texts in scenarios and tables do nothing to a terminal, a CSV or a JSON document."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import SHORT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Call = Callable[..., Said]

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "quotes": """a"b'c`d\\e""",
    "formula": "=HYPERLINK(1)",
    "full-width formula": "＝1+1",
    "plus": "+1",
    "minus": "-1",
    "at": "@SUM(A1)",
    "tab": "\t=1",
    "escape": "\x1b[31mred\x1b]0;title\x07",
    "right to left": "\u202egnp.exe",
    "isolate": "\u2067abc\u2069",
    "zero width": "a\u200bb",
    "line": "one\ntwo",
    "carriage return": "one\rtwo",
    "annotation": "::error file=x::y",
    "nul": "a\x00b",
    "long": "x" * 10_000,
    "markup of rich": "[red]x[/red] [link=file:///]y[/link]",
    "emoji": "👩‍🚒",
}
FIELDS = {
    "name": ("name: My town", "name: {}"),
    "about": ("name: My town", "name: My town\nabout: {}\n#"),
    "about of a team": ("  wardens:  ", "  wardens:\n    about: {}\n    #"),
    "about of a kind": ("  noise complaint:  ", "  noise complaint:\n    about: {}\n    #"),
    "about of a strategy": ("  as today:  ", "  as today:\n    about: {}\n    #"),
    "source of a number": ('"an example: put the source of your number here"', "{}"),
    "name of a team": ("  night watch:", "  {}:"),
    "name of a kind": ("  noise complaint:", "  {}:"),
    "name of a strategy": ("  busy places:", "  {}:"),
    "name of a place": ("  school:", "  {}:"),
    "name of a skill": ("skills: {first aid: 40%}", "skills: {first aid: 40%, {}: 1%}"),
    "policy": ("patrol: hot_spot_rounds", "patrol: {}"),
    "file": ("nodes: nodes.csv", "nodes: {}"),
    "node": ('market: {node: "311"}', "market: {node: {}}"),
    "quantity": ("about 20 min", "{}"),
    "unknown key": ("seed: 2025", "{}: 2025"),
}
TAMPERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Signs that change a terminal, or the order in which a text is read."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def put(town: Path, field: str, text: str) -> None:
    """Write a text into a field of the scenario, as a double-quoted YAML text."""
    file = town / "scenario.yaml"
    before, after = FIELDS[field]
    content = file.read_text(encoding="utf-8")
    if field == "about":
        content = re.sub("^about: .*\n", "", content, flags=re.MULTILINE)
    assert before in content
    file.write_text(content.replace(before, after.replace("{}", json.dumps(text), 1), 1), "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
def test_no_field_can_tamper_with_the_terminal(patrolsim: Call, town: Path, field: str) -> None:
    file = town / "scenario.yaml"
    good = file.read_text(encoding="utf-8")
    for text in HOSTILE.values():
        file.write_text(good, encoding="utf-8")
        put(town, field, text)
        for form in ("text", "github"):
            said = patrolsim("validate", town, "--format", form)
            assert said.code in {0, 3}
            assert TAMPERING.search(said.out + said.err) is None
            assert max(map(len, said.out.splitlines()), default=0) < 1000


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
def test_no_field_can_break_json_or_start_an_annotation(
    patrolsim: Call, town: Path, field: str
) -> None:
    file = town / "scenario.yaml"
    good = file.read_text(encoding="utf-8")
    for text in HOSTILE.values():
        file.write_text(good, encoding="utf-8")
        put(town, field, text)
        document = json.loads(patrolsim("validate", town, "--format", "json").out)
        problems = document["files"][0]["problems"]
        assert document["is_fine"] is not bool(problems)
        lines = patrolsim("validate", town, "--format", "github").out.splitlines()
        assert len(lines) == len(problems)
        assert all(line.startswith("::error file=") for line in lines)


@pytest.mark.parametrize("field", FIELDS)
def test_an_escape_sequence_in_a_field_is_shown_as_a_sign(
    patrolsim: Call, town: Path, field: str
) -> None:
    put(town, field, HOSTILE["escape"])
    said = patrolsim("validate", town)
    assert said.code == 3
    assert TAMPERING.search(said.out + said.err) is None


@pytest.fixture
def infested(town: Path) -> Path:
    """Return a town whose name, kinds and tables hold the hostile texts that are let in."""
    put(town, "name", HOSTILE["script"] + HOSTILE["markup of rich"])
    put(town, "about of a kind", HOSTILE["formula"])
    put(town, "about of a team", HOSTILE["annotation"])
    put(town, "source of a number", HOSTILE["quotes"])
    ids = [text for text in HOSTILE.values() if len(text) < 100]
    with (town / "calls.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["time_s", "node", "incident_id"])
        writer.writerows([60 * number, "607", text] for number, text in enumerate(ids))
    file = town / "scenario.yaml"
    text = re.sub(
        r"    how often: 4 per day\n", "    replay: calls.csv\n", file.read_text(encoding="utf-8")
    )
    where = "    where: {places: {market: 2, school: 1}, spread: 120 m}\n"
    file.write_text(text.replace(where, ""), encoding="utf-8")
    return town


@pytest.mark.slow
def test_a_table_with_hostile_numbers_is_refused_in_clean_words_or_run(
    patrolsim: Call, infested: Path
) -> None:
    said = patrolsim("run", infested, "-n", 1, "-o", "result", *SHORT)
    assert said.code in {0, 3}
    assert TAMPERING.search(said.out + said.err) is None


def keep_harmless(town: Path) -> None:
    """Take out of the table what is refused: signs that change a terminal."""
    file = town / "calls.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.reader(lines) if not TAMPERING.search("".join(row))]
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(row for row in rows if not re.search(r"[\t\n\r]", "".join(row)))


@pytest.mark.slow
def test_what_is_let_in_comes_out_as_text_everywhere(
    patrolsim: Call, infested: Path, tmp_path: Path
) -> None:
    keep_harmless(infested)
    said = patrolsim("run", infested, "-n", 1, "-o", "result", "--json", *SHORT)
    assert said.code == 0, said.err
    assert json.loads(said.out)["scenario"] == HOSTILE["script"] + HOSTILE["markup of rich"]
    assert TAMPERING.search(said.out.replace("\n", "") + said.err.replace("\n", "")) is None
    assert patrolsim("export", "result", "--to", "csv").code == 0
    for file in sorted((tmp_path / "result" / "csv").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            cells = [cell for row in csv.reader(lines) for cell in row]
        assert [cell for cell in cells if _is_formula(cell)] == []
    with (tmp_path / "result" / "csv" / "incidents.csv").open(
        encoding="utf-8", newline=""
    ) as found:
        ids = {row["incident_id"] for row in csv.DictReader(found)}
    assert {"<script>alert(1)</script>", "'=HYPERLINK(1)", "'@SUM(A1)", "'＝1+1", "'-1"} <= ids


def _is_formula(cell: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula; numbers are none."""
    try:
        float(cell)
    except ValueError:
        return unicodedata.normalize("NFKC", cell).startswith(FORMULA)
    return False


def test_the_command_line_itself_is_shown_without_tampering(patrolsim: Call, town: Path) -> None:
    for text in HOSTILE.values():
        if "\x00" in text:
            continue
        for words in (
            (text,),
            ("run", town, "--strategy", text),
            ("run", town, "--set", f"name.{text}=1"),
            ("run", town, "--set", text),
            ("run", town, "--limit", text),
            ("validate", text),
            ("plugins", "show", text),
            ("export", text, "--to", "csv"),
        ):
            said = patrolsim(*words)
            assert said.code in {2, 3, 4, 5}
            assert TAMPERING.search(said.out + said.err) is None, (text, words)
