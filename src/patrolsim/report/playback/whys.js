// Why these people were sent and not others: what the dispatch policy said of its decisions.
"use strict";

/** The reasons of one run, by row of the incident. */
class Whys {
  constructor(columns, about) {
    this.columns = columns;
    this.about = about;
    this.byIncident = new Map();
    this.unfolded = new Set();
    let now = 0, first = 0;
    columns.why_incident.forEach((row, place) => {
      now += columns.why_gap_ms[place];
      const last = first + columns.why_count[place];
      const why = { time: now, rule: about.rules[columns.why_rule[place]], first, last };
      this.byIncident.set(row, [...(this.byIncident.get(row) || []), why]);
      first = last;
    });
  }

  /** Return the decisions on an incident up to a moment, each with the people weighed. */
  of(row, time) {
    return (this.byIncident.get(row) || []).filter((why) => why.time <= time)
      .map((why) => ({ ...why, weighed: this._weighed(why) }));
  }

  _weighed({ first, last }) {
    const { columns, about } = this;
    return Array.from({ length: last - first }, (_, place) => first + place).map((at) => ({
      who: columns.weighed_volunteer[at],
      score: (columns.weighed_below_0[at] ? -1 : 1) * columns.weighed_tenths[at] / 10,
      isChosen: columns.weighed_chosen[at] === 1,
      note: about.notes[columns.weighed_note[at]],
    }));
  }
}

/** Return what the card of an incident says of the decisions; nothing where nobody was sent. */
function whyParts(view, row, app) {
  const { unfolded } = view.run.whys;
  const remember = (why) => (event) => unfolded[event.target.open ? "add" : "delete"](why.first);
  return view.run.whys.of(row, app.time).map((why) => make("details",
    { class: "why", open: unfolded.has(why.first) ? "" : null, ontoggle: remember(why) },
    make("summary", {}, Language.say("why_title", { time: app.clockText(why.time) })),
    make("p", { class: "muted" }, ruleText(why.rule)), weighedTable(why, app)));
}

/** Return the rule in the language of the page, where the page knows it, else as it is written. */
function ruleText(rule) {
  const known = ["closest", "silent"].find((name) => WORDS.en[`rule_${name}`] === rule);
  return known ? Language.say(`rule_${known}`) : rule;
}

function weighedTable(why, app) {
  const head = ["why_who", "why_score"].map((key) => make("th", { scope: "col" }, Language.say(key)));
  const rows = why.weighed.map((one) => make("tr", { class: one.isChosen ? "chosen" : null },
    make("th", { scope: "row" }, `${one.isChosen ? "★ " : ""}${app.personName(one.who)}`),
    make("td", {}, Language.number(one.score, 1) + (one.note ? ` · ${one.note}` : ""))));
  return make("table", {}, make("caption", {}, Language.say("why_chosen")),
    make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}
