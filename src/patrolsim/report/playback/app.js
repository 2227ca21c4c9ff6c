// The page: its clock, its controls, and what happens in each frame.
"use strict";

const SPEEDS = [30, 60, 120, 300, 600, 1200, 3600];
const PANEL_EVERY_MS = 150;
const DUTY_STEP_MS = 10 * MINUTE_MS;

/** A run with everything that is worked out from it. */
class ShownRun {
  constructor(run, header) {
    Object.assign(this, run);
    this.present = new Present(run);
    this.incidents = new Incidents(run, header);
    this.whys = new Whys(run.columns, run.about);
    this._open = { time: -1, rows: [] };
  }

  /** Return the incidents that are known and not closed at a moment. */
  openAt(time) {
    if (this._open.time === time) return this._open.rows;
    const { known, closed, byKnown } = this.incidents;
    const rows = [];
    for (const row of byKnown) {
      if (known[row] > time) break;
      if (closed[row] > time) rows.push(row);
    }
    this._open = { time, rows };
    return rows;
  }

  /** Return how many people are in each state, every ten minutes of the period shown. */
  dutyRows(header) {
    if (this._duty) return this._duty;
    const steps = Math.floor((header.to_ms - header.from_ms) / DUTY_STEP_MS) + 1;
    const rows = Array.from({ length: steps }, (_, step) => ({ time: header.from_ms + step * DUTY_STEP_MS, counts: new Array(9).fill(0) }));
    const { states } = this;
    for (let who = 0; who < states.people; who++) countStates(rows, states, who);
    this._duty = rows;
    return rows;
  }
}

function countStates(rows, states, who) {
  let place = states.first[who] - 1;
  for (const row of rows) {
    while (place + 1 < states.first[who + 1] && states.time[place + 1] <= row.time) place++;
    row.counts[place < states.first[who] ? 0 : states.state[place]]++;
  }
}

/** Everything that can change on the page, and how the rest follows from it. */
class App {
  constructor(trace, settings) {
    this.trace = trace;
    this.all = { streets: trace.streets, camera: null, drawnArcs: drawnArcs(trace.streets) };
    this.camera = this.all.camera = new Camera(trace.streets);
    this.hiddenStates = new Set();
    this.hiddenTeams = new Set();
    this.layers = new Set(["places"]);
    this.selected = null;
    this.isPlaying = false;
    this.isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.speed = 300;
    this.numbers = [...new Set(trace.header.runs.map((run) => run.replication))];
    this.kept = new Map();
    this.number = this.numbers[0];
    this.time = settings.time === null ? this._firstMoment() : settings.time;
    this.needs = { streets: true, frame: true, panel: true };
    this.frames = 0;
  }

  /** Start with a bit of the first morning: at midnight there is little to see. */
  _firstMoment() {
    const { from_ms: from, to_ms: to } = this.trace.header;
    return Math.min(from + 8 * HOUR_MS, from + (to - from) / 3);
  }

  /** Return the runs of the replication shown; what follows from a run is worked out once. */
  runs() {
    return this.trace.runs.filter((run) => run.about.replication === this.number).map((run) => {
      if (!this.kept.has(run)) this.kept.set(run, new ShownRun(run, this.trace.header));
      return this.kept.get(run);
    });
  }

  /** Show both strategies, or one of them alone: "both", 0 or 1. */
  show(which) {
    const runs = this.runs();
    this.which = runs.length < 2 ? 0 : which;
    const places = this.which === "both" ? [0, 1] : [this.which];
    this.views = places.map((place) => new MapView(this, runs[place], place));
    document.getElementById("maps").replaceChildren(...this.views.map((view) => view.element));
    this.views.forEach((view) => bindMap(this, view));
    renewCharts(this);
    this.resize();
    this.name();
  }

  resize() {
    this.arrange();
    this.views.forEach((view) => view.measure());
    const [view] = this.views;
    if (!this.camera.least && view.width) this.camera.showAll(view.width, view.height);
    this.refresh(true);
  }

  /** Put two maps beside or above each other, whichever shows the town larger. */
  arrange() {
    const maps = document.getElementById("maps"), [west, south, east, north] = this.camera.box;
    const zoom = (width, height) => Math.min(width / (east - west + 1), height / (north - south + 1));
    const isColumn = this.views.length > 1 && zoom(maps.clientWidth, maps.clientHeight / 2) > zoom(maps.clientWidth / 2, maps.clientHeight);
    maps.classList.toggle("column", isColumn);
  }

  /** Ask for a new picture; with the streets when the camera or the layers have changed. */
  refresh(withStreets = false) {
    this.needs.frame = this.needs.panel = true;
    this.needs.streets ||= withStreets;
  }

  goTo(time) {
    const { from_ms: from, to_ms: to } = this.trace.header;
    this.time = Math.max(from, Math.min(to, time));
    if (this.layers.has("dose")) this.needs.streets = true;
    this.refresh();
  }

  play(isPlaying) {
    const { from_ms: from, to_ms: to } = this.trace.header;
    if (isPlaying && this.time >= to) this.goTo(from);
    this.isPlaying = isPlaying;
    showPlaying(this);
    this.refresh();
  }

  /** Choose an incident by its name and fly there; null for none. */
  select(id) {
    this.selected = id;
    const row = id === null ? -1 : this.views[0].run.incidents.rowOf(id);
    if (row >= 0) {
      const { x, y } = this.views[0].run.incidents;
      [this.camera.x, this.camera.y] = [x[row], y[row]];
      this.camera.zoom = Math.max(this.camera.zoom, this.camera.least * 6);
    }
    this.refresh(true);
    // On a phone the card lies further up than the list.
    showCard(document.getElementById("card"), this);
    if (id !== null && innerWidth <= 860) document.getElementById("card").scrollIntoView({ block: "start" });
  }

  /** Return the day to which the moment shown belongs. */
  dayShown() {
    const { from_ms: from, to_ms: to } = this.trace.header;
    const day = Math.min(Math.floor((this.time - from) / DAY_MS), Math.ceil((to - from) / DAY_MS) - 1);
    return { day, from: from + day * DAY_MS, to: Math.min(from + (day + 1) * DAY_MS, to) };
  }

  expectedPerBin(from, to) {
    const { expected_per_hour: perHour, from_ms: start } = this.trace.header;
    return Array.from({ length: Math.ceil((to - from) / BIN_MS) },
      (_, bin) => (perHour[Math.floor((from - start + bin * BIN_MS) / HOUR_MS)] || 0) / 4);
  }

  mostOnDuty(from, to) {
    const counts = this.runs().flatMap((run) => run.dutyRows(this.trace.header)
      .filter((row) => row.time >= from && row.time <= to).map((row) => row.counts.slice(1).reduce((one, other) => one + other, 0)));
    return Math.max(...counts, 1);
  }

  /** Return the length of the response axis: it follows the targets, not what will happen. */
  responseAxis() {
    const targets = this.trace.header.kinds.map((kind) => kind.target_s).filter((target) => target !== null);
    return niceSpan(targets.length ? 2000 * Math.max(...targets) : 30 * MINUTE_MS);
  }

  /** Return the local date and time of a moment, as a date in UTC that is only ever formatted so. */
  dateOf(time) {
    const { start, origin_s: origin } = this.trace.header;
    return new Date(Date.parse(`${start}Z`) + origin * 1000 + time);
  }

  clockText(time, isEnd = false) {
    const date = this.dateOf(time), hour = date.getUTCHours(), minute = String(date.getUTCMinutes()).padStart(2, "0");
    return `${isEnd && hour === 0 ? "24" : String(hour).padStart(2, "0")}:${minute}`;
  }

  dateText(time) {
    return this.dateOf(time).toLocaleDateString(Language.locale,
      { weekday: "short", year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
  }

  kindName(kind) {
    return plain(this.trace.header.kinds[kind].name);
  }

  personName(who) {
    const { labels, teams } = this.trace.header, team = this.trace.people.volunteer_team;
    if (who < 0) return "";
    if (labels.length) return labels[who];
    return `${plain(teams[team[who]])} ${who - team.indexOf(team[who]) + 1}`;
  }

  /** Write every text in the language in use. */
  name() {
    nameControls(this);
    this.views.forEach((view) => view.caption.replaceChildren(make("strong", {}, plain(view.run.about.strategy))));
    document.querySelectorAll("[data-key]").forEach((element) => delete element.dataset.key);
    this.refresh(true);
  }

  frame(now) {
    const spent = Math.min(100, now - (this.before || now));
    this.before = now;
    if (this.isPlaying) {
      this.time += spent * this.speed;
      if (this.time >= this.trace.header.to_ms) {
        this.time = this.trace.header.to_ms;
        this.play(false);
      }
      this.needs.frame = true;
    }
    if (this.needs.frame) this.draw(now);
    requestAnimationFrame((next) => this.frame(next));
  }

  draw(now) {
    const isPanelDue = this.needs.panel || now - (this.panelAt || 0) > PANEL_EVERY_MS;
    if (this.isPlaying && isPanelDue && this.layers.has("dose")) this.needs.streets = true;
    for (const view of this.views) {
      if (this.needs.streets) view.drawStreets();
      view.draw(this.time);
    }
    this.needs = { streets: false, frame: false, panel: false };
    this.frames++;
    if (!isPanelDue) return;
    this.panelAt = now;
    showMoment(this);
  }
}

/** Return the arcs that are drawn: each street once. */
function drawnArcs(streets) {
  return [...streets.head.keys()].filter((arc) => streets.back[arc] < 0);
}

/** Read what the address asks for: #t=SECONDS&lang=zh. */
function settingsOf(hash, header) {
  const wanted = new URLSearchParams(hash.replace(/^#/, ""));
  const seconds = Number.parseFloat(wanted.get("t"));
  const language = wanted.get("lang") || header.language || (navigator.language || "en").slice(0, 2);
  return { time: Number.isFinite(seconds) ? header.from_ms + seconds * 1000 : null, language: language in WORDS ? language : "en" };
}

async function start() {
  try {
    const header = JSON.parse(document.getElementById("trace-header").textContent);
    const settings = settingsOf(location.hash, header);
    Language.code = settings.language;
    const trace = await readTrace(header, document.getElementById("trace-columns").textContent);
    Colours.read();
    const app = new App(trace, settings);
    bindControls(app);
    app.show("both");
    app.draw(performance.now());
    window.playback = app;
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
    requestAnimationFrame((now) => app.frame(now));
  } catch (error) {
    document.getElementById("maps").textContent = Language.say("broken", { reason: error.message });
    throw error;
  }
}

if (typeof document !== "undefined") start();
