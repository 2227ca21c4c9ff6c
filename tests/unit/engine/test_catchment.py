"""Which place of a group is reached first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_mid_edge import places, setting, towns

from patrolsim.errors import SimulationError
from patrolsim.network.streets import NO_NODE, Stop


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_the_place_that_is_nearest_is_the_one_that_a_look_at_each_finds(
    data: st.DataObject,
) -> None:
    streets = data.draw(towns())
    favourite = data.draw(st.integers(0, len(streets.tail) - 1))
    start, *group = (
        data.draw(places(streets, favourite)) for _ in range(data.draw(st.integers(2, 5)))
    )
    travel, _clock, _who = setting(streets, start)
    travel.groups = {"some": group[:1], "others": group[1:]}
    exits = travel.departures_at(start, 0)
    found = travel.nearest_place(start, ("some", "others"), 0)
    assert found is travel._nearest_on_the_street(start, exits, group, 0)
    assert found is travel.nearest_place(start, ("some", "others"), 0)


def test_nobody_is_brought_from_where_no_street_leads() -> None:
    from patrolsim.testing import make_streets

    streets = make_streets([(0.0, 0.0)], [])
    travel, _clock, _who = setting(streets, streets.stop_at_node(0))
    travel.groups = {"some": [streets.stop_at_node(0)]}
    with pytest.raises(SimulationError, match="cannot get"):
        travel.nearest_place(Stop(0.0, 0.0, (NO_NODE,), (0,)), ("some",), 0)
