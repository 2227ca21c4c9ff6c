"""What is said about street maps: a page for people, plain data for scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from patrolsim.cli.terminal import align

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from patrolsim.network.survey import ModeFacts, Survey
    from patrolsim.network.suspicions import Suspicion

MOST_CLASSES = 30


def survey_page(name: str, survey: Survey) -> str:
    """Return a survey as text."""
    rows = [*_size_rows(survey), *_street_rows(survey)]
    wide = max(len(word) for word, _ in rows)
    facts = "\n".join(f"{word:{wide}}  {figure}" for word, figure in rows)
    parts = [name, facts, _modes(survey.modes), _classes(survey)]
    return "\n\n".join(part for part in parts if part)


def survey_data(name: str, survey: Survey) -> dict[str, Any]:
    """Return a survey as plain data."""
    return {"path": name, **asdict(survey)}


def check_page(name: str, found: Sequence[Suspicion]) -> str:
    """Return what was found on a map as text."""
    if not found:
        return f"{name}: nothing suspicious"
    failing = sum(suspicion.weight.value == "fails" for suspicion in found)
    verdict = "fine" if not failing else f"{failing} that must be mended"
    lines = [f"{name}: {verdict}, {len(found) - failing} to know"]
    for suspicion in found:
        lines.append(f"  {suspicion.weight.value:5}  {suspicion.message}.")
        lines += [f"           {example}" for example in suspicion.examples]
    return "\n".join(lines)


def check_data(name: str, found: Sequence[Suspicion]) -> dict[str, Any]:
    """Return what was found on a map as plain data."""
    is_fine = all(suspicion.weight.value != "fails" for suspicion in found)
    return {"path": name, "is_fine": is_fine, "findings": [asdict(s) for s in found]}


def _size_rows(survey: Survey) -> Iterator[tuple[str, str]]:
    west, south, east, north = survey.extent
    yield "nodes", f"{survey.nodes:,}"
    yield "arcs", f"{survey.arcs:,}"
    yield "streets", f"{survey.streets:,} ({survey.length_km:,.1f} km)"
    if survey.is_degrees:
        yield "extent", f"{west:.5f} to {east:.5f} E, {south:.5f} to {north:.5f} N"
    else:
        yield "extent", f"x {west:,.0f} to {east:,.0f} m, y {south:,.0f} to {north:,.0f} m"
    yield "size", f"{survey.size_km[0]:.1f} km x {survey.size_km[1]:.1f} km"
    if survey.area_km2 and survey.density_km_per_km2:
        area, density = survey.area_km2, survey.density_km_per_km2
        yield "street length per km2", f"{density:.1f} km ({area:.1f} km2 round all nodes)"


def _street_rows(survey: Survey) -> Iterator[tuple[str, str]]:
    yield "one-way", f"{survey.oneway_share:.0%} of the length"
    yield "both directions", f"{survey.pairs:,} streets"
    yield "parallel arcs", f"{survey.parallels:,}"
    yield "loops", f"{survey.loops:,}"
    yield "gates and barriers", _counts(survey.barriers)
    yield "access", _counts(survey.access)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{word} {count:,}" for word, count in counts.items()) or "none"


def _modes(modes: Mapping[str, ModeFacts | None]) -> str:
    """Return where each mode gets, and what lies outside its largest part."""
    rows = [("mode", "nodes", "km", "nodes lost", "km lost", "islands")]
    for mode, facts in modes.items():
        if facts is None:
            rows.append((mode, "0", "0.0", "-", "-", "-"))
            continue
        rows.append(
            (
                mode,
                f"{facts.nodes:,}",
                f"{facts.length_km:,.1f}",
                f"{facts.nodes_lost:,}",
                f"{facts.length_lost_km:,.1f}",
                f"{facts.islands:,}",
            )
        )
    return align(rows)


def _classes(survey: Survey) -> str:
    """Return the classes of road, and how much of each has a speed on the map."""
    rows = [("class of road", "streets", "km", "km with a speed", "km assumed")]
    for name, facts in list(survey.classes.items())[:MOST_CLASSES]:
        assumed_km = facts.length_km - facts.speed_known_km
        length, known = f"{facts.length_km:,.1f}", f"{facts.speed_known_km:,.1f}"
        rows.append((name, f"{facts.streets:,}", length, known, f"{assumed_km:,.1f}"))
    return align(rows)
