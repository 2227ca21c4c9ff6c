// The time bar and the charts: nothing in them lies after the moment that is shown.
"use strict";

const BIN_MS = 15 * MINUTE_MS;
const STACK = [6, 7, 5, 4, 3, 8, 2, 1];
const TICK_STEPS_S = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400];

/** Draw the bar: incidents known so far by quarter of an hour, expected ones as a line. */
function drawBar(canvas, app) {
  const [context, width, height] = fitCanvas(canvas);
  const { from, to } = app.dayShown(), bottom = height - 15;
  const bins = new Array(Math.ceil((to - from) / BIN_MS)).fill(0);
  const incidents = app.views[0].run.incidents;
  for (const row of incidents.urgentBetween(from, app.time)) {
    const bin = Math.floor((incidents.known[row] - from) / BIN_MS);
    if (bin < bins.length) bins[bin]++;
  }
  const expected = app.expectedPerBin(from, to);
  const most = Math.max(...bins, ...expected.map((value) => value * 1.6), 1);
  const left = (time) => 8 + ((width - 16) * (time - from)) / (to - from);
  context.fillStyle = Colours.alarm;
  bins.forEach((count, bin) => {
    const tall = (count / most) * (bottom - 6), start = left(from + bin * BIN_MS);
    context.fillRect(start + 0.5, bottom - tall, left(from + (bin + 1) * BIN_MS) - start - 1, tall);
  });
  drawExpected(context, expected, (bin) => left(from + bin * BIN_MS), (value) => bottom - (value / most) * (bottom - 6));
  drawHours(context, { from, to, left, bottom, width, top: 0 }, app);
  context.fillStyle = Colours.ink;
  context.fillRect(left(app.time) - 1, 0, 2, bottom);
  context.beginPath();
  context.arc(left(app.time), 5, 5, 0, 2 * Math.PI);
  context.fill();
}

function drawExpected(context, expected, left, top) {
  if (!expected.some((value) => value > 0)) return;
  context.strokeStyle = Colours.muted;
  context.lineWidth = 1;
  context.beginPath();
  expected.forEach((value, bin) => {
    context.lineTo(left(bin), top(value));
    context.lineTo(left(bin + 1), top(value));
  });
  context.stroke();
}

/** Write the hours below a chart, as many as there is room for. */
function drawHours(context, { from, to, left, bottom, width, top }, app) {
  const hours = (to - from) / HOUR_MS;
  const step = [1, 2, 3, 6, 12].find((each) => (hours / each) * 54 < width) || 24;
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = Colours.muted;
  context.strokeStyle = Colours.line;
  context.lineWidth = 1;
  for (let hour = 0; hour <= hours; hour += step) {
    const place = left(from + hour * HOUR_MS);
    context.textAlign = hour === 0 ? "left" : hour + step > hours ? "right" : "center";
    context.fillText(hour === hours ? app.clockText(from + hour * HOUR_MS, true) : app.clockText(from + hour * HOUR_MS), place, bottom + 12);
    context.beginPath();
    context.moveTo(place, top);
    context.lineTo(place, bottom);
    context.stroke();
  }
  context.textAlign = "left";
}

/** Return the frame of a chart over the day shown: where moments and values lie. */
function frameOf(canvas, app, most, write) {
  const [context, width, height] = fitCanvas(canvas);
  const { from, to } = app.dayShown(), bottom = height - 15, margin = 46;
  const left = (time) => margin + ((width - margin - 6) * (time - from)) / (to - from);
  const top = (value) => bottom - (value / most) * (bottom - 12);
  drawHours(context, { from, to, left, bottom, width: width - margin, top: 12 }, app);
  context.textAlign = "right";
  for (const value of [0, most / 2, most]) context.fillText(write(value), margin - 5, top(value) + 4);
  context.textAlign = "left";
  return { context, left, top, bottom, from, to, margin, width };
}

/** Draw how many people were in each state up to the moment shown, as a stack. */
function drawDuty(canvas, app, run) {
  const rows = run.dutyRows(app.trace.header), { from, to } = app.dayShown();
  const most = niceCount(app.mostOnDuty(from, to));
  const frame = frameOf(canvas, app, most, (value) => Language.number(value));
  const bins = rows.filter((row) => row.time >= from && row.time <= Math.min(app.time, to));
  const below = new Array(bins.length).fill(0);
  for (const state of STACK) {
    frame.context.fillStyle = Colours.ofState(state);
    frame.context.globalAlpha = IS_HOLLOW[state] && state !== 1 ? 0.55 : 1;
    frame.context.beginPath();
    bins.forEach((row, bin) => frame.context.lineTo(frame.left(row.time), frame.top(below[bin])));
    for (let bin = bins.length - 1; bin >= 0; bin--) {
      below[bin] += bins[bin].counts[state];
      frame.context.lineTo(frame.left(bins[bin].time), frame.top(below[bin]));
    }
    frame.context.fill();
  }
  frame.context.globalAlpha = 1;
  drawNow(frame, app.time);
}

function drawNow({ context, left, bottom }, time) {
  context.fillStyle = Colours.ink;
  context.fillRect(left(time) - 0.5, 8, 1, bottom - 8);
}

/** Draw each response as a dot, each wait without an end so far as an open arrow. */
function drawResponses(canvas, app) {
  const axis = app.responseAxis();
  const frame = frameOf(canvas, app, axis, (value) => Language.duration(value).replace(/[.,]0(?=\D)/, ""));
  let beyond = 0;
  for (const view of app.views) {
    const incidents = view.run.incidents;
    frame.context.strokeStyle = frame.context.fillStyle = Colours.ofRun(view.index);
    frame.context.lineWidth = 1.3;
    for (const row of incidents.urgentBetween(frame.from, Math.min(app.time, frame.to))) {
      const isReached = incidents.reached[row] <= app.time;
      const ended = isReached ? incidents.reached[row] : Math.min(app.time, incidents.closed[row]);
      const waited = ended - incidents.known[row], left = frame.left(incidents.known[row]);
      if (waited > axis) beyond++;
      if (!isReached) drawArrow(frame.context, left, frame.top(Math.min(waited, axis)));
      else if (waited > axis) frame.context.fillRect(left - 1, 1, 2, 8);
      else drawDot(frame.context, left, frame.top(waited), view.index);
    }
  }
  drawNow(frame, app.time);
  return beyond;
}

/** Draw a dot: full for the first strategy, a ring for the second. */
function drawDot(context, left, top, index) {
  context.globalAlpha = 0.75;
  context.beginPath();
  context.arc(left, top, 2.2, 0, 2 * Math.PI);
  if (index === 0) context.fill(); else context.stroke();
  context.globalAlpha = 1;
}

function drawArrow(context, left, top) {
  const tip = Math.max(top - 8, 2);
  context.beginPath();
  context.moveTo(left, tip + 7);
  context.lineTo(left, tip);
  context.moveTo(left - 3, tip + 3.5);
  context.lineTo(left, tip);
  context.lineTo(left + 3, tip + 3.5);
  context.stroke();
}

/** Return a round number not below a count. */
function niceCount(count) {
  const step = 10 ** Math.floor(Math.log10(Math.max(count, 1)));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((times) => times * step).find((value) => value >= count) || 10 * step;
}

/** Return a round length of time not below one. */
function niceSpan(ms) {
  return 1000 * (TICK_STEPS_S.find((step) => step * 1000 >= ms) || 7 * 86400);
}
