// The side panel: the day so far, the verdict over all replications, incidents, tables.
"use strict";

const MOST_LISTED = 60;

/** Replace the children of an element only when what they say has changed. */
function renew(element, key, build) {
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  element.replaceChildren(...build());
}

/** Write a quantile with its doubt. */
function quantileText(found, endless) {
  if (found === null) return Language.say("too_few", { n: FEWEST_FOR_QUANTILE });
  if (found.value === Infinity) return Language.say(endless);
  const text = Language.duration(found.value);
  return found.isAtLeast ? Language.say("at_least", { x: text }) : text;
}

function percent(part, whole) {
  return whole ? Language.say("percent", { n: Language.number((100 * part) / whole, 0) }) : "–";
}

/** Show the numbers of the day so far; no number is marked as better than another. */
function showNow(table, app) {
  const sums = app.views.map((view) => view.run.incidents.summary(app.dayShown().from, app.time));
  const duty = app.views.map((view) => view.run.present.counts().slice(1).reduce((one, other) => one + other, 0));
  const rows = [
    ["known", (sum) => Language.number(sum.known)],
    ["reached", (sum) => Language.number(sum.reached)],
    ["waiting", (sum) => Language.number(sum.waiting)],
    ["lost", (sum) => Language.number(sum.lost)],
    ["median", (sum) => quantileText(sum.median, "endless_half")],
    ["nine", (sum) => quantileText(sum.nine, "endless")],
    ["within", (sum) => percent(sum.within, sum.judged)],
    ["on_duty", (_, place) => Language.number(duty[place])],
  ];
  const texts = rows.map(([key, write]) => [Language.say(key), ...sums.map(write)]);
  const names = ["", ...app.views.map((view) => plain(view.run.about.strategy))];
  fillTable(table, [names, ...texts], app.views.map((view) => view.index));
}

/** Fill a table: first row and first column are headings. */
function fillTable(table, rows, runs = []) {
  renew(table, JSON.stringify([rows, runs]), () => {
    const head = rows[0].map((text, place) => make(place || text ? "th" : "td",
      place || text ? { scope: "col", class: runs.length && place ? `run-${"ab"[runs[place - 1]]}` : null } : {}, text));
    const body = rows.slice(1).map((row) => make("tr", {}, make("th", { scope: "row" }, row[0]),
      ...row.slice(1).map((text) => make("td", {}, text))));
    return [make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body)];
  });
}

/** Write what all replications together say, from the comparisons that the run holds. */
function verdictTexts(app) {
  const { comparisons, runs } = app.trace.header;
  const shown = new Set(runs.map((run) => run.strategy));
  const found = comparisons.filter((pair) => shown.has(pair.strategy));
  return found.length ? found.map(verdictText) : [Language.say("no_comparison")];
}

function verdictText(pair) {
  const what = Language.say(pair.measure);
  if (pair.value === null) return Language.say("nothing", { strategy: plain(pair.strategy), control: plain(pair.control), what });
  const way = wayOf(pair.value, pair.unit);
  const size = sizeText(Math.abs(pair.value), pair.unit);
  const span = pair.low === null ? "" : spanText(pair);
  const key = { better: "decided", worse: "decided", "not decided": "undecided", "exactly the same": "same",
    "too few replications": pair.n === 1 ? "single" : "few" }[pair.verdict] || "nothing";
  return Language.say(key, { ...pair, strategy: plain(pair.strategy), control: plain(pair.control), what, way, size, span });
}

/** Return which way a difference points. */
function wayOf(value, unit) {
  if (unit === "s") return Language.say(value > 0 ? "longer" : "shorter");
  return Language.say(value > 0 ? "higher" : "lower");
}

/** Write an interval without signs: where it lies on both sides of nothing, with both ways. */
function spanText({ low, high, unit }) {
  const ends = [low, high].map((end) => sizeText(Math.abs(end), unit));
  if (low * high < 0) return Language.say("between", { low: ends[0], low_way: wayOf(low, unit), high: ends[1], high_way: wayOf(high, unit) });
  return Language.say("span", low + high < 0 ? { low: ends[1], high: ends[0] } : { low: ends[0], high: ends[1] });
}

function sizeText(value, unit) {
  if (unit === "s") return value < 120 ? Language.say("seconds", { n: Language.number(value, 1) }) : Language.duration(value * 1000);
  return Language.say("points", { n: Language.number(value * 100, 1) });
}

/** List the incidents known on the day shown, the latest first. */
function showList(list, app) {
  const incidents = app.views[0].run.incidents;
  const rows = incidents.knownBetween(app.dayShown().from, app.time).reverse();
  const minute = Math.floor(app.time / MINUTE_MS);
  const key = `${Language.code} ${rows.length} ${minute} ${app.selected} ${app.views.map((view) => view.index)} ${app.number}`;
  renew(list, key, () => {
    if (!rows.length) return [make("li", { class: "muted" }, Language.say("nothing_yet"))];
    const items = rows.slice(0, MOST_LISTED).map((row) => listItem(incidents, row, app));
    const left = rows.length - MOST_LISTED;
    return left > 0 ? [...items, make("li", { class: "muted" }, Language.say("more", { n: left }))] : items;
  });
}

function listItem(incidents, row, app) {
  const id = incidents.ids[row];
  const answers = app.views.map((view) => make("span", { class: `run-${"ab"[view.index]}` }, answerText(view.run.incidents, id, app.time)));
  const button = make("button", { type: "button", "data-id": id, "aria-pressed": String(app.selected === id),
    onclick: () => app.select(id) },
  make("span", {}, app.clockText(incidents.known[row])), make("span", {}, app.kindName(incidents.kind[row])),
  make("span", { class: "answers" }, ...answers));
  return make("li", {}, button);
}

/** Say how an incident stands: how long it took to reach it, or how long it has waited. */
function answerText(incidents, id, time) {
  const row = incidents.rowOf(id);
  if (row < 0 || incidents.known[row] > time) return "–";
  if (incidents.reached[row] <= time) return Language.duration(incidents.reached[row] - incidents.known[row]);
  if (incidents.closed[row] <= time) return Language.say("lost");
  return Language.say("waits", { x: Language.duration(time - incidents.known[row]) });
}

/** Show one incident: its stages and what has happened so far under each strategy. */
function showCard(card, app) {
  card.hidden = app.selected === null;
  if (card.hidden) return;
  const key = `${app.selected} ${Language.code} ${Math.floor(app.time / MINUTE_MS)} ${app.views.map((view) => view.index)} ${app.number}`;
  renew(card, key, () => {
    const close = make("button", { type: "button", class: "close", onclick: () => app.select(null) }, Language.say("close"));
    const parts = app.views.map((view) => cardPart(view, app)).filter((part) => part !== null);
    return [close, make("h3", {}, Language.say("incident", { id: app.selected })), ...parts];
  });
}

function cardPart(view, app) {
  const incidents = view.run.incidents, row = incidents.rowOf(app.selected);
  if (row < 0) return null;
  const target = app.trace.header.kinds[incidents.kind[row]].target_s;
  const about = [app.kindName(incidents.kind[row]), Language.say("priority", { n: incidents.priority[row] }),
    target === null ? Language.say("no_target") : Language.say("target", { x: Language.duration(target * 1000) }),
    Language.say(`incident_${incidents.stateAt(row, app.time)}`)];
  const lines = incidents.eventsOf(row).filter((event) => incidents.events.time[event] <= app.time)
    .map((event) => make("li", {}, make("time", {}, app.clockText(incidents.events.time[event])), eventText(incidents, event, row, app)));
  return make("section", {}, make("h4", { class: `run-${"ab"[view.index]}` }, plain(view.run.about.strategy)),
    make("p", { class: "muted" }, about.join(" · ")), make("ol", {}, ...lines), ...whyParts(view, row, app));
}

function eventText(incidents, event, row, app) {
  const { code, who, detail } = incidents.events, { header } = app.trace;
  const name = Object.keys(header.events).find((each) => header.events[each] === code[event]);
  const nameOf = (codes, value) => Object.keys(codes).find((each) => codes[each] === value);
  const gaps = {
    who: app.personName(who[event] - 1),
    stage: header.kinds[incidents.kind[row]].stages[detail[event]],
    why: name === "released" ? Language.say(`why_${nameOf(header.releases, detail[event])}`) : "",
    outcome: name === "closed" ? Language.say(`outcome_${nameOf(header.outcomes, detail[event])}`) : "",
  };
  return Language.say(name === "known" && detail[event] === 1 ? "e_seen" : `e_${name}`, gaps);
}

/** Fill the tables that carry in words what maps and charts show. */
function showTables(app) {
  const names = ["", ...app.views.map((view) => plain(view.run.about.strategy))];
  const counts = app.views.map((view) => view.run.present.counts());
  const states = [1, 2, 3, 4, 5, 6, 7, 8].map((state) => [Language.say(`state_${state}`), ...counts.map((each) => Language.number(each[state]))]);
  fillTable(document.getElementById("table-states"), [names, ...states], app.views.map((view) => view.index));
  const kinds = app.trace.header.kinds.map((kind, number) => [app.kindName(number), ...app.views.map((view) => kindText(view, number, app))]);
  fillTable(document.getElementById("table-kinds"), [names, ...kinds], app.views.map((view) => view.index));
  fillTable(document.getElementById("table-duty"), [names, ...dutyRowsByHour(app)], app.views.map((view) => view.index));
}

/** Return a row for each full hour of the day so far: how many are on duty in each map shown. */
function dutyRowsByHour(app) {
  const { header } = app.trace, { from } = app.dayShown();
  const rows = app.views.map((view) => view.run.dutyRows(header)
    .filter(({ time }) => time >= from && time <= app.time && (time - from) % HOUR_MS === 0));
  const total = ({ counts }) => counts.slice(1).reduce((one, other) => one + other, 0);
  return rows[0].map(({ time }, place) => [app.clockText(time), ...rows.map((each) => Language.number(total(each[place])))]);
}

function kindText(view, kind, app) {
  const incidents = view.run.incidents;
  const rows = incidents.knownBetween(app.dayShown().from, app.time).filter((row) => incidents.kind[row] === kind);
  const reached = rows.filter((row) => incidents.reached[row] <= app.time).length;
  return `${Language.number(rows.length)} ${Language.say("known")}, ${Language.number(reached)} ${Language.say("reached")}`;
}
