"""One HTML file with everything in it: no request, no library."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolsim.report.playback.trace import Trace

SCRIPTS = (
    "words.js",
    "trace.js",
    "day.js",
    "looks.js",
    "layers.js",
    "map.js",
    "charts.js",
    "whys.js",
    "panel.js",
    "texts.js",
    "controls.js",
    "app.js",
)
"""In this order: the last one starts the page."""


def page_of(trace: Trace, about: Mapping[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    trace
        What is shown.
    about
        What the header says beside it: see `patrolsim.report.playback.facts`.
    """
    parts = {
        "STYLE": _asset("page.css"),
        "HEADER": json_for_script({**trace.header, **about}),
        "COLUMNS": trace.packed,
        "SCRIPT": "\n".join(map(_asset, SCRIPTS)),
    }
    # One pass from left to right: what is put in is not looked at again.
    first, *pieces = _asset("page.html").split("%")
    page = [first]
    for place, piece in enumerate(pieces):
        page.append(parts[piece] if place % 2 == 0 else piece)
    return "".join(page)


def json_for_script(document: object) -> str:
    """Return JSON that can stand inside a script element: nothing in it can end the element."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _asset(name: str) -> str:
    return files("patrolsim.report.playback").joinpath(name).read_text(encoding="utf-8")
