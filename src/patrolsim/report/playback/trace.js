// Reads the compact trace (docs/playback.md): columns, then ways as knots in time and space.
"use strict";

const TRACE_FORMAT = "patrolsim-trace";
const TRACE_VERSION = 1;
const JUMP = 6, PURPOSE = 7, IS_CUT = 8, HAS_ENTRY = 16, HAS_SEGMENTS = 32, HAS_MODE = 64;
const COLUMN_TYPES = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array };

/** Say why a trace cannot be read, or nothing when it can. */
function refusal(header) {
  if (header.format !== TRACE_FORMAT) return "this is no trace of patrolsim";
  if (header.version !== TRACE_VERSION) {
    return `this page reads version ${TRACE_VERSION} of the trace, and this is version ${header.version}`;
  }
  const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  return isLittle ? "" : "this computer stores numbers in another order than the trace";
}

/** Unpack base64 of a gzip stream. */
async function unpack(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** Lay typed arrays over the columns of each chunk. */
function chunksOf(header, buffer) {
  return header.chunks.map((chunk) => Object.fromEntries(
    chunk.columns.map(([name, type, first, count]) => [name, new COLUMN_TYPES[type](buffer, first, count)])));
}

/** Return the streets: corners, arcs by tail, and the times of each mode in microseconds. */
function readStreets(map, header) {
  const nodes = map.node_x.length, arcs = map.arc_head.length;
  const firstArc = new Uint32Array(nodes + 1);
  const tail = new Uint32Array(arcs);
  for (let node = 0; node < nodes; node++) {
    firstArc[node + 1] = firstArc[node] + map.node_arcs[node];
    tail.fill(node, firstArc[node], firstArc[node + 1]);
  }
  const back = firstArcsBack(map, firstArc, tail);
  const times = [];
  for (const mode of header.modes_used) times[mode] = readTimes(map[`arc_us_${mode}`], back);
  return { x: map.node_x, y: map.node_y, firstArc, tail, head: map.arc_head, back, times };
}

/** Return for each arc that shares its times the first arc back, else -1. */
function firstArcsBack(map, firstArc, tail) {
  return Int32Array.from(map.arc_back, (shares, arc) => {
    if (!shares) return -1;
    let back = firstArc[map.arc_head[arc]];
    while (map.arc_head[back] !== tail[arc]) back++;
    return back;
  });
}

function readTimes(column, back) {
  const times = new Float64Array(back.length);
  let next = 0;
  for (let arc = 0; arc < back.length; arc++) times[arc] = back[arc] < 0 ? column[next++] : times[back[arc]];
  return times;
}

/** The ways of everybody under one strategy: legs, each a row of knots (time, place). */
class Ways {
  constructor(columns, streets, people) {
    const legs = columns.leg_what.length;
    this.people = columns.leg_count.length;
    this.firstLeg = new Uint32Array(this.people + 1);
    this.what = columns.leg_what;
    this.start = new Float64Array(legs);
    this.end = new Float64Array(legs);
    this.incident = new Int32Array(legs).fill(-1);
    this.firstKnot = new Uint32Array(legs + 1);
    const knots = legs + columns.hops.length + columns.segment_ms.length;
    this.time = new Float64Array(knots);
    this.x = new Float32Array(knots);
    this.y = new Float32Array(knots);
    this._read(columns, streets, people);
  }

  _read(columns, streets, people) {
    const next = { cut: 0, entry: 0, ends: 0, mode: 0, incident: 0, segment: 0, hop: 0, knot: 0 };
    let leg = 0;
    for (let who = 0; who < this.people; who++) {
      const here = { now: 0, x: 0, y: 0, node: -1, mode: people.volunteer_mode[who] };
      for (let last = leg + columns.leg_count[who]; leg < last; leg++) {
        this._readLeg(leg, columns, streets, here, next);
      }
      this.firstLeg[who + 1] = leg;
    }
    this.firstKnot[leg] = next.knot;
  }

  _readLeg(leg, columns, streets, here, next) {
    const what = columns.leg_what[leg];
    here.now += columns.leg_gap_ms[leg];
    this.start[leg] = here.now;
    this.firstKnot[leg] = next.knot;
    const mode = what & HAS_MODE ? columns.leg_mode[next.mode++] : here.mode;
    const hasSegments = what & HAS_SEGMENTS;
    const leads = hasSegments ? columns.leads[next.ends] : 0;
    const tails = hasSegments ? columns.tails[next.ends++] : 0;
    if (what & HAS_ENTRY) here.node = columns.entry[next.entry++];
    if ((what & PURPOSE) < 2) this.incident[leg] = columns.leg_incident[next.incident++] - 1;
    if ((what & PURPOSE) !== JUMP) this._knot(next, here.now, here.x, here.y);
    const clock = { us: here.now * 1000 };
    this._readSegments(leads, columns, clock, here, next);
    this._readHops(columns.leg_hops[leg], columns, streets, streets.times[mode], clock, here, next);
    this._readSegments(tails, columns, clock, here, next);
    this.end[leg] = clock.us / 1000;
    if (what & IS_CUT) {
      this.end[leg] = here.now + columns.cut_ms[next.cut++];
      [here.x, here.y] = this._point(this.firstKnot[leg], next.knot, this.end[leg]);
    }
    here.now = this.end[leg];
  }

  _readSegments(count, columns, clock, here, next) {
    for (let i = 0; i < count; i++, next.segment++) {
      clock.us += columns.segment_ms[next.segment] * 1000;
      here.x = columns.segment_x[next.segment];
      here.y = columns.segment_y[next.segment];
      this._knot(next, clock.us / 1000, here.x, here.y);
    }
  }

  _readHops(count, columns, streets, times, clock, here, next) {
    for (let i = 0; i < count; i++, next.hop++) {
      const arc = streets.firstArc[here.node] + columns.hops[next.hop];
      clock.us += times[arc];
      here.node = streets.head[arc];
      this._knot(next, clock.us / 1000, streets.x[here.node], streets.y[here.node]);
    }
    if (count) {
      here.x = streets.x[here.node];
      here.y = streets.y[here.node];
    }
  }

  _knot(next, time, x, y) {
    this.time[next.knot] = time;
    this.x[next.knot] = x;
    this.y[next.knot++] = y;
  }

  /** Return the leg on which somebody is, or the last one before; -1 before the first. */
  legAt(who, time) {
    return lastNotAfter(this.start, this.firstLeg[who], this.firstLeg[who + 1], time);
  }

  /** Return the knot that was passed last on a leg. */
  knotAt(leg, time) {
    const walked = Math.min(time, this.end[leg]);
    return lastNotAfter(this.time, this.firstKnot[leg], this.firstKnot[leg + 1], walked);
  }

  /** Return where somebody is, in units of the map; null before they are anywhere. */
  position(who, time) {
    const leg = this.legAt(who, time);
    if (leg < 0) return null;
    return this._point(this.firstKnot[leg], this.firstKnot[leg + 1], Math.min(time, this.end[leg]));
  }

  _point(first, last, time) {
    const knot = Math.max(lastNotAfter(this.time, first, last, time), first);
    if (knot + 1 >= last) return [this.x[knot], this.y[knot]];
    const share = (time - this.time[knot]) / (this.time[knot + 1] - this.time[knot]);
    const walked = Math.max(share, 0);
    return [this.x[knot] + walked * (this.x[knot + 1] - this.x[knot]),
      this.y[knot] + walked * (this.y[knot + 1] - this.y[knot])];
  }
}

/** Return the last place in [first, last) of a rising row that is not after a value, or -1. */
function lastNotAfter(row, first, last, value) {
  if (first >= last || row[first] > value) return -1;
  let low = first, high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (row[middle] <= value) low = middle; else high = middle;
  }
  return low;
}

/** The states of everybody: a rising row of moments for each person. */
class States {
  constructor(columns) {
    this.people = columns.state_count.length;
    this.first = new Uint32Array(this.people + 1);
    this.time = new Float64Array(columns.state.length);
    this.state = columns.state;
    let place = 0;
    for (let who = 0; who < this.people; who++) {
      let now = 0;
      for (const last = place + columns.state_count[who]; place < last; place++) {
        now += columns.state_gap_ms[place];
        this.time[place] = now;
      }
      this.first[who + 1] = place;
    }
  }

  /** Return the state of somebody: off duty before the first. */
  at(who, time) {
    const place = lastNotAfter(this.time, this.first[who], this.first[who + 1], time);
    return place < 0 ? 0 : this.state[place];
  }
}

/** Read everything: the streets once, and each run with its ways, states, incidents, events. */
async function readTrace(header, packed) {
  const reason = refusal(header);
  if (reason) throw new Error(reason);
  const chunks = chunksOf(header, await unpack(packed));
  const [map, people] = chunks;
  const streets = readStreets(map, header);
  const runs = header.runs.map((about) => {
    const columns = chunks[about.chunk];
    return { about, columns, ways: new Ways(columns, streets, people), states: new States(columns) };
  });
  return { header, streets, people, runs };
}

if (typeof module !== "undefined") module.exports = { readTrace, refusal };
