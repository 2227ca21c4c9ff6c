// What is written again when the language, the strategies or the moment change.
"use strict";

const LIST_EVERY_MS = 600;

/** Write all texts that do not depend on the moment. */
function nameControls(app) {
  const { header } = app.trace;
  document.documentElement.lang = Language.code === "zh" ? "zh-CN" : "en";
  document.title = `${header.scenario} · ${Language.say("title")}`;
  byId("scenario").textContent = header.scenario;
  document.querySelectorAll("[data-say]").forEach((element) => { element.textContent = Language.say(element.dataset.say); });
  document.querySelectorAll("[data-label]").forEach((element) => {
    element.setAttribute("aria-label", Language.say(element.dataset.label));
    element.title = Language.say(element.dataset.label);
  });
  byId("keys").textContent = Language.say("keys");
  showPlaying(app);
  nameReport(header.report);
  nameMenus(app);
  nameLegend(app);
  byId("verdict").replaceChildren(...verdictTexts(app).map((text) => make("p", {}, text)), make("p", { class: "muted" }, Language.say("one_day")));
}

/** Lead to the report where it stands beside this page. */
function nameReport(file) {
  const link = byId("report");
  // In the frame of a notebook there is no file beside the page.
  link.hidden = !file || window.parent !== window;
  if (!file) return;
  link.href = file;
  link.textContent = Language.say("report", { file });
}

function fillMenu(menu, options, value) {
  menu.replaceChildren(...options.map(([key, text]) => make("option", { value: String(key) }, text)));
  menu.value = String(value);
}

function nameMenus(app) {
  const { header } = app.trace, runs = app.runs();
  fillMenu(byId("speed"), SPEEDS.map((speed) => [speed, Language.say("times", { n: Language.number(speed) })]), app.speed);
  const alone = runs.map((run, place) => [place, plain(run.about.strategy)]);
  fillMenu(byId("view"), runs.length > 1 ? [["both", Language.say("both")], ...alone] : alone, app.which);
  const days = Math.max(1, Math.ceil((header.to_ms - header.from_ms) / DAY_MS));
  const day = (place) => `${Language.say("day_of", { n: header.first_day + place })} · ${app.dateText(header.from_ms + place * DAY_MS)}`;
  fillMenu(byId("day"), Array.from({ length: days }, (_, place) => [place, day(place)]), app.dayShown().day);
  fillMenu(byId("replication"), app.numbers.map((number) => [number, replicationText(app, number)]), app.number);
  byId("view").parentElement.hidden = runs.length < 2;
  byId("day").parentElement.hidden = days < 2;
  byId("replication").parentElement.hidden = app.numbers.length < 2;
  byId("which").textContent = replicationText(app, app.number);
}

function replicationText(app, number) {
  const { replications, typical } = app.trace.header;
  if (replications === 1) return Language.say("only");
  const text = Language.say("replication_of", { n: number + 1, of: replications });
  return `${text}${Language.code === "zh" ? "：" : ": "}${Language.say(number === typical ? "typical" : "chosen")}`;
}

/** Write the legend, which is also where states, teams and layers are switched. */
function nameLegend(app) {
  const { header } = app.trace;
  const states = [2, 1, 3, 4, 5, 6, 7, 8].map((state) => tick(app, app.hiddenStates, state, legendSign(state, 0), Language.say(`state_${state}`)));
  byId("states").replaceChildren(...states);
  const teams = header.teams.map((team, number) => tick(app, app.hiddenTeams, number, legendSign(2, number), plain(team)));
  byId("teams").replaceChildren(...teams);
  const marks = ["waiting", "coming", "tended"].map((state) => make("li", {}, make("span", { class: `ring ${state}`, "aria-hidden": "true" }), Language.say(`incident_${state}`)));
  byId("marks").replaceChildren(...marks);
  byId("layers").replaceChildren(...LAYERS.filter((layer) => hasLayer(app.trace, layer)).map((layer) => layerTick(app, layer)));
}

function hasLayer({ header, people }, layer) {
  if (layer === "dose") return people.volunteer_patrols.includes(1);
  if (layer === "hot") return header.hot_spots.length > 0;
  if (layer === "area") return Object.keys(header.areas).length > 0;
  if (layer === "places") return Object.keys(header.places).length + header.closed.length > 0 || header.runs.some((run) => run.closed);
  return true;
}

function tick(app, hidden, key, sign, text) {
  const box = make("input", { type: "checkbox", checked: !hidden.has(key), onchange: (event) => {
    if (event.target.checked) hidden.delete(key); else hidden.add(key);
    app.refresh();
  } });
  return make("li", {}, make("label", {}, box, sign, text));
}

function layerTick(app, layer) {
  const box = make("input", { type: "checkbox", "data-layer": layer, checked: app.layers.has(layer), onchange: (event) => {
    if (event.target.checked) app.layers.add(layer); else app.layers.delete(layer);
    app.refresh(true);
  } });
  return make("li", {}, make("label", {}, box, Language.say(`layer_${layer}`)));
}

/** Make a chart of people on duty for each strategy shown. */
function renewCharts(app) {
  byId("duty").replaceChildren(...app.views.map((view) => make("figure", {}, make("figcaption", {}), make("canvas", { role: "img" }))));
}

/** Write everything that depends on the moment. */
function showMoment(app) {
  const isWarmingUp = app.time < app.trace.header.warm_up_ms;
  byId("warm-up").textContent = isWarmingUp ? Language.say("warm_up") : "";
  byId("clock").textContent = app.clockText(app.time);
  byId("date").textContent = app.dateText(app.time);
  byId("day").value = String(app.dayShown().day);
  showNow(byId("now"), app);
  if (!app.isPlaying || performance.now() - (app.listedAt || 0) > LIST_EVERY_MS) {
    app.listedAt = performance.now();
    showList(byId("list"), app);
    showCard(byId("card"), app);
  }
  drawBar(byId("bar"), app);
  const beyond = drawResponses(byId("responses"), app);
  byId("response-note").textContent = Language.say("chart_note", { n: beyond });
  app.views.forEach((view, place) => {
    const [caption, canvas] = byId("duty").children[place].children;
    caption.textContent = Language.say("chart_duty", { name: plain(view.run.about.strategy) });
    drawDuty(canvas, app, view.run);
  });
  if (!app.isPlaying) describe(app);
}

/** Give the pictures their text: only while the clock stands still. */
function describe(app) {
  showTables(app);
  const bar = byId("bar"), { from, to } = app.dayShown();
  bar.setAttribute("aria-valuemin", String(Math.round(from / 1000)));
  bar.setAttribute("aria-valuemax", String(Math.round(to / 1000)));
  bar.setAttribute("aria-valuenow", String(Math.round(app.time / 1000)));
  bar.setAttribute("aria-valuetext", `${app.dateText(app.time)} ${app.clockText(app.time)}`);
  for (const view of app.views) {
    const counts = view.run.present.counts();
    const people = [1, 2, 3, 4, 5, 6, 7, 8].filter((state) => counts[state])
      .map((state) => `${Language.number(counts[state])} ${Language.say(`state_${state}`)}`);
    const waiting = view.run.openAt(app.time).filter((row) => view.run.incidents.reached[row] > app.time).length;
    const text = [Language.say("map_of", { name: plain(view.run.about.strategy) }), ...people, `${waiting} ${Language.say("waiting")}`];
    view.canvas.setAttribute("aria-label", text.join(", "));
  }
  byId("responses").setAttribute("aria-label", byId("responses-title").textContent);
  for (const figure of byId("duty").children) figure.children[1].setAttribute("aria-label", figure.children[0].textContent);
}
