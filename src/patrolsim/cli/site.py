"""``patrolsim site``: where posts should stand, as places that a scenario can take."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from patrolsim.siting import CoverAim, Layout, MedianAim
    from patrolsim.siting.district import District
    from patrolsim.world import World


class Wish(NamedTuple):
    """What is asked for on the command line."""

    posts: int
    aim: str
    within_s: float
    busy: float
    sites: int
    places: int
    mode: str | None


class Answer(NamedTuple):
    """What was found: the layout, and what it means."""

    wish: Wish
    district: District
    layout: Layout
    nodes: list[str]
    mean_s: float
    covered: float


@click.command("site", epilog="Example: patrolsim site my-town --posts 3 --within '5 min'")
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@click.option("--posts", type=click.IntRange(min=1), default=3, help="How many posts to place.")
@click.option(
    "--aim",
    type=click.Choice(["mean", "cover", "expected-cover"]),
    default="mean",
    help="Least mean time, most incidents in reach, or most in reach of somebody not busy.",
)
@click.option("--within", default="8 min", help="What is in reach: a travel time.")
@click.option("--busy", default="30%", help="Share of time for which people are busy.")
@click.option("--mode", help="How people travel; left out: as the first volunteer does.")
@click.option("--sites", type=click.IntRange(min=1), default=150, help="Nodes to choose from.")
@click.option("--places", type=click.IntRange(min=1), default=200, help="Nodes to be reached.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(path: Path, form: str, **words: Any) -> int:
    """Place posts where the incidents of a scenario are expected.

    Sites and places are the nodes with the most expected incidents. Prints the posts as places
    for the scenario file; standby policies send free people there.
    """
    from patrolsim.cli.policies import load_plugins
    from patrolsim.experiment.placing import builder_of
    from patrolsim.scenario.reader import read_scenario

    wish = _wish(words)
    answer = _solve(builder_of(read_scenario(path), load_plugins()).build(0), wish)
    click.echo(_as_json(answer) if form == "json" else _as_text(answer))
    return 0


def _wish(words: dict[str, Any]) -> Wish:
    from patrolsim.units import UnitError, parse_duration_s, parse_share

    try:
        within_s, busy = parse_duration_s(words.pop("within")), parse_share(words.pop("busy"))
    except UnitError as error:
        raise click.UsageError(str(error)) from None
    if within_s <= 0 or busy >= 1:
        raise click.UsageError("--within must be above 0, and --busy below 100%")
    return Wish(within_s=within_s, busy=busy, **words)


def _solve(world: World, wish: Wish) -> Answer:
    from patrolsim.siting import find_layout, solve_exactly
    from patrolsim.siting.district import survey_district

    mode = _mode_of(world, wish.mode)
    district = survey_district(world, mode=mode, sites=wish.sites, places=wish.places)
    aim = _aim(district, wish)
    try:
        layout = solve_exactly(aim, wish.posts) or find_layout(aim, wish.posts)
    except ValueError as error:
        raise click.UsageError(f"{error}; give more --sites or fewer --posts") from None
    nearest_s = district.times_s[list(layout.sites)].min(axis=0)
    return Answer(
        wish=wish,
        district=district,
        layout=layout,
        nodes=[world.streets.node_ids[district.sites[site]] for site in layout.sites],
        mean_s=float(nearest_s @ district.weights),
        covered=float(district.weights[nearest_s <= wish.within_s].sum()),
    )


def _mode_of(world: World, name: str | None) -> int:
    if name is None:
        return world.volunteers[0].mode
    names = [mode.name for mode in world.streets.modes]
    if name not in names:
        raise click.UsageError(f"--mode: there is no {name!r}; the scenario has {names}")
    return names.index(name)


def _aim(district: District, wish: Wish) -> MedianAim | CoverAim:
    from patrolsim.siting import CoverAim, MedianAim

    if wish.aim == "mean":
        return MedianAim(times=district.times_s, weights=district.weights)
    busy = wish.busy if wish.aim == "expected-cover" else 0.0
    covers = district.times_s <= wish.within_s
    return CoverAim(covers=covers, weights=district.weights, busy=busy)


def _as_json(answer: Answer) -> str:
    document = {
        "posts": answer.nodes,
        "aim": answer.wish.aim,
        "mean_s": answer.mean_s,
        "share_within": answer.covered,
        "within_s": answer.wish.within_s,
        "share_of_incidents": answer.district.share,
        "is_proven": answer.layout.is_proven,
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _as_text(answer: Answer) -> str:
    how = "no layout is better" if answer.layout.is_proven else "found by exchange, not proven"
    minutes = answer.wish.within_s / 60
    district = answer.district
    lines = [
        f"# {len(answer.nodes)} posts for the {answer.wish.aim} ({how})",
        f"# nearest post to an incident: {answer.mean_s / 60:.1f} min on average",
        f"# incidents within {minutes:g} min of a post: {answer.covered:.1%}",
        f"# chosen from {len(district.sites)} nodes for {len(district.places)} nodes",
        f"# which stand for {district.share:.1%} of the expected incidents",
        "places:",
    ]
    lines += [
        f"  post {number}: {{node: {json.dumps(node, ensure_ascii=False)}}}"
        for number, node in enumerate(answer.nodes, start=1)
    ]
    return "\n".join(lines)
