// What is known at a moment: where everybody is, what became of each incident, how it adds up.
"use strict";

const FEWEST_FOR_QUANTILE = 20;
const DAY_MS = 86400000, HOUR_MS = 3600000, MINUTE_MS = 60000;

/** Where everybody is and what they do at one moment; moving on in time is cheap. */
class Present {
  constructor(run) {
    this.ways = run.ways;
    this.states = run.states;
    this.people = run.ways.people;
    this.leg = new Int32Array(this.people).fill(-1);
    this.knot = new Int32Array(this.people).fill(-1);
    this.place = new Int32Array(this.people).fill(-1);
    this.x = new Float32Array(this.people);
    this.y = new Float32Array(this.people);
    this.state = new Uint8Array(this.people);
    this.time = -1;
  }

  /** Move everybody to a moment. */
  seek(time) {
    if (time === this.time) return;
    const isLater = time > this.time && this.time >= 0;
    for (let who = 0; who < this.people; who++) {
      this._seekState(who, time, isLater);
      if (this.state[who]) this._seekPlace(who, time, isLater);
      else this.leg[who] = -1;
    }
    this.time = time;
  }

  _seekState(who, time, isLater) {
    const { time: moments, first, state } = this.states;
    const last = first[who + 1];
    let place = this.place[who];
    if (!isLater) place = lastNotAfter(moments, first[who], last, time);
    else {
      let following = place < 0 ? first[who] : place + 1;
      while (following < last && moments[following] <= time) place = following++;
    }
    this.place[who] = place;
    this.state[who] = place < 0 ? 0 : state[place];
  }

  _seekPlace(who, time, isLater) {
    const ways = this.ways, last = ways.firstLeg[who + 1];
    let leg = this.leg[who];
    const stays = isLater && leg >= 0 && (leg + 1 >= last || ways.start[leg + 1] > time);
    if (!stays) {
      leg = ways.legAt(who, time);
      this.leg[who] = leg;
      this.knot[who] = leg < 0 ? -1 : ways.firstKnot[leg];
    }
    if (leg < 0) return;
    const end = ways.firstKnot[leg + 1], walked = Math.min(time, ways.end[leg]);
    let knot = this.knot[who];
    while (knot + 1 < end && ways.time[knot + 1] <= walked) knot++;
    this.knot[who] = knot;
    const here = ways.x[knot], there = ways.y[knot];
    const span = knot + 1 < end ? ways.time[knot + 1] - ways.time[knot] : 0;
    const share = span > 0 ? (walked - ways.time[knot]) / span : 0;
    this.x[who] = share > 0 ? here + share * (ways.x[knot + 1] - here) : here;
    this.y[who] = share > 0 ? there + share * (ways.y[knot + 1] - there) : there;
  }

  /** Return how many people are in each state. */
  counts() {
    const found = new Array(9).fill(0);
    for (let who = 0; who < this.people; who++) found[this.state[who]]++;
    return found;
  }
}

/** The incidents of a run with their clocks; `Infinity` for what never happens. */
class Incidents {
  constructor(run, header) {
    const columns = run.columns;
    this.codes = header.events;
    this.count = columns.incident_kind.length;
    this.kind = columns.incident_kind;
    this.x = columns.incident_x;
    this.y = columns.incident_y;
    this.priority = columns.incident_priority;
    this.isCounted = columns.incident_counted;
    this.ids = run.about.incident_ids;
    this.targets = header.kinds.map((kind) => (kind.target_s === null ? Infinity : kind.target_s * 1000));
    this.canWait = header.kinds.map((kind) => kind.can_wait);
    for (const clock of ["known", "assigned", "reached", "closed"]) {
      this[clock] = new Float64Array(this.count).fill(Infinity);
    }
    this.outcome = new Int8Array(this.count).fill(-1);
    this._readEvents(columns);
    this.byKnown = [...this.known.keys()].filter((row) => this.known[row] < Infinity)
      .sort((one, other) => this.known[one] - this.known[other] || one - other);
  }

  _readEvents(columns) {
    const clocks = new Map([[this.codes.known, this.known], [this.codes.assigned, this.assigned],
      [this.codes.arrived, this.reached], [this.codes.closed, this.closed]]);
    const events = columns.event.length;
    this.events = { time: new Float64Array(events), code: columns.event, row: columns.event_incident,
      who: columns.event_volunteer, detail: columns.event_detail };
    let now = 0;
    for (let i = 0; i < events; i++) {
      now += columns.event_gap_ms[i];
      this.events.time[i] = now;
      const row = columns.event_incident[i], clock = clocks.get(columns.event[i]);
      if (clock && clock[row] === Infinity) clock[row] = now;
      if (columns.event[i] === this.codes.closed) this.outcome[row] = columns.event_detail[i];
    }
  }

  /** Return what is going on with an incident: unknown, waiting, coming, tended or closed. */
  stateAt(row, time) {
    if (this.known[row] > time) return "unknown";
    if (this.closed[row] <= time) return "closed";
    if (this.reached[row] <= time) return "tended";
    return this.isSomebodyComing(row, time) ? "coming" : "waiting";
  }

  /** Say whether somebody was assigned and has not left again. */
  isSomebodyComing(row, time) {
    if (this.assigned[row] > time) return false;
    let people = 0;
    for (const event of this.eventsOf(row)) {
      if (this.events.time[event] > time) break;
      if (this.events.code[event] === this.codes.assigned) people++;
      if (this.events.code[event] === this.codes.released) people--;
    }
    return people > 0;
  }

  /** Return the events of an incident, in order. */
  eventsOf(row) {
    if (!this.byIncident) {
      this.byIncident = Array.from({ length: this.count }, () => []);
      for (let i = 0; i < this.events.row.length; i++) this.byIncident[this.events.row[i]].push(i);
    }
    return this.byIncident[row];
  }

  /** Return the row of an incident by its name, or -1. */
  rowOf(id) {
    if (!this.rows) this.rows = new Map(this.ids.map((name, row) => [name, row]));
    return this.rows.has(id) ? this.rows.get(id) : -1;
  }

  /** Return the incidents known in a span of time, in the order in which they became known. */
  knownBetween(from, to) {
    return this.byKnown.filter((row) => this.known[row] >= from && this.known[row] <= to);
  }

  /** Return the incidents known then that are answered at once: requests and appointments wait for their time. */
  urgentBetween(from, to) {
    return this.knownBetween(from, to).filter((row) => !this.canWait[this.kind[row]]);
  }

  /** Sum up what is known at a moment of the incidents since another one. */
  summary(from, time) {
    const rows = this.urgentBetween(from, time).filter((row) => this.isCounted[row]);
    const found = { known: rows.length, reached: 0, waiting: 0, lost: 0, judged: 0, within: 0 };
    const waits = { least: [], most: [] };
    for (const row of rows) this._judge(row, time, found, waits);
    for (const list of [waits.least, waits.most]) list.sort((one, other) => one - other);
    found.median = quantile(waits, 0.5);
    found.nine = quantile(waits, 0.9);
    return found;
  }

  /** Count an incident; one that was not reached stays in every share, and waits without end. */
  _judge(row, time, found, waits) {
    const isReached = this.reached[row] <= time, isClosed = this.closed[row] <= time;
    const waited = (isReached ? this.reached[row] : time) - this.known[row];
    const target = this.targets[this.kind[row]];
    if (isReached) found.reached++;
    else if (isClosed) found.lost++;
    else found.waiting++;
    waits.least.push(isReached ? waited : isClosed ? Infinity : waited);
    waits.most.push(isReached ? waited : Infinity);
    if (target === Infinity || (!isReached && !isClosed && waited <= target)) return;
    found.judged++;
    if (isReached && waited <= target) found.within++;
  }
}

/** Return a quantile as {value, isAtLeast}; null for too few. Open ones may still change it. */
function quantile(waits, order) {
  const count = waits.least.length;
  if (count < FEWEST_FOR_QUANTILE) return null;
  const place = Math.max(0, Math.ceil(order * count) - 1);
  return { value: waits.least[place], isAtLeast: waits.least[place] !== waits.most[place] };
}

/** How much time patrols spent in each square of a grid up to a moment. */
function patrolDose(ways, from, time, side) {
  const found = new Map();
  for (let who = 0; who < ways.people; who++) {
    for (let leg = ways.firstLeg[who]; leg < ways.firstLeg[who + 1] && ways.start[leg] < time; leg++) {
      if ((ways.what[leg] & PURPOSE) !== 3 || ways.end[leg] < from) continue;
      addLeg(found, ways, leg, Math.min(time, ways.end[leg]), side);
    }
  }
  return found;
}

function addLeg(found, ways, leg, until, side) {
  for (let knot = ways.firstKnot[leg]; knot + 1 < ways.firstKnot[leg + 1] && ways.time[knot] < until; knot++) {
    const span = Math.min(until, ways.time[knot + 1]) - ways.time[knot];
    const column = Math.floor((ways.x[knot] + ways.x[knot + 1]) / 2 / side);
    const row = Math.floor((ways.y[knot] + ways.y[knot + 1]) / 2 / side);
    const key = column * 65536 + row;
    found.set(key, (found.get(key) || 0) + span);
  }
}

if (typeof module !== "undefined") module.exports = { Present, Incidents, quantile, patrolDose };
