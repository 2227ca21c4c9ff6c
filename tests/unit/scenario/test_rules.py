"""What must fit together: each rule by one broken line of a good scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Problems = Callable[..., list[str]]

BROKEN = [
    # streets, places, areas: exactly one form
    ("map: streets.graphml", "snap: edge", "2:1 'streets' does not say where (give map or"),
    (
        "map: streets.graphml",
        "nodes: residents.csv",
        "2:11 'nodes' needs 'edges' beside it ()",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, city: residents.csv",
        "2:33 'city' cannot stand beside 'map' (keep one of them)",
    ),
    ("lon: 114.4, lat: 30.5", "lon: 114.4", "4:14 'lon' needs 'lat' beside it ()"),
    ("lon: 114.4, lat: 30.5", "node: 7, lon: 1, lat: 2", "4:14 'node' cannot stand beside 'lon'"),
    ("red post: {lon: 114.4, lat: 30.5}", "red post: {}", "4:3 'red post' does not say where"),
    ("{residents: 1}", "{residents: 0}", "11:21 all these weights are 0"),
    ("{residents: 1}", "{resident: 1}", "11:22 there is no place called 'resident' (did you mean"),
    ("places: {residents: 1}", "everywhere: false", "11:5 'homes' does not say where"),
    (
        "places: {residents: 1}",
        "everywhere: true, places: {residents: 1}",
        "11:31 'places' cannot stand beside 'everywhere'",
    ),
    (
        "places: {residents: 1}",
        "everywhere: true, spread: 9 m",
        "11:31 'spread' goes with 'places'",
    ),
    ("places: {residents: 1}", "everywhere: true, cell: 9 m", "11:31 'cell' goes with 'raster'"),
    # speed changes
    (
        "map: streets.graphml",
        "map: streets.graphml, speed changes: {rush: {modes: [e-bkie], days: 周末, speed: 9%}}",
        "2:64 nobody moves by 'e-bkie' (did you mean 'e-bike'?)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, speed changes: {rush: {modes: [car], days: Mon, speed: 60%}}",
        "2:64 nobody moves by 'car' (known: foot, e-bike)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, speed changes: {rush: {speed: 60%}}",
        "2:49 nothing says when 'rush' holds (add hours, days, from or to)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, speed changes: {x: {speed: 5%, from: 2025-03-11, to: 2025-03-11}}",
        "2:86 it ends before it begins (write a time after 2025-03-11 00:00)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, speed changes: {rain: {days: Mon, speed: 0%}}",
        "2:74 at 0% nobody would ever arrive",
    ),
    # interventions
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {gate: {does: opne, street: East}}",
        "2:62 'opne' is not allowed here (did you mean 'open'?)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {gate: {does: open}}",
        "2:49 'gate' does not say which street (give street or between)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {gate: {does: open, street: A, between: [1, 2]}}",
        "2:79 'between' cannot stand beside 'street' (keep one of them)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {gate: {does: close, between: [1, 2, 3]}}",
        "2:78 a street lies between two nodes, not 3 (write it like",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {alley: {does: add, street: A}}",
        "2:68 a passage that is added has no street on the map",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {x: {does: jam, street: A}}",
        "2:49 a jam needs a speed (add speed: 20%)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {x: {does: open, street: A, speed: 20%}}",
        "2:76 'speed' goes with 'does: jam' (leave it out)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {x: {does: close, street: A, length: 9 m}}",
        "2:77 'length' goes with 'does: add' (leave it out)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {x: {does: close, street: A, one way: true}}",
        "2:77 'one_way' goes with 'between'",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {x: {does: open, street: A, modes: [car]}}",
        "2:84 nobody moves by 'car' (known: foot, e-bike)",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, interventions: {x: {does: open, street: A, from: 明天}}",
        "2:82 '明天' is no date and time",
    ),
    # period
    ("warm up: 6 h", "warm up: 7 days", "6:59 the warm-up is as long as the period"),
    (
        "length: 7 days",
        "length: 0 days",
        "6:42 '0 days' is out of bounds (it must be more than 0)",
    ),
    # teams
    ("number: 40", "about: who", "14:3 nothing says how many people 'couriers' has (add number)"),
    (
        "number: 40",
        "number: 40\n    members: residents.csv",
        "15:5 'members' says how many people",
    ),
    ("foot: 80%", "foot: 70%", "10:12 these shares add up to 90%, not 100% (add 10%)"),
    ("e-bike: 20%", "bik: 20%", "10:24 there is no mode called 'bik' (did you mean 'bike'?)"),
    (
        "number: 40",
        "number: 40\n    mode_by_priority: {1: cra}",
        "16:27 there is no mode called 'cra' (did you mean 'car'?)",
    ),
    (
        "number: 40",
        "number: 40\n    mode_by_priority: {1: car, 01: foot}",
        "16:32 '01' means the same as '1' (keep one of them)",
    ),
    (
        "[red post]",
        "[red pots]",
        "16:13 there is no place called 'red pots' (did you mean 'red post'",
    ),
    (
        "map: streets.graphml",
        "map: streets.graphml, speeds: {fot: 4 km/h}",
        "2:42 there is no mode called 'fot' (did you mean 'foot'?)",
    ),
    # incidents
    (
        "how often: 12 per day",
        "about: x",
        "18:3 nothing says how often 'dispute' happens (add how",
    ),
    (
        "how often: 12 per day",
        "how often: 12 per day\n    replay: residents.csv",
        "19:5 'replay' says how often it happens (drop how_often or replay)",
    ),
    ("18:00-21:00: 3 times", "7:00-9:00: 1, 07:00-09:00: 2", "20:27 '07:00-09:00' means the same"),
    ("takes: about 1.5 h", "about: x", "18:3 nothing says how long 'dispute' takes (add takes)"),
    ("takes: 2 h", "needs: 1", "29:7 nothing says how long 'talk' takes (add takes)"),
    ("stages:", "takes: 1 h\n    stages:", "28:5 'takes' cannot stand beside 'stages'"),
    ("stages:", "needs: 3\n    stages:", "28:5 'needs' cannot stand beside 'stages'"),
    (
        "{mediation: 1,",
        "{first aid: 1,",
        "22:13 nobody in the teams that answer has the skill 'first aid' (known: mediation",
    ),
    (
        "mediation: 20%",
        "mediation: 0%",
        "22:13 nobody in the teams that answer has the skill 'medi",
    ),
    ("needs: 2", "needs: {care: 2}", "30:55 nobody in the teams that answer has the skill 'care'"),
    (
        "[red stewards]",
        "[red steward]",
        "25:13 there is no team called 'red steward' (did you mean",
    ),
    ("channel: hotline", "channel: hotlin", "24:14 there is no channel called 'hotlin' (did you"),
    (
        "where: nearest red post",
        "where: near red post",
        "29:21 'near red post' is not where a stage",
    ),
    ("where: nearest red post", "where: nearest pump", "29:21 there is no place called 'pump'"),
    (
        "where: remote",
        "where: remot",
        "30:21 'remot' is not where a stage can be (did you mean 'rem",
    ),
    # strategies
    (
        "compare: today",
        "compare: tody",
        "36:10 there is no strategy called 'tody' (did you mean 't",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "expected"), BROKEN)
def test_a_line_that_does_not_fit_is_the_one_problem(
    right: str, wrong: str, expected: str, problems: Problems, good: str
) -> None:
    found = problems(good.replace(right, wrong, 1))
    assert len(found) == 1, found
    assert found[0].startswith(expected)


def test_an_unknown_follow_up_also_leaves_its_kind_without_a_cause(
    problems: Problems, good: str
) -> None:
    found = problems(good.replace("kind: quarrel", "kind: quarel"))
    assert [problem.partition(" (")[0] for problem in found] == [
        "26:23 there is no kind of incident called 'quarel'",
        "27:3 nothing says how often 'quarrel' happens",
    ]


LISTED = (
    "map: streets.graphml, interventions: {gate: {does: open, street: A, every strategy: EVERY}}"
)


@pytest.mark.parametrize(
    ("every", "name", "expected"),
    [
        ("false", "gate", None),
        ("false", "gaet", "there is no intervention called 'gaet' (did you mean 'gate'?)"),
        ("true", "gate", "'gate' holds under every strategy anyway (write every_strategy: false"),
    ],
)
def test_a_strategy_lists_interventions_that_do_not_hold_anyway(
    every: str, name: str, expected: str | None, problems: Problems, good: str
) -> None:
    text = good.replace("map: streets.graphml", LISTED.replace("EVERY", every))
    found = problems(text.replace("today: {}", f"today: {{interventions: [{name}]}}"))
    assert len(found) == (expected is not None)
    assert all(problem.partition(" ")[2].startswith(str(expected)) for problem in found)


def test_the_good_scenario_is_good(problems: Problems, good: str) -> None:
    assert problems(good) == []


def test_a_replay_may_serve_kinds_that_say_nothing_themselves(
    problems: Problems, good: str
) -> None:
    recorded = good.replace("how often: 12 per day", "replay: residents.csv").replace(
        "    takes: about 1.5 h\n", ""
    )
    third = "\nincidents:\n  call: {about: also in the file}\n"
    assert problems(recorded.replace("\nincidents:\n", third)) == []


def test_a_city_brings_modes_stations_and_hospitals(problems: Problems, good: str) -> None:
    city = good.replace("map: streets.graphml", "city: residents.csv")
    city = city.replace("e-bike: 20%", "ambulance: 20%").replace("[red post]", "[stations]")
    assert problems(city.replace("nearest red post", "nearest hospitals")) == []


def test_a_team_from_a_file_may_have_any_skill(problems: Problems, good: str) -> None:
    from_file = good.replace("number: 900 人", "members: residents.csv")
    assert problems(from_file.replace("{mediation: 1,", "{singing: 1,")) == []


def test_modes_with_travel_times_of_their_own_are_known(problems: Problems, good: str) -> None:
    van = "{van: {column: s, off-road: 3 km/h}}"
    own = f"{{nodes: residents.csv, edges: residents.csv, travel times: {van}}}"
    changed = good.replace("{map: streets.graphml}", own).replace("e-bike: 20%", "van: 20%")
    assert problems(changed) == []


def test_rules_speak_where_other_parts_are_wrong(problems: Problems, good: str) -> None:
    broken = good.replace("number: 40", "number: many").replace("[red post]", "[red pots]")
    broken = broken.replace("period: {", "period: [").replace("warm up: 6 h}", "warm up: 6 h]")
    found = [problem.partition(" ")[0] for problem in problems(broken)]
    assert found == ["6:9", "15:13", "16:13"]


def test_a_null_counts_as_left_out(problems: Problems, good: str) -> None:
    assert problems(good.replace("channel: hotline", "channel: null")) == []
    found = problems(good.replace("number: 40", "number: null"))
    assert found[0].startswith("14:3 nothing says how many people 'couriers' has")


def test_a_misspelt_key_is_not_missing_as_well(problems: Problems, good: str) -> None:
    for right, wrong in (("how often", "how oftn"), ("length", "lenght"), ("lat:", "latt:")):
        assert len(problems(good.replace(right, wrong))) == 1


def test_what_could_not_be_read_is_reported_once(problems: Problems, good: str) -> None:
    found = problems(good.replace("number: 40", "number: 040"))
    assert [problem.partition(" (")[0] for problem in found] == ["15:13 '040' starts with a zero"]


def test_an_empty_folder_beside_does_not_matter(
    problems: Problems, good: str, folder: Path
) -> None:
    (folder / "empty").mkdir()
    assert problems(good) == []


def test_keys_that_would_do_nothing_beside_a_city_or_a_map_are_refused() -> None:
    from patrolsim.scenario.forms import streets_findings

    city: dict[str, object] = {
        "streets": {"city": "city.yaml", "snap": "edge", "speeds": {"foot": 1.0}}
    }
    assert [finding.loc for finding in streets_findings(city)] == [
        ("streets", "speeds"),
        ("streets", "snap"),
    ]
    times = {"tram": {"column": "t"}}
    street_map: dict[str, object] = {"streets": {"map": "map.graphml", "travel_times": times}}
    assert [finding.loc for finding in streets_findings(street_map)] == [
        ("streets", "travel_times")
    ]


def test_an_intervention_ends_after_it_begins(problems: Problems, good: str) -> None:
    spell = "from: 2025-03-11 03:00, to: 2025-03-11"
    written = f"map: streets.graphml, interventions: {{x: {{does: open, street: A, {spell}}}}}"
    (found,) = problems(good.replace("map: streets.graphml", written))
    assert found.endswith("it ends before it begins (write a time after 2025-03-11 03:00)")
