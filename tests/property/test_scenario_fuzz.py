"""Whatever stands in a scenario file: it is read, or a ScenarioError says what is wrong.

A quick run mutates 2,000 files; ``PATROLSIM_FUZZ=full`` mutates 50,000.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random  # noqa: TID251  # mutations of files, not of a simulated world
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from patrolsim.errors import ScenarioError
from patrolsim.scenario.explain import explain
from patrolsim.scenario.reader import parse_scenario, read_scenario
from patrolsim.scenario.yaml_events import HAS_LIBYAML, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG = logging.getLogger(__name__)
SEED = 7
FULL = os.environ.get("PATROLSIM_FUZZ") == "full"
FILES = 50_000 if FULL else 2_000
LONGEST_S = 2.0
GOOD = (Path(__file__).parent / "fuzz_seed.yaml").read_text(encoding="utf-8")
TOKENS = [
    *("&a ", "*a", "<<: ", "!!python/object:os.system ", "!!int ", "!!timestamp x", "[", "]"),
    *("{", "}", "- ", ": ", "? ", "|", "\n", "  ", "\t", "'", '"', '"\\ud800"', "\x00", "\u202e"),
    *("\ufeff", ".nan", ".inf", "1e999", "9" * 5000, "0x" + "f" * 100, "20:30", "08:30", "no"),
    *("---\n", "%YAML 9.9\n", "=", "2024-13-45", "[[" * 50, "a: &x [*x]", "名字", "é", "#", "@"),
    *(
        "`",
        "\\",
        "0o9",
        "-",
        "~",
        "!",
        "!<x>",
        '"\\x"',
        ">-\n",
        "：",
        "％",
        "null",
        "true",
        "[key]",
    ),
    *(
        "{value: ",
        "source: ",
        "given: ",
        "policy: ",
        "members: ",
        "replay: ",
        "city: ",
        "number: ",
    ),
    *("-3", "0%", "101%", "1e3 s", "every 0 h", "Mon-", "07:00-07:00", "24:00-25:00", "../x"),
    *("/etc/passwd", "about about", "{lognormal: {mean: 0 s, cv: 0%}}", "{triangular: [1, 2]}"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the scenarios would stand: in a folder with the files that they name."""
    for name in ("streets.graphml", "residents.csv"):
        (tmp_path / name).touch()
    return tmp_path / "scenario.yaml"


def mutated_files(count: int) -> Iterator[str]:
    """Yield a good scenario with some places of it broken, always the same ones."""
    chance = random.Random(SEED)  # noqa: S311  # not for secrets
    for _ in range(count):
        signs = list(GOOD)
        for _ in range(chance.choice([1, 1, 2, 3, 8, 30])):
            mutate(signs, chance)
        yield "".join(signs)


def mutate(signs: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(signs) + 1)
    kind = chance.randrange(6)
    if kind == 0:
        del signs[at : at + chance.randrange(1, 20)]
    elif kind == 1 and signs:
        start = chance.randrange(len(signs))
        signs[at:at] = signs[start : start + chance.randrange(1, 80)]
    elif kind == 2 and signs:
        code = chance.choice([128, 0x3000, 0x110000])
        signs[min(at, len(signs) - 1)] = chr(chance.randrange(code))
    elif kind == 3 and chance.random() < 0.3:
        del signs[at:]
    else:
        signs[at:at] = list(chance.choice(TOKENS))


def outcome(text: str, file: Path) -> str:
    """Return what came of a file; anything but two outcomes is a defect."""
    try:
        parse_scenario(text, file)
    except ScenarioError as error:
        for form in ("text", "json", "github"):
            explain(error, form=form).encode()
        return "refused" if error.problems else "refused without a reason"
    return "read"


def test_a_mutated_file_is_read_or_refused_in_words_and_in_time(file: Path) -> None:
    outcomes: Counter[str] = Counter()
    slowest_s = total_s = 0.0
    for text in mutated_files(FILES):
        begin_s = time.process_time()
        outcomes[outcome(text, file)] += 1
        took_s = time.process_time() - begin_s
        slowest_s, total_s = max(slowest_s, took_s), total_s + took_s
    figures = f"{total_s / FILES * 1e3:.2f} ms each, {slowest_s * 1e3:.0f} ms at most"
    LOG.info("%s of %d files, %s", dict(outcomes), FILES, figures)
    assert set(outcomes) == {"read", "refused"}
    assert outcomes["read"] > FILES / 100
    assert outcomes["refused"] > FILES / 4
    assert slowest_s < LONGEST_S


@pytest.mark.skipif(not HAS_LIBYAML, reason="this PyYAML has no libyaml to compare with")
def test_both_parsers_read_the_same_data() -> None:
    for text in islice(mutated_files(FILES), FILES // 10):
        compiled, pure = read_yaml(text), read_yaml(text, with_libyaml=False)
        if compiled.is_whole and pure.is_whole:
            assert written(compiled.data) == written(pure.data)


def junk(chance: random.Random) -> object:
    """Return a value that may or may not fit where it is put."""
    number = chance.choice([-1, 0, 3, 1.5, 10**17, True, None])
    text = chance.choice([*TOKENS[-30:], "15 min", "foot", "nearest residents", "hand over"])
    return chance.choice([number, text, [number], [text], {text: number}, {"value": text}, {}, []])


def disturb(data: object, chance: random.Random) -> object:
    """Return plain data with some of its values and keys exchanged."""
    if chance.random() < 0.02:
        return junk(chance)
    if isinstance(data, list):
        return [disturb(item, chance) for item in data]
    if not isinstance(data, dict):
        return data
    kept = {key: disturb(value, chance) for key, value in data.items() if chance.random() > 0.01}
    if chance.random() < 0.03:
        kept[chance.choice(["value", "policy", "node", "reach within", "x", "首"])] = junk(chance)
    return kept


def test_values_of_the_wrong_kind_are_refused_in_words(file: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  # not for secrets
    good = read_yaml(GOOD).data
    texts = (json.dumps(disturb(good, chance), ensure_ascii=False) for _ in range(FILES // 4))
    assert {outcome(text, file) for text in texts} == {"read", "refused"}


HOSTILE = {
    "unknown posts among many places": (
        "places: {%s}\nteams: {a: {posts: [%s]}}",
        ("q%d: {node: 1}", "p%d"),
    ),
    "unknown stages at many places": (
        "places: {%s}\nincidents: {a: {stages: {%s}}}",
        ("q%d: {node: 1}", "s%d: {where: remot, needs: {z: 1}}"),
    ),
    "many kinds that nothing causes": ("teams: {%s}\nincidents: {%s}", ("t%d: {}", "k%d: {}")),
    "many files that are not there": ("places: {%s}\nx: {%s}", ("p%d: {file: f%d}", "y%d: 1")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_size_of_a_hostile_file_not_with_its_square(
    file: Path, name: str
) -> None:
    form, entries = HOSTILE[name]
    times_s = []
    for count in (2_000, 8_000):
        parts = tuple(
            ", ".join(entry.replace("%d", str(number)) for number in range(count))
            for entry in entries
        )
        begin_s = time.process_time()
        assert outcome(form % parts, file) == "refused"
        times_s.append(time.process_time() - begin_s)
    assert times_s[1] < 10 * times_s[0] + 0.5


def written(data: object) -> str:
    return json.dumps(data, allow_nan=False, default=repr)


def test_a_file_of_mutated_bytes_is_read_or_refused(file: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  # not for secrets
    for text in islice(mutated_files(FILES), FILES // 20):
        raw = bytearray(text.encode("utf-8", "surrogatepass"))
        for _ in range(chance.choice([1, 1, 5])):
            raw.insert(chance.randrange(len(raw) + 1), chance.randrange(256))
        file.write_bytes(raw)
        with contextlib.suppress(ScenarioError):
            read_scenario(file)
