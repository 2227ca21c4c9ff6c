"""A search from its beginning to its end, on a line of streets where all is counted by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pytest
from tests.runs import NoPatrol, run
from tests.unit.engine.test_simulation import events

from patrolsim.audit import audit
from patrolsim.demand.subjects import FOR_EVER_US, Part, Subject
from patrolsim.demand.table import IF_LOST_US
from patrolsim.engine import searching
from patrolsim.errors import PolicyError
from patrolsim.eventlog import Event, Purpose, Release, Status
from patrolsim.incidents import Kind, Outcome, Search, StartsWith
from patrolsim.network.streets import SHARES
from patrolsim.policy import SearchTask, StateView, Sweep, Walk
from patrolsim.testing import Arc, Call, Person, TinyWorld, make_kind, make_search, make_streets

STREET_US = 1000
LINE = make_streets(
    [(0, 0), (100, 0), (200, 0), (300, 0)],
    [Arc(a, b, STREET_US) for i in range(3) for a, b in ((i, i + 1), (i + 1, i))],
)
ARC = {(int(t), int(h)): arc for arc, (t, h) in enumerate(zip(LINE.tail, LINE.head, strict=True))}


@dataclass
class Told:
    """Answers with the sweeps that it was given, and remembers what it was asked."""

    sweeps: list[Sweep | None]

    def __post_init__(self) -> None:
        self.tasks: list[SearchTask] = []

    def next_search(self, _view: StateView, task: SearchTask) -> Sweep | None:
        self.tasks.append(task)
        return self.sweeps.pop(0) if self.sweeps else Sweep((0,), 1.0)


@pytest.fixture
def subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put everybody who is lost in the middle of the last street, found at a coverage of 1."""
    place(monkeypatch, Subject(coverage=1.0, parts=(still(2, 3, 0.5),)))


def still(tail: int, head: int, share: float) -> Part:
    at = round(share * SHARES)
    return Part(ARC[tail, head], 0, FOR_EVER_US, at, at)


def place(monkeypatch: pytest.MonkeyPatch, subject: Subject) -> None:
    for module in ("engine.searching", "audit.hunts"):
        monkeypatch.setattr(f"patrolsim.{module}.draw_subject", lambda *_args: subject)


def kind_of(search: Search, *, people: int = 1, and_home: bool = False) -> Kind:
    kind = make_kind(
        needs=((None, people),),
        starts_with=StartsWith.FIRST,
        places=(None, None) if and_home else (None,),
    )
    first = replace(kind.stages[0], search=search)
    return replace(kind, stages=(first, *kind.stages[1:]))


def world_of(
    search: Search, *people: Person, limit_us: int = 100_000, **more: object
) -> TinyWorld:
    and_home = bool(more.pop("and_home", False))
    work_us = (limit_us, 50) if and_home else (limit_us,)
    needed = int(str(more.pop("needed", 1)))
    return TinyWorld(
        calls=[Call(at_us=0, node=0, work_us=work_us)],
        people=people or [Person(node=0)],
        horizon_us=200_000,
        streets=LINE,
        kinds=(kind_of(search, people=needed, and_home=and_home),),
    )


@pytest.mark.usefixtures("subject")
def test_a_searcher_finds_when_the_coverage_at_the_spot_has_come_to_what_was_drawn() -> None:
    world = world_of(make_search(sweep=0.5)).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3)), Sweep((3, 2))]))
    found = events(log, Event.FOUND, Event.CLOSED)
    assert found == [(3500, Event.FOUND, 0, 0, 0), (3500, Event.CLOSED, 0, -1, Outcome.SETTLED)]
    assert audit(world, log) == ()


@pytest.mark.usefixtures("subject")
def test_a_search_that_is_given_up_ends_as_the_scenario_says() -> None:
    search = make_search(sweep=0.5, when_lost=Outcome.GAVE_UP)
    world = world_of(search, limit_us=3200).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3)), Sweep((3, 2))]))
    assert events(log, Event.FOUND) == []
    assert events(log, Event.CLOSED) == [(3200, Event.CLOSED, 0, -1, Outcome.GAVE_UP)]
    assert audit(world, log) == ()


@pytest.mark.usefixtures("subject")
def test_the_next_stage_is_where_somebody_was_found() -> None:
    world = world_of(make_search(sweep=2.0), and_home=True).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3))]))
    assert events(log, Event.FOUND)[0][0] == 2500
    assert (float(log.legs.to_x[-1]), float(log.legs.to_y[-1])) == pytest.approx((250.0, 0.0))
    assert events(log, Event.CLOSED)[0][0] == 2550
    assert audit(world, log) == ()


FOR_POLICE = IF_LOST_US - 700


def with_police(search: Search, *, work_us: tuple[int, ...] = (3200, 50, FOR_POLICE)) -> TinyWorld:
    """Return a world in which the police at the far end come when nobody is found."""
    world = world_of(search, Person(node=0), Person(node=3, team="police"), and_home=True)
    kind = world.kinds[0]
    last = replace(kind.stages[1], only_when=Outcome.ESCALATED, teams=("police",))
    return replace(
        world,
        kinds=(replace(kind, stages=(*kind.stages, last)),),
        calls=[Call(at_us=0, node=0, work_us=work_us)],
    )


@pytest.mark.usefixtures("subject")
def test_after_a_vain_search_come_the_stages_for_what_is_escalated() -> None:
    world = with_police(make_search(sweep=0.5)).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3)), Sweep((3, 2))]))
    assert events(log, Event.STAGE_ENDED, Event.RELEASED, Event.ARRIVED, Event.CLOSED)[1:] == [
        (3200, Event.STAGE_ENDED, 0, -1, 0),
        (3200, Event.RELEASED, 0, 0, Release.DONE),
        (6200, Event.ARRIVED, 0, 1, 2),  # from the far end to the last known place
        (6900, Event.STAGE_ENDED, 0, -1, 2),
        (6900, Event.RELEASED, 0, 1, Release.DONE),
        (6900, Event.CLOSED, 0, -1, Outcome.ESCALATED),
    ]
    assert audit(world, log) == ()


@pytest.mark.usefixtures("subject")
def test_after_a_find_they_do_not_come() -> None:
    world = with_police(make_search(sweep=2.0)).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3))]))
    assert events(log, Event.CLOSED) == [(2550, Event.CLOSED, 0, -1, Outcome.SETTLED)]
    assert audit(world, log) == ()


@pytest.mark.usefixtures("subject")
def test_a_search_that_gives_up_ends_at_once_whatever_follows() -> None:
    search = make_search(sweep=0.5, when_lost=Outcome.GAVE_UP)
    world = with_police(search).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3)), Sweep((3, 2))]))
    assert events(log, Event.CLOSED) == [(3200, Event.CLOSED, 0, -1, Outcome.GAVE_UP)]
    assert audit(world, log) == ()


@pytest.mark.usefixtures("subject")
def test_what_is_left_out_by_chance_does_not_follow_a_vain_search_either() -> None:
    world = with_police(make_search(sweep=0.5), work_us=(3200, 50, -1)).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3)), Sweep((3, 2))]))
    assert events(log, Event.CLOSED) == [(3200, Event.CLOSED, 0, -1, Outcome.ESCALATED)]
    assert audit(world, log) == ()


@dataclass
class ToAndFro:
    """Walks from the far end of the line to its beginning and back."""

    def next_patrol(self, view: StateView, volunteer_id: int) -> Walk:
        here = view.node_of(volunteer_id)
        return Walk((2, 1, 0)) if here == 3 else Walk((1, 2, 3))


@pytest.mark.usefixtures("subject")
def test_passers_by_add_their_own_coverage_while_the_search_is_on() -> None:
    people = [Person(node=0), Person(node=3, patrols=True)]
    search = make_search(sweep=2.0, passers_by=0.4)
    world = world_of(search, *people).build()
    idle = [Sweep((0,), 0.1)] * 3
    log = run(world, search=Told(list(idle)), patrol=ToAndFro())
    passes_us = [500, 5500, 6500]
    assert events(log, Event.FOUND) == [(passes_us[2], Event.FOUND, 0, 1, 0)]
    assert audit(world, log) == ()
    blind = world_of(make_search(sweep=2.0), *people).build()
    assert events(run(blind, search=Told(list(idle)), patrol=ToAndFro()), Event.FOUND) == []


def test_a_searcher_at_a_corner_sees_who_comes_by(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = (
        Part(ARC[2, 3], 0, 5000, SHARES // 2, 0),
        Part(ARC[1, 2], 5000, 7000, SHARES, SHARES // 2),
        Part(ARC[1, 2], 7000, FOR_EVER_US, SHARES // 2, SHARES // 2),
    )
    place(monkeypatch, Subject(coverage=1.0, parts=walk))
    monkeypatch.setattr("patrolsim.audit.hunts._judge_subject", lambda *_args: None)
    world = world_of(make_search(sweep=2.0)).build()
    log = run(world, search=Told([Sweep((2,), 1.0)]))
    assert events(log, Event.FOUND) == [(5000, Event.FOUND, 0, 0, 0)]
    assert audit(world, log) == ()


@pytest.mark.usefixtures("subject")
def test_the_task_tells_what_was_searched_in_vain_and_what_others_have_claimed() -> None:
    world = world_of(make_search(sweep=0.2), Person(node=0), Person(node=3), needed=2).build()
    told = Told([Sweep((0, 1)), Sweep((1, 2)), Sweep((3, 2))])
    run(world, search=told)
    first, second, third = told.tasks[:3]
    assert first.chance.tolist() == pytest.approx([1 / 3] * 3)
    assert second.coverage.tolist() == pytest.approx([0.2, 0.0, 0.0])
    left = math.exp(-0.2)
    weights = [left / (2 + left), 1 / (2 + left), 1 / (2 + left)]
    assert second.chance.tolist() == pytest.approx(weights)
    assert third.is_claimed.tolist() == [False, True, False] or third.volunteer_id == 0
    assert (first.tail_s[0], first.head_s[2]) == (0.0, pytest.approx(3 * STREET_US / 1e6))
    with pytest.raises(ValueError, match="read-only"):
        first.chance[0] = 1.0


@pytest.mark.usefixtures("subject")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("there", "'there' is no Sweep or None"),
        (Sweep(()), "a sweep needs at least one node"),
        (Sweep((99,), 1.0), "there is no node 99"),
        (Sweep((0, 2)), "no street leads from node 0 to node 2"),
        (Sweep((1,)), "takes no time"),
        (Sweep((0, 1), float("nan")), "a stay of nan s is not possible"),
    ],
)
def test_an_illegal_sweep_is_told_with_its_reason(answer: object, reason: str) -> None:
    world = world_of(make_search()).build()
    with pytest.raises(PolicyError, match="search.*" + reason.replace("(", r"\(")):
        run(world, search=Told([answer]), patrol=NoPatrol())  # type: ignore[list-item]


@pytest.mark.usefixtures("subject")
def test_who_has_nothing_to_search_is_asked_again_after_a_minute() -> None:
    told = Told([None, Sweep((0, 1))])
    world = replace(world_of(make_search()), horizon_us=searching.LOOK_AGAIN_US + 10)
    long = replace(world, calls=[Call(at_us=0, work_us=(10**9,))]).build()
    log = run(long, search=told)
    assert [round(task.left_s * 1e6) for task in told.tasks] == [10**9, 10**9 - 60_000_000]
    assert Purpose.SEARCH in log.legs.purpose.tolist()


@pytest.mark.usefixtures("subject")
def test_a_searcher_whose_shift_ends_leaves_in_the_middle_of_a_street() -> None:
    person = Person(node=0, overtime_us=0, shifts=((0, 1500),))
    world = world_of(make_search(sweep=2.0), person).build()
    log = run(world, search=Told([Sweep((0, 1, 2, 3))]))
    assert events(log, Event.STATUS)[-1][-1] == Status.OFF_DUTY
    assert int(log.legs.end_us[-1]) == 1500
    assert events(log, Event.FOUND) == []
    assert audit(world, log) == ()
