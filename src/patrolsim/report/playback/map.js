// The maps: streets once for each camera, people and incidents in every frame.
"use strict";

const MOST_LARGE_RINGS = 150;

/** What all maps look at: the middle in units of the map, and pixels for each unit. */
class Camera {
  constructor(streets) {
    const least = (row) => row.reduce((one, other) => Math.min(one, other), Infinity);
    const most = (row) => row.reduce((one, other) => Math.max(one, other), 0);
    this.box = [least(streets.x), least(streets.y), most(streets.x), most(streets.y)];
    this.x = this.y = 0;
    this.zoom = 1;
  }

  /** Show the whole map in a window of some size. */
  showAll(width, height) {
    const [west, south, east, north] = this.box;
    this.x = (west + east) / 2;
    this.y = (south + north) / 2;
    this.zoom = 0.94 * Math.min(width / Math.max(east - west, 1), height / Math.max(north - south, 1));
    this.least = this.zoom / 2;
  }

  /** Zoom by a factor so that a point of the map stays where it is. */
  zoomBy(factor, at = [this.x, this.y]) {
    const zoom = Math.min(2, Math.max(this.least, this.zoom * factor));
    const share = this.zoom / zoom;
    this.x = at[0] + (this.x - at[0]) * share;
    this.y = at[1] + (this.y - at[1]) * share;
    this.zoom = zoom;
  }
}

/** One map with one strategy. */
class MapView {
  constructor(app, run, index) {
    this.app = app;
    this.run = run;
    this.index = index;
    this.streetCanvas = make("canvas", { "aria-hidden": "true" });
    this.canvas = make("canvas", { role: "img" });
    this.caption = make("div", { class: `caption run-${"ab"[index]}` });
    this.element = make("div", { class: "map" }, this.streetCanvas, this.canvas, this.caption);
    this.drawn = 0;
  }

  /** Return the point of the map under a point of the element. */
  pointAt(left, top) {
    const camera = this.app.camera;
    return [camera.x + (left - this.width / 2) / camera.zoom, camera.y - (top - this.height / 2) / camera.zoom];
  }

  measure() {
    this.width = this.element.clientWidth;
    this.height = this.element.clientHeight;
    // On a phone everything is drawn smaller, or it covers the map.
    this.scale = Math.min(this.width, this.height) < 320 ? 0.75 : 1;
  }

  drawStreets() {
    const [context] = fitCanvas(this.streetCanvas);
    const { zoom } = this.app.camera, metre = zoom / this.app.trace.header.unit_m;
    this._place();
    drawLayersBelow(context, this);
    context.lineCap = "round";
    context.strokeStyle = Colours.street;
    context.lineWidth = Math.min(7, Math.max(0.6, 5 * metre));
    context.stroke(this._streetPath());
    drawPlaces(context, this);
    this._drawScale(context, metre);
  }

  _place() {
    const { x, y, zoom } = this.app.camera;
    this.left = this.width / 2 - x * zoom;
    this.top = this.height / 2 + y * zoom;
  }

  _streetPath() {
    const { streets, camera: { zoom } } = this.app.all;
    const path = new Path2D();
    for (const arc of this.app.all.drawnArcs) {
      const from = streets.tail[arc], to = streets.head[arc];
      path.moveTo(this.left + streets.x[from] * zoom, this.top - streets.y[from] * zoom);
      path.lineTo(this.left + streets.x[to] * zoom, this.top - streets.y[to] * zoom);
    }
    return path;
  }

  _drawScale(context, metre) {
    const most = Math.min(120, this.width * 0.4) / metre;
    const length = [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50].find((size) => size < most) || 20;
    const text = length >= 1000 ? Language.say("unit_km").replace("1", String(length / 1000)) : Language.say("unit_m", { n: length });
    context.fillStyle = Colours.muted;
    context.fillRect(12, this.height - 14, length * metre, 2);
    context.font = "12px system-ui, sans-serif";
    context.fillText(text, 18 + length * metre, this.height - 9);
  }

  draw(time) {
    const [context] = fitCanvas(this.canvas);
    this._place();
    this.run.present.seek(time);
    this._drawPeople(context);
    this._drawRoutes(context);
    this._drawIncidents(context, time);
  }

  _isShown(who) {
    const { hiddenStates, hiddenTeams, trace } = this.app;
    return !hiddenStates.has(this.run.present.state[who]) && !hiddenTeams.has(trace.people.volunteer_team[who]);
  }

  /** Draw the ways that lie before those who are going to an incident. */
  _drawRoutes(context) {
    const { present, ways } = this.run, zoom = this.app.camera.zoom;
    context.beginPath();
    for (let who = 0; who < present.people; who++) {
      if (present.state[who] !== 5 || !this._isShown(who) || present.leg[who] < 0) continue;
      context.moveTo(this.left + present.x[who] * zoom, this.top - present.y[who] * zoom);
      const end = ways.firstKnot[present.leg[who] + 1];
      for (let knot = present.knot[who] + 1; knot < end; knot++) {
        context.lineTo(this.left + ways.x[knot] * zoom, this.top - ways.y[knot] * zoom);
      }
    }
    context.lineWidth = 2;
    context.globalAlpha = 0.7;
    context.strokeStyle = Colours.travel;
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Stamp everybody who is on duty, those who are needed on top; count them. */
  _drawPeople(context) {
    const { present } = this.run, team = this.app.trace.people.volunteer_team;
    const zoom = this.app.camera.zoom, radius = this.radius(), ratio = devicePixelRatio || 1;
    this.drawn = 0;
    const { width, height } = this.canvas;
    if (!this.sheet || this.sheet.image.width !== width || this.sheet.image.height !== height) this.sheet = new Sheet(width, height);
    for (const isBusy of [false, true]) {
      for (let who = 0; who < present.people; who++) {
        const state = present.state[who];
        if (!state || (state >= 3 && state <= 7) !== isBusy || !this._isShown(who) || present.leg[who] < 0) continue;
        this.drawn++;
        const left = this.left + present.x[who] * zoom, top = this.top - present.y[who] * zoom;
        if (left < -12 || top < -12 || left > this.width + 12 || top > this.height + 12) continue;
        const stamp = Stamps.of(state, team[who], radius);
        this.sheet.set(stamp, left * ratio, top * ratio);
      }
    }
    this.sheet.show(context);
  }

  /** Return the radius of a person in pixels. */
  radius() {
    const metre = this.app.camera.zoom / this.app.trace.header.unit_m;
    return Math.round(this.scale * Math.min(7, Math.max(2.6, 2.2 + 14 * metre)) * 5) / 5;
  }

  _drawIncidents(context, time) {
    const incidents = this.run.incidents, zoom = this.app.camera.zoom;
    const open = this.run.openAt(time);
    // Hundreds of large rings hide the map, and the people on it.
    this.crowding = this.scale * (open.length > MOST_LARGE_RINGS ? 0.5 : 1);
    for (const row of open) {
      const left = this.left + incidents.x[row] * zoom, top = this.top - incidents.y[row] * zoom;
      this._drawIncident(context, [left, top], incidents.stateAt(row, time), time - incidents.known[row]);
    }
    const selected = this.app.selected === null ? -1 : incidents.rowOf(this.app.selected);
    if (selected >= 0 && incidents.known[selected] <= time) {
      context.strokeStyle = Colours.ink;
      context.lineWidth = 2;
      context.setLineDash([4, 3]);
      circle(context, this.left + incidents.x[selected] * zoom, this.top - incidents.y[selected] * zoom, 15);
      context.setLineDash([]);
    }
  }

  _drawIncident(context, [left, top], state, age) {
    const isTended = state === "tended";
    context.strokeStyle = isTended ? Colours.work : Colours.alarm;
    context.lineWidth = (state === "waiting" ? 3.4 : 2) * this.crowding;
    const radius = (isTended ? 6.5 : 8) * this.crowding;
    circle(context, left, top, radius);
    if (state === "coming") {
      context.fillStyle = Colours.alarm;
      context.fillRect(left - 1.5, top - 1.5, 3, 3);
    }
    const pulse = age / (3 * MINUTE_MS);
    if (isTended || pulse > 1 || this.app.isCalm) return;
    context.globalAlpha = 1 - pulse;
    circle(context, left, top, radius + 26 * this.scale * pulse);
    context.globalAlpha = 1;
  }

  /** Return what lies under a point: an incident before a person; null for nothing. */
  find(left, top) {
    const [x, y] = this.pointAt(left, top), reach = 12 / this.app.camera.zoom;
    const incidents = this.run.incidents;
    const near = (ofX, ofY) => Math.hypot(ofX - x, ofY - y);
    const rows = this.run.openAt(this.app.time).map((row) => [near(incidents.x[row], incidents.y[row]), row]);
    const incident = rows.filter(([distance]) => distance < reach).sort((one, other) => one[0] - other[0])[0];
    if (incident) return { incident: incident[1] };
    const { present } = this.run;
    let best = null, least = reach;
    for (let who = 0; who < present.people; who++) {
      if (!present.state[who] || !this._isShown(who) || present.leg[who] < 0) continue;
      const distance = near(present.x[who], present.y[who]);
      if (distance < least) [best, least] = [who, distance];
    }
    return best === null ? null : { person: best };
  }
}

function circle(context, left, top, radius) {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  context.stroke();
}
