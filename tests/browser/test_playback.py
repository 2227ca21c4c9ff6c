"""The playback in a real browser, by mouse and by keyboard."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.browser.conftest import missing_glyphs, serious_violations
from tests.unit.report.playback.days import random_asks, true_positions

from patrolsim.cli.view import stage_of
from patrolsim.eventlog import Event, Status
from patrolsim.experiment.stored import read_run
from patrolsim.report.playback.making import replay
from patrolsim.report.playback.mapping import grid_of
from patrolsim.report.playback.window import window_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.chromium import Browser, Page
    from tests.browser.conftest import Shown

    from patrolsim.experiment.results import Run

pytestmark = pytest.mark.slow

HOUR_MS = 3_600_000
LEAST_COLOURS = 20
CJK = "响应时间中位数"


def clock(page: Page) -> str:
    text: str = page.run("document.getElementById('clock').textContent")
    return text


def texts(page: Page, selector: str) -> list[str]:
    each = f"document.querySelectorAll({json.dumps(selector)})"
    found: list[str] = page.run(f"[...{each}].map(element => element.textContent)")
    return found


def time_ms(page: Page) -> float:
    found: float = page.run("playback.time")
    return found


def runs_shown(folder: Path) -> list[Run]:
    """Live through the days that the page shows again."""
    stored = read_run(folder)
    header = header_of(folder / "playback.html")
    strategies = tuple(run["strategy"] for run in header["runs"])
    return replay(stored, stage_of(stored), strategies, (header["typical"],))


def header_of(file: Path) -> dict[str, Any]:
    text = file.read_text(encoding="utf-8")
    match = re.search(r'id="trace-header">(.*?)</script>', text, re.DOTALL)
    assert match is not None
    header: dict[str, Any] = json.loads(match[1])
    return header


def on_duty(run: Run, time_us: int) -> int:
    """Return how many people the log has in any state but off duty."""
    events = run.log.events
    rows = ((events.event == Event.STATUS) & (events.time_us <= time_us)).nonzero()[0]
    last = dict(zip(events.volunteer_id[rows].tolist(), events.detail[rows].tolist(), strict=True))
    return sum(state != Status.OFF_DUTY for state in last.values())


def test_the_page_asks_for_nothing_and_complains_of_nothing(shown: Shown) -> None:
    shown.page.press(" ")
    shown.page.frames(10)
    assert {address.split("#")[0] for address in shown.page.requests} == {shown.address}
    assert shown.page.complaints == []


def test_a_screenshot_is_not_blank(shown: Shown) -> None:
    script = """(() => {
      const {streetCanvas, canvas} = playback.views[0], colours = new Set();
      for (const each of [streetCanvas, canvas]) {
        const data = each.getContext('2d').getImageData(0, 0, each.width, each.height).data;
        for (let i = 0; i < data.length; i += 4) colours.add(data.slice(i, i + 4).join());
      }
      return colours.size; })()"""
    assert shown.page.run(script) > LEAST_COLOURS
    assert len(shown.page.screenshot()) > 30_000


@pytest.mark.parametrize("hour", [3, 9, 20, 33])
def test_the_map_shows_as_many_people_as_the_log_has_on_duty(shown: Shown, hour: int) -> None:
    runs = runs_shown(shown.folder)
    shown.page.run(f"playback.goTo({hour * HOUR_MS})")
    shown.page.frames()
    drawn = shown.page.run("playback.views.map(view => view.drawn)")
    expected = [on_duty(run, hour * HOUR_MS * 1000) for run in runs]
    assert drawn == expected
    assert min(expected) > 0


def test_people_stand_within_a_metre_of_where_they_were(shown: Shown) -> None:
    runs = runs_shown(shown.folder)
    window = window_of(runs[0].world.horizon_us)
    grid = grid_of(runs[0].world, [run.log for run in runs], window)
    asks = random_asks(runs, window, grid.origin_us, 1000)
    script = """asks => asks.map(([run, who, time]) => {
      const {present} = playback.runs()[run];
      present.seek(time);
      return [present.x[who], present.y[who]]; })"""
    found = shown.page.run(f"({script})({json.dumps(asks)})")
    truth = true_positions(runs, asks, grid.origin_us)
    for (x, y), (true_x, true_y) in zip(found, truth, strict=True):
        off_m = math.hypot(0.1 * x + grid.west_m - true_x, 0.1 * y + grid.south_m - true_y)
        assert off_m < 1.0


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_the_clock_runs_and_stops(shown: Shown, by: str) -> None:
    page, before = shown.page, time_ms(shown.page)
    switch_clock(page, by)
    page.until(f"playback.time > {before} + 60000")
    switch_clock(page, by)
    stopped = time_ms(page)
    page.frames(10)
    assert time_ms(page) == stopped


def switch_clock(page: Page, by: str) -> None:
    if by == "mouse":
        page.click("#play")
    else:
        page.press(" ")


def test_both_maps_follow_one_clock_and_one_camera(shown: Shown) -> None:
    page = shown.page
    page.run("playback.goTo(30000000)")
    page.wheel(page.middle(".map:nth-child(2) canvas"), -300)
    times = page.run("playback.views.map(view => view.run.present.time)")
    corners = page.run("playback.views.map(view => view.pointAt(0, 0))")
    assert times == [30_000_000, 30_000_000]
    assert corners[0] == corners[1]


def test_the_bar_is_moved_by_mouse_and_by_keys(shown: Shown) -> None:
    page = shown.page
    x, y = page.middle("#bar")
    page.drag((x - 100, y), (x, y))
    assert clock(page) in {"11:59", "12:00"}
    page.run("playback.goTo(43200000)")
    page.press("ArrowRight")
    page.press("ArrowRight", shift=True)
    assert clock(page) == "13:05"
    page.press("ArrowLeft", shift=True)
    page.press("ArrowLeft")
    assert clock(page) == "12:00"
    page.press("Home")
    assert clock(page) == "00:00"


def test_the_wheel_zooms_to_the_pointer_and_dragging_moves_the_map(shown: Shown) -> None:
    page = shown.page
    x, y = page.middle(".map canvas")
    spot, box = "playback.views[0].pointAt(100, 300)", "playback.views[0].element"
    left, top = page.run(f"(({{left, top}}) => [left, top])({box}.getBoundingClientRect())")
    before, zoom = page.run(spot), page.run("playback.camera.zoom")
    page.wheel((left + 100, top + 300), -400)
    assert page.run("playback.camera.zoom") > 1.5 * zoom
    # The pointer lies on a whole pixel, the map perhaps between two.
    assert page.run(spot) == pytest.approx(before, abs=1 / zoom)
    camera = page.run("[playback.camera.x, playback.camera.y, playback.camera.zoom]")
    page.drag((x, y), (x + 50, y + 20))
    moved = page.run("[playback.camera.x, playback.camera.y]")
    assert moved[0] == pytest.approx(camera[0] - 50 / camera[2])
    assert moved[1] == pytest.approx(camera[1] + 20 / camera[2])
    page.press("h")
    assert page.run("playback.camera.zoom") < camera[2]


def test_two_fingers_zoom(shown: Shown) -> None:
    page = shown.page
    x, y = page.middle(".map canvas")
    before = page.run("playback.camera.zoom")
    page.call("Emulation.setTouchEmulationEnabled", enabled=True, maxTouchPoints=2)
    near = [{"x": x - 20, "y": y, "id": 1}, {"x": x + 20, "y": y, "id": 2}]
    far = [{"x": x - 80, "y": y, "id": 1}, {"x": x + 80, "y": y, "id": 2}]
    page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=near)
    page.call("Input.dispatchTouchEvent", type="touchMove", touchPoints=far)
    page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    page.frames()
    assert page.run("playback.camera.zoom") == pytest.approx(before * 4, rel=0.3)


def test_speed_view_and_layers_answer_to_mouse_and_keys(shown: Shown) -> None:
    page = shown.page
    page.press("ArrowUp")
    assert page.run("[playback.speed, document.getElementById('speed').value]") == [600, "600"]
    page.press("1")
    assert page.run("playback.views.length") == 1
    page.press("b")
    assert page.run("playback.views.length") == 2
    for layer in ("hot", "area", "dose", "places"):
        before = page.run(f"playback.layers.has('{layer}')")
        if page.run(f"document.querySelector('[data-layer={layer}]') !== null"):
            page.click(f"[data-layer={layer}]")
            assert page.run(f"playback.layers.has('{layer}')") != before
    assert page.complaints == []


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_language_and_theme_change_everything(shown: Shown, by: str) -> None:
    page = shown.page
    for selector, key in (("#language", "l"), ("#theme", "d")):
        if by == "mouse":
            page.click(selector)
        else:
            page.press(key)
    assert page.run("document.documentElement.lang") == "zh-CN"
    assert page.run("document.querySelector('h2').textContent") == "当日至今"
    assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 29)"
    assert page.run("Colours.ground") == "#12171d"


@pytest.mark.usefixtures("chinese_font")
def test_chinese_shows_no_missing_glyph_where_a_font_is(shown: Shown) -> None:
    words = shown.page.run("Object.values(WORDS.zh).join('')")
    assert CJK in words
    assert missing_glyphs(shown.page, words) == ""
    # U+10FFFF is in no font: the test would notice.
    assert missing_glyphs(shown.page, "\U0010ffff") == "\U0010ffff"


def test_an_incident_is_opened_from_the_list_and_closed_again(shown: Shown) -> None:
    page = shown.page
    page.click("#list button")
    identity = page.run("document.querySelector('#list button').dataset.id")
    assert page.run("playback.selected") == identity
    assert page.run("document.querySelectorAll('#card ol li').length") >= 2
    assert max(texts(page, "#card time")) <= clock(page)
    page.press("Escape")
    assert page.run("document.getElementById('card').hidden")


def test_the_card_says_why_these_people_were_sent_and_stays_unfolded(shown: Shown) -> None:
    page = shown.page
    page.run("playback.select(playback.views[0].run.incidents.ids[0])")
    page.run("playback.goTo(playback.dayShown().from + 20 * 3600000)")
    page.until("document.querySelector('#card details.why') !== null")
    page.click("#card details.why summary")
    chosen = texts(page, "#card details.why[open] tr.chosen th")
    assert chosen
    assert all(name.startswith("★ ") for name in chosen)
    asked = [text for text in texts(page, "#card ol li") if "is asked" in text]
    assert any(chosen[0].removeprefix("★ ") in text for text in asked)
    page.run("playback.goTo(playback.time + 120000)")
    page.frames()
    assert page.run("document.querySelector('#card details.why').open")


def test_an_incident_is_opened_on_the_map(shown: Shown) -> None:
    page = shown.page
    later = "playback.goTo(playback.time + 60000)"
    page.until(f"({later}, playback.views[0].run.openAt(playback.time).length > 0)")
    page.frames()
    script = """(() => {
      const view = playback.views[0], {incidents} = view.run, {zoom} = playback.camera;
      const row = view.run.openAt(playback.time)[0], box = view.element.getBoundingClientRect();
      const x = box.left + view.left + incidents.x[row] * zoom;
      return [incidents.ids[row], x, box.top + view.top - incidents.y[row] * zoom];
    })()"""
    identity, x, y = page.run(script)
    page.drag((x, y), (x, y))
    assert page.run("playback.selected") == identity


def test_nothing_on_the_page_lies_after_its_moment(shown: Shown) -> None:
    page = shown.page
    page.run("playback.goTo(36000000)")
    page.frames()
    rows = texts(page, "#list button > span:first-child")
    assert rows
    assert max(rows) <= "10:00"
    bar = """(() => {
      const bar = document.getElementById('bar');
      const from = Math.ceil(bar.width * (10.3 / 24)), alarm = [196, 18, 47];
      const {data} = bar.getContext('2d').getImageData(from, 0, bar.width - from, bar.height);
      const isAlarm = (i) => alarm.every((part, k) => data[i + k] === part);
      for (let i = 0; i < data.length; i += 4) if (isAlarm(i)) return true;
      return false;
    })()"""
    assert page.run(bar) is False
    page.run("playback.goTo(86400000 - 1)")
    page.frames()
    assert page.run(bar) is True


def test_another_day_is_chosen_and_the_clock_stays(shown: Shown) -> None:
    page = shown.page
    page.run("document.getElementById('day').value = '1'")
    page.run("document.getElementById('day').dispatchEvent(new Event('change'))")
    page.frames()
    assert time_ms(page) == 72_000_000 + 24 * HOUR_MS
    assert clock(page) == "20:00"


def test_the_day_is_labelled_and_crowns_nobody(shown: Shown) -> None:
    page = shown.page
    label = page.run("document.getElementById('which').textContent")
    words = r"replication \d of 3: the one whose median response lies in the middle"
    assert re.fullmatch(words, label)
    look = "cell => getComputedStyle(cell).fontWeight + getComputedStyle(cell).color"
    cells = page.run(f"[...document.querySelectorAll('#now td')].map({look})")
    assert len(set(cells)) == 1
    assert "paired replications" in page.run("document.getElementById('verdict').textContent")


def test_who_prefers_less_motion_sees_no_pulses(browser: Browser, run_folder: Path) -> None:
    page = browser.new_page()
    page.prefer(prefers_reduced_motion="reduce")
    page.open((run_folder / "playback.html").as_uri())
    assert page.run("[playback.isCalm, playback.isPlaying]") == [True, False]


def test_a_picture_has_its_text_while_the_clock_stands(shown: Shown) -> None:
    page = shown.page
    drawn = page.run("playback.views[0].drawn")
    label = page.run("playback.views[0].canvas.getAttribute('aria-label')")
    name, view, *people, waiting = label.split(", ")
    assert (name, view) == ("Map", "as today")
    assert sum(int(part.split()[0]) for part in people) == drawn
    assert waiting.endswith(" waiting")


@pytest.mark.parametrize("width", [390, 720])
def test_a_narrow_window_loses_no_control(shown: Shown, width: int) -> None:
    page = shown.page
    page.size(width, 844)
    assert page.run("document.documentElement.scrollWidth") <= width
    hidden = """[...document.querySelectorAll('button, select, canvas')].filter((each) => {
      const box = each.getBoundingClientRect();
      const isOut = box.width < 10 || box.left < 0 || box.right > innerWidth + 1;
      return each.offsetParent !== null && isOut;
    }).map((each) => each.id)"""
    assert page.run(hidden) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(shown: Shown, axe: str, language: str, theme: str) -> None:
    page = shown.page
    page.prefer(prefers_color_scheme=theme)
    page.open(f"{shown.address}?{theme}#t=72000&lang={language}")
    page.run("document.querySelector('details').open = true")
    page.run("playback.select(playback.runs()[0].incidents.ids[0])")
    page.until("document.querySelector('#card details.why') !== null")
    page.run("document.querySelector('#card details.why').open = true")
    page.frames()
    assert serious_violations(page, axe) == []
