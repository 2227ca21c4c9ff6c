// Layers under the people: hot spots, response by square, patrol so far, places, closed streets.
"use strict";

const DOSE_SIDE_M = 100;

/** Draw what lies under the streets. */
function drawLayersBelow(context, view) {
  const layers = view.app.layers;
  if (layers.has("area")) drawAreas(context, view);
  if (layers.has("dose")) drawDose(context, view);
  if (layers.has("hot")) drawHotSpots(context, view);
}

function drawHotSpots(context, view) {
  const { hot_spots: spots } = view.app.trace.header, zoom = view.app.camera.zoom;
  const most = Math.max(...spots.map((spot) => spot[2]), 0);
  context.fillStyle = Colours.heat;
  for (const [x, y, weight] of spots) {
    const radius = Math.max(6, 1500 * zoom) * Math.sqrt(weight / most);
    context.globalAlpha = 0.28;
    context.beginPath();
    context.arc(view.left + x * zoom, view.top - y * zoom, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Write the median response of all replications into each square, and shade it. */
function drawAreas(context, view) {
  const { squares, areas } = view.app.trace.header, zoom = view.app.camera.zoom;
  const values = areas[view.run.about.strategy] || {};
  const all = Object.values(areas).flatMap((each) => Object.values(each).map((value) => value.median_s));
  const most = Math.max(...all, 1), size = squares.side * zoom;
  context.textAlign = "center";
  context.font = "12px system-ui, sans-serif";
  for (const value of Object.values(values)) {
    const left = view.left + (squares.west_and_south[0] + value.column * squares.side) * zoom;
    const top = view.top - (squares.west_and_south[1] + (value.row + 1) * squares.side) * zoom;
    context.fillStyle = Colours.heat;
    context.globalAlpha = 0.08 + 0.4 * (value.median_s / most);
    context.fillRect(left, top, size - 1, size - 1);
    context.globalAlpha = 1;
    context.fillStyle = Colours.ink;
    if (size > 44) context.fillText(Language.duration(value.median_s * 1000), left + size / 2, top + 16);
  }
  context.textAlign = "left";
}

function drawDose(context, view) {
  const { header } = view.app.trace, zoom = view.app.camera.zoom, side = DOSE_SIDE_M / header.unit_m;
  const dose = patrolDose(view.run.ways, header.from_ms, view.app.time, side);
  const full = 30 * MINUTE_MS;
  context.fillStyle = Colours.patrol;
  for (const [key, spent] of dose) {
    context.globalAlpha = 0.1 + 0.6 * Math.min(1, spent / full);
    const left = view.left + Math.floor(key / 65536) * side * zoom;
    context.fillRect(left, view.top - ((key % 65536) + 1) * side * zoom, side * zoom, side * zoom);
  }
  context.globalAlpha = 1;
}

/** Draw named places as small squares with their names, and streets that nobody may use. */
function drawPlaces(context, view) {
  if (!view.app.layers.has("places")) return;
  const { places } = view.app.trace.header, zoom = view.app.camera.zoom;
  const half = 3 * view.scale;
  const spots = Object.entries(places).flatMap(([name, points]) =>
    points.map(([x, y]) => ({ name: points.length === 1 ? plain(name).slice(0, 40) : "", left: view.left + x * zoom, top: view.top - y * zoom })));
  context.fillStyle = Colours.ink;
  for (const { left, top } of spots) context.fillRect(left - half, top - half, 2 * half, 2 * half);
  drawClosedStreets(context, view);
  // The caption, the buttons and the squares themselves stay free.
  const taken = [[0, 0, view.width * 0.7, 44], [view.width - 50, 0, view.width, 120],
    ...spots.map(({ left, top }) => [left - half, top - half, left + half, top + half])];
  context.font = "12px system-ui, sans-serif";
  context.fillStyle = Colours.ink;
  for (const { name, left, top } of spots) if (name) writeName(context, view, name, [left, top], taken);
}

/** Write a name to the right of its place, to the left, above or below: wherever it covers nothing. */
function writeName(context, view, name, [x, y], taken) {
  const wide = context.measureText(name).width;
  const places = [[x + 7, y], [x - 7 - wide, y], [x - wide / 2, y - 13], [x - wide / 2, y + 13]];
  const boxes = places.map(([left, top]) => [left - 2, top - 8, left + wide + 2, top + 8]);
  const isFree = (box) => box[0] >= 0 && box[2] <= view.width
    && taken.every(([west, north, east, south]) => box[0] > east || box[2] < west || box[1] > south || box[3] < north);
  const chosen = boxes.findIndex(isFree);
  if (chosen < 0) return;
  taken.push(boxes[chosen]);
  const [left, top] = places[chosen];
  context.lineWidth = 3;
  context.strokeStyle = Colours.ground;
  context.strokeText(name, left, top + 4);
  context.fillText(name, left, top + 4);
}

function drawClosedStreets(context, view) {
  const { streets } = view.app.trace, zoom = view.app.camera.zoom, { time } = view.app;
  const closed = view.run.about.closed || view.app.trace.header.closed;
  context.strokeStyle = Colours.alarm;
  context.lineWidth = 3;
  for (const [from, to, spells] of closed) {
    if (spells && !spells.some(([begin, end]) => begin <= time && time < end)) continue;
    const left = view.left + ((streets.x[from] + streets.x[to]) / 2) * zoom;
    const top = view.top - ((streets.y[from] + streets.y[to]) / 2) * zoom;
    context.beginPath();
    const arm = 5 * view.scale;
    context.moveTo(left - arm, top - arm);
    context.lineTo(left + arm, top + arm);
    context.moveTo(left + arm, top - arm);
    context.lineTo(left - arm, top + arm);
    context.stroke();
  }
}
