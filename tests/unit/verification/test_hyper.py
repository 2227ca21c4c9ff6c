"""The maps make the lists that the theory is told."""

from __future__ import annotations

import csv
import io

import pytest

from patrolsim.verification.hyper import LARSON_ODONI, Town, town_of_lists, town_on_a_line
from patrolsim.verification.references import all_pairs


def orders(town: Town) -> list[tuple[int, ...]]:
    """Return for each group the servers by way, ties by number, from the tables of the map."""
    rows = csv.DictReader(io.StringIO(town.files["edges.csv"]))
    ways = [(int(r["u"]), int(r["v"]), round(float(r["time_s"]) * 1e6)) for r in rows]
    table = all_pairs(len(town.files["nodes.csv"].splitlines()) - 1, ways).time_us
    found = []
    for place in town.places:
        by_way = sorted((table[home][place], who) for who, home in enumerate(town.homes))
        found.append(tuple(who for _, who in by_way))
    return found


@pytest.mark.parametrize("town", [town_of_lists(LARSON_ODONI), town_on_a_line()])
def test_the_nearest_on_the_map_are_the_preferred_of_the_list(town: Town) -> None:
    assert orders(town) == list(town.region.lists)


def test_no_way_between_a_group_and_a_home_leads_through_others() -> None:
    town = town_of_lists(LARSON_ODONI)
    rows = list(csv.DictReader(io.StringIO(town.files["edges.csv"])))
    ways = [(int(r["u"]), int(r["v"]), round(float(r["time_s"]) * 1e6)) for r in rows]
    table = all_pairs(7, ways).time_us
    assert [way for tail, head, way in ways if table[tail][head] != way] == []
