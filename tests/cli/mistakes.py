"""Common mistakes of users on the town that `patrolsim init` writes, and what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

VALIDATE = ("validate", "town")
BUILD = ("run", "town", "--dry-run", "--set", "period.length=2 h")
"""Builds the world, so that maps and tables are looked at, and runs next to nothing."""
RATE = (
    "    how often: 10 per day               # 也可写“每天 10 起”\n"
    "    hours: {20:00-24:00: 3 times}       # busier in the evening / 晚间更多\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake and its answer.

    Attributes
    ----------
    name
        What the user did.
    place
        What the message starts with: ``FILE:LINE:COLUMN`` where there is a file.
    says, mends
        What is wrong, and how to mend it.
    edits
        What is replaced in the scenario.
    files
        Files that are written into its folder: name and content.
    words
        The command.
    code
        The exit code.
    """

    name: str
    place: str
    says: str
    mends: str
    edits: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    words: tuple[str, ...] = VALIDATE
    code: int = 3

    def make(self, folder: Path) -> None:
        """Put the mistake into a town."""
        file = folder / "scenario.yaml"
        text = file.read_text(encoding="utf-8")
        for before, after in self.edits:
            assert before in text, before
            text = text.replace(before, after, 1)
        file.write_text(text, encoding="utf-8")
        for name, content in self.files:
            (folder / name).write_bytes(content)


def in_yaml(name: str, before: str, after: str, place: str, says: str, mends: str) -> Mistake:
    """Return a mistake in the scenario that shows without running anything."""
    return Mistake(
        name=name,
        edits=((before, after),),
        place=f"town/scenario.yaml:{place}: error: ",
        says=says,
        mends=mends,
    )


def whole_file(name: str, content: bytes, place: str, says: str, mends: str) -> Mistake:
    """Return a scenario file that is wrong as a whole."""
    return Mistake(
        name=name,
        files=(("scenario.yaml", content),),
        place=f"town/scenario.yaml:{place}: error: ",
        says=says,
        mends=mends,
    )


def on_the_map(name: str, after: str, place: str, says: str, mends: str) -> Mistake:
    """Return a place that the map does not know."""
    return Mistake(
        name=name,
        edits=(('market: {node: "311"}', after),),
        words=BUILD,
        place=f"town/scenario.yaml:{place}: error: ",
        says=says,
        mends=mends,
    )


def in_words(
    name: str, words: tuple[str, ...], says: str, mends: str, *, code: int = 2
) -> Mistake:
    """Return a mistake on the command line."""
    return Mistake(name=name, words=words, place="patrolsim: ", says=says, mends=mends, code=code)


IN_YAML = (
    in_yaml("key misspelt", "seed: 2025", "seeds: 2025", "69:1", "unknown key 'seeds'", "'seed'?"),
    in_yaml("heading misspelt", "incidents:", "incident:", "41:1", "unknown key", "'incidents'?"),
    in_yaml("wrong unit", "within: 15 min", "within: 15 km", "46:19", "'km' is no unit", "use s,"),
    in_yaml("bare number", "within: 15 min", "within: 15", "46:19", "'15' has no unit", "15 min"),
    in_yaml("bare speed", "foot: 4.5 km/h", "foot: 4.5", "15:18", "has no unit", "4.5 km/h"),
    in_yaml("bare share", "first aid: 40%", "first aid: 0.4", "29:25", "no unit", "write 40%"),
    in_yaml("weekday", "every day, hours: 08:00", "Mon-Fry, hours: 08:00", "31:16",
            "'Fry' is not a weekday", "did you mean 'Fri'?"),
    in_yaml("110 %", "foot: 75%", "foot: 85%", "27:12", "add up to 110%", "take 10% away"),
    in_yaml("90 %", "foot: 75%", "foot: 65%", "27:12", "add up to 90%", "add 10%"),
    in_yaml("hour 25", "08:00-16:00", "08:00-25:00", "31:34", "25:00 is no time", "to 24:00"),
    in_yaml("negative rate", "10 per day", "-10 per day", "43:16", "negative", "12 per day"),
    in_yaml("rate in words", "10 per day", "often", "43:16", "'often' is no rate", "12 per day"),
    in_yaml("file misspelt", "nodes.csv", "nods.csv", "12:10", "there is no file", "'nodes.csv'?"),
    in_yaml("file outside", "nodes.csv", "../n.csv", "12:10", "leaves the scenario's folder",
            "name a file inside"),
    in_yaml("absolute file", "nodes.csv", "/n.csv", "12:10", "not relative", "inside the scen"),
    in_yaml("unknown policy", "hot_spot_rounds", "hotspot", "66:13", "no patrol policy called",
            "did you mean 'hot_spot_rounds'? (see patrolsim plugins list"),
    in_yaml("unknown parameter", "hot_spot_rounds", "{policy: hot_spot_rounds, dwel: 5 min}",
            "66:39", "no parameter 'dwel'", "'dwell'?"),
    in_yaml("parameter out of its choices", "patrol: hot_spot_rounds",
            "dispatch: {policy: closest, queue: fast}", "66:40", "'fast' is not one of",
            "write priority or fcfs"),
    in_yaml("tab", "  wardens:  ", "\twardens:  ", "25:1", "a tab stands", "indent by blanks"),
    in_yaml("key twice", "seed: 2025", "seed: 1\nseed: 2", "70:1", "given twice", "on line 69"),
    in_yaml("team twice", "night watch: ", "wardens: ", "34:3", "given twice", "on line 25"),
    in_yaml("quote never closed", "name: My town", 'name: "My town', "18:29", "does not fit",
            "quotes and brackets are closed"),
    in_yaml("bracket never closed", "bike: 25%}", "bike: 25%", "28:5", "bracket is missing",
            "quotes and brackets are closed"),
    in_yaml("indentation", "    number: 4\n", "   number: 4\n", "36:10", "a second ': '",
            "check the indentation of this line and the one above"),
    in_yaml("colon forgotten", "    number: 4\n", "    number 4\n", "36:10", "a second ': '",
            "the one above"),
    in_yaml("compared with nobody", "compare: as today", "compare: yesterday", "67:10",
            "no strategy called 'yesterday'", "as today"),
    in_yaml("place misspelt", "[community centre]", "[comunity centre]", "37:13",
            "no place called 'comunity centre'", "did you mean 'community centre'?"),
    in_yaml("skill misspelt", "{first aid: 1}", "{first ade: 1}", "51:13", "the skill 'first ade'",
            "did you mean 'first aid'?"),
    in_yaml("no period", "2 days}", "0 days}", "22:42", "out of bounds", "more than 0"),
    in_yaml("month 13", "2025-03-10", "2025-13-10", "22:16", "no date and time", "check the day"),
    in_yaml("name left out", "name: My town\n", "", "8:1", "'name' is missing", "add name:"),
    in_yaml("nobody in a team", "    number: 4\n", "", "34:3", "nothing says how many people",
            "add number"),
    in_yaml("no replications", "20 times", "0 times", "68:15", "out of bounds", "at least 1"),
    in_yaml("half person", "number: 4\n", "number: 4.5\n", "35:13", "not a whole number", "30"),
    in_yaml("yes as a number", "seed: 2025", "seed: yes", "69:7", "reads differently", "quotes"),
    in_yaml("degrees in the wrong order", '{node: "311"}', "{lon: 30.4, lat: 114.3}", "19:28",
            "'114.3' is out of bounds", "at most 90"),
    in_yaml("alias", "name: My town", "name: *town", "8:7", "alias (*) is not allowed", "again"),
)  # fmt: skip
WHOLE_FILES = (
    whole_file("empty file", b"", "1:1", "the file is empty", "patrolsim init"),
    whole_file("comments only", b"# later\n", "1:1", "the file is empty", "patrolsim init"),
    whole_file("a list", b"- a\n- b\n", "1:1", "is a group of keys", "lines of key: value"),
    whole_file("Chinese encoding", "name: 妙山".encode("gb18030"), "1:7", "not UTF-8", "as UTF-8"),
    whole_file("two-byte encoding", "name: x".encode("utf-16"), "1:1", "not UTF-8", "as UTF-8"),
)
ON_THE_MAP = (
    on_the_map("place off the map", "market: {x: 900000, y: 0}", "19:11", "more than 1000 m from",
               "check the coordinates"),
    on_the_map("node that is not there", 'market: {node: "99311"}', "19:11", "no node '99311'",
               "patrolsim streets info"),
    on_the_map("degrees on a map in metres", "market: {lon: 114.3, lat: 30.4}", "19:11",
               "the map is in metres", "need x and y"),
    Mistake(
        name="map without streets",
        files=(("edges.csv", b"u,v,length_m\n"),),
        words=BUILD,
        place="patrolsim: ",
        says="edges.csv: has no rows",
        mends="write one row per entry",
    ),
    Mistake(
        name="map without a way for a mode",
        files=(("edges.csv", b"u,v,length_m,highway\n101,102,90,steps\n"),),
        words=BUILD,
        place="town/scenario.yaml:11:1: error: ",
        says="no street of the map is open to bike",
        mends="patrolsim streets check",
    ),
    Mistake(
        name="page instead of a map",
        edits=(("nodes: nodes.csv ", "map: m.graphml #"), ("  edges: edges.csv", "  # ")),
        files=(("m.graphml", b"<html>404</html>"),),
        words=BUILD,
        place="patrolsim: ",
        says="m.graphml:1: starts with <html>",
        mends="name a map in the form GraphML",
    ),
    Mistake(
        name="picture instead of a table",
        files=(("nodes.csv", b"\x89PNG\r\n\x1a\n\0"),),
        words=BUILD,
        place="patrolsim: ",
        says="nodes.csv: is not text in UTF-8",
        mends="save it as UTF-8",
    ),
)  # fmt: skip
IN_TABLES = (
    Mistake(
        name="recorded calls without times",
        edits=((RATE, "    replay: calls.csv\n"),),
        files=(("calls.csv", b"when,node\n5,101\n"),),
        words=BUILD,
        place="town/calls.csv:1:1: error: ",
        says="the column time_s (or time) is missing",
        mends="the file has 'when', 'node'",
    ),
    Mistake(
        name="recorded call with a word for a time",
        edits=((RATE, "    replay: calls.csv\n"),),
        files=(("calls.csv", b"time,node\n2025-03-10T00:10,607\nyesterday,607\n"),),
        words=BUILD,
        place="town/calls.csv:3:1: error: ",
        says="time: 'yesterday' is no time",
        mends="a time like 2025-03-10 18:30:00",
    ),
    Mistake(
        name="members without a place",
        edits=(("    number: 4\n", "    members: people.csv\n"),),
        files=(("people.csv", b"name\nAnn\n"),),
        words=BUILD,
        place="town/people.csv:1:1: error: ",
        says="the column post is missing",
        mends="or lon and lat, or x and y, or node",
    ),
)
IN_WORDS = (
    in_words("setting without value", ("run", "town", "--set", "seed"), "no key=value",
             "write it like --set teams.wardens.number=40"),
    in_words("unknown strategy", ("run", "town", "-s", "busy place"), "no strategy 'busy place'",
             "did you mean 'busy places'?"),
    in_words("time without unit", ("run", "town", "--limit", "10"), "'10' has no unit",
             "write 10 min"),
    in_words("no worker", ("run", "town", "-w", "0"), "0 is not in the range", "1<=x<=1024"),
    in_words("folder in use", ("run", "town", "-o", "town"), "holds something already",
             "name another folder"),
    in_words("unknown measure", ("compare", "town", "-m", "respons"), "there is no measure",
             "did you mean 'response_"),
    in_words("precision in words", ("compare", "town", "--until", "soon"), "is no amount",
             "write it like 15 min"),
    in_words("sweep without values", ("sweep", "town", "teams.wardens.number"), "no key=values",
             "write it like teams.wardens.number=20,40,60"),
    in_words("unknown command", ("valdate", "town"), "no command 'valdate'", "'validate'?"),
    in_words("unknown option", ("run", "town", "--sed", "3"), "No such option", "--seed"),
    in_words("no run folder", ("export", "town", "--to", "csv"), "is no run folder",
             "name a folder that patrolsim run has written"),
    in_words("plugin that is not there", ("run", "town", "--plugin", "no.py"), "no such file",
             "give the path of a Python file", code=4),
    Mistake(
        name="setting of a key that is not there",
        words=("run", "town", "--set", "teams.warden.number=4"),
        place="town/scenario.yaml: error: --set teams.warden.number=4: ",
        says="there is no 'warden' in the file",
        mends="did you mean 'wardens'?",
    ),
    Mistake(
        name="setting with a wrong value",
        words=("run", "town", "--set", "teams.wardens.number=many"),
        place="town/scenario.yaml: error: --set teams.wardens.number=many: ",
        says="'many' is not a count",
        mends="write it like 30",
    ),
    Mistake(
        name="folder misspelt",
        words=("validate", "twon"),
        place="twon: error: ",
        says="there is no such file",
        mends="give a scenario folder or its scenario.yaml",
    ),
)  # fmt: skip
MISTAKES = (*IN_YAML, *WHOLE_FILES, *ON_THE_MAP, *IN_TABLES, *IN_WORDS)
