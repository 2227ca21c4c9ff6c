// Buttons, menus, keys, mouse and touch.
"use strict";

const LAYERS = ["hot", "area", "dose", "places"];

function byId(id) {
  return document.getElementById(id);
}

/** Connect everything that does not change with the strategies shown. */
function bindControls(app) {
  byId("play").addEventListener("click", () => app.play(!app.isPlaying));
  byId("language").addEventListener("click", () => switchLanguage(app));
  byId("theme").addEventListener("click", () => switchTheme(app));
  byId("help").addEventListener("click", () => byId("keys").toggleAttribute("hidden"));
  byId("home").addEventListener("click", () => goHome(app));
  byId("zoom-in").addEventListener("click", () => zoom(app, 1.5));
  byId("zoom-out").addEventListener("click", () => zoom(app, 1 / 1.5));
  byId("speed").addEventListener("change", (event) => { app.speed = Number(event.target.value); });
  byId("view").addEventListener("change", (event) => app.show(event.target.value === "both" ? "both" : Number(event.target.value)));
  byId("day").addEventListener("change", (event) => goToDay(app, Number(event.target.value)));
  byId("replication").addEventListener("change", (event) => showReplication(app, Number(event.target.value)));
  bindBar(app, byId("bar"));
  addEventListener("keydown", (event) => onKey(app, event));
  addEventListener("resize", () => app.resize());
  new ResizeObserver(() => app.views && app.resize()).observe(byId("maps"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { Colours.read(); app.name(); });
}

function switchLanguage(app) {
  Language.code = Language.code === "en" ? "zh" : "en";
  app.name();
}

function switchTheme(app) {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  Colours.read();
  app.name();
}

function goHome(app) {
  app.camera.showAll(app.views[0].width, app.views[0].height);
  app.refresh(true);
}

function zoom(app, factor, at) {
  app.camera.zoomBy(factor, at);
  app.refresh(true);
}

function goToDay(app, day) {
  const shown = app.dayShown();
  app.goTo(app.time + (day - shown.day) * DAY_MS);
}

function showReplication(app, number) {
  app.number = number;
  app.selected = null;
  app.show(app.which);
}

/** The bar is a slider: by mouse, by touch, and by keys. */
function bindBar(app, bar) {
  const seek = (event) => {
    const box = bar.getBoundingClientRect(), { from, to } = app.dayShown();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left - 8) / (box.width - 16)));
    // The end of the bar is still this day.
    app.goTo(Math.min(from + share * (to - from), to - (to < app.trace.header.to_ms ? 1 : 0)));
  };
  bar.addEventListener("pointerdown", (event) => { bar.setPointerCapture(event.pointerId); seek(event); });
  bar.addEventListener("pointermove", (event) => { if (bar.hasPointerCapture(event.pointerId)) seek(event); });
}

/** Drag, wheel, pinch, hover and click on a map. */
function bindMap(app, view) {
  const fingers = new Map();
  let moved = 0;
  const at = (event) => {
    const box = view.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  view.element.addEventListener("pointerdown", (event) => {
    view.element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    moved = 0;
  });
  view.element.addEventListener("pointermove", (event) => {
    const here = at(event), before = fingers.get(event.pointerId);
    if (!before) { hover(app, view, here, event); return; }
    const others = [...fingers.entries()].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    if (others.length) pinch(app, view, [before, here], others[0]);
    else drag(app, before, here);
    moved += Math.hypot(here[0] - before[0], here[1] - before[1]);
    fingers.set(event.pointerId, here);
  });
  const lift = (event) => {
    if (fingers.delete(event.pointerId) && moved < 5 && event.type === "pointerup") click(app, view, at(event), event);
  };
  view.element.addEventListener("pointerup", lift);
  view.element.addEventListener("pointercancel", lift);
  view.element.addEventListener("pointerleave", () => { byId("hint").hidden = true; });
  view.element.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(app, Math.exp(-event.deltaY * 0.0015), view.pointAt(...at(event)));
  }, { passive: false });
}

function drag(app, before, here) {
  app.camera.x -= (here[0] - before[0]) / app.camera.zoom;
  app.camera.y += (here[1] - before[1]) / app.camera.zoom;
  app.refresh(true);
}

function pinch(app, view, [before, here], other) {
  const far = (point) => Math.max(20, Math.hypot(point[0] - other[0], point[1] - other[1]));
  zoom(app, far(here) / far(before), view.pointAt((here[0] + other[0]) / 2, (here[1] + other[1]) / 2));
}

function click(app, view, point, event) {
  const found = view.find(...point);
  if (found && "incident" in found) app.select(view.run.incidents.ids[found.incident]);
  else hover(app, view, point, event);
}

/** Say who or what is under the pointer. */
function hover(app, view, point, event) {
  const found = view.find(...point), hint = byId("hint");
  hint.hidden = found === null;
  if (found === null) return;
  hint.textContent = "incident" in found ? incidentHint(app, view, found.incident) : personHint(app, view, found.person);
  hint.style.left = `${Math.min(event.clientX + 14, innerWidth - 230)}px`;
  hint.style.top = `${Math.min(event.clientY + 14, innerHeight - 60)}px`;
}

function incidentHint(app, view, row) {
  const { incidents } = view.run;
  return `${app.kindName(incidents.kind[row])} · ${Language.say(`incident_${incidents.stateAt(row, app.time)}`)} · ${answerText(incidents, incidents.ids[row], app.time)}`;
}

function personHint(app, view, who) {
  const { header, people } = app.trace;
  const parts = [app.personName(who), header.modes[people.volunteer_mode[who]], Language.say(`state_${view.run.present.state[who]}`)];
  const leg = view.run.present.leg[who], state = view.run.present.state[who];
  const row = state === 5 && leg >= 0 ? view.run.ways.incident[leg] : -1;
  if (row >= 0) parts.push(app.kindName(view.run.incidents.kind[row]));
  return parts.join(" · ");
}

const KEYS = {
  " ": (app) => app.play(!app.isPlaying),
  ArrowRight: (app, event) => app.goTo(app.time + (event.shiftKey ? HOUR_MS : 5 * MINUTE_MS)),
  ArrowLeft: (app, event) => app.goTo(app.time - (event.shiftKey ? HOUR_MS : 5 * MINUTE_MS)),
  ArrowUp: (app) => changeSpeed(app, 1),
  ArrowDown: (app) => changeSpeed(app, -1),
  Home: (app) => app.goTo(app.dayShown().from),
  End: (app) => app.goTo(app.dayShown().to),
  "+": (app) => zoom(app, 1.5),
  "=": (app) => zoom(app, 1.5),
  "-": (app) => zoom(app, 1 / 1.5),
  h: goHome,
  b: (app) => app.show("both"),
  1: (app) => app.show(0),
  2: (app) => app.show(1),
  l: switchLanguage,
  d: switchTheme,
  "?": () => byId("keys").toggleAttribute("hidden"),
  Escape: (app) => { byId("keys").hidden = true; app.select(null); },
};

function onKey(app, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  const tag = event.target.tagName;
  // A button answers to the space bar itself, a menu to the arrows, a box to both.
  if (tag === "SELECT" || (/^(BUTTON|INPUT|SUMMARY|A)$/.test(tag) && event.key === " ")) return;
  event.preventDefault();
  KEYS[event.key](app, event);
}

function changeSpeed(app, step) {
  const place = Math.min(SPEEDS.length - 1, Math.max(0, SPEEDS.indexOf(app.speed) + step));
  app.speed = SPEEDS[place];
  byId("speed").value = String(app.speed);
}

function showPlaying(app) {
  const button = byId("play"), text = Language.say(app.isPlaying ? "pause" : "play");
  button.textContent = app.isPlaying ? "❚❚" : "▶";
  button.setAttribute("aria-label", text);
  button.title = text;
}
