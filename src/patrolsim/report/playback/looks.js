// Colours of the theme, and the stamps with which people are drawn: shape by team, look by state.
"use strict";

const STATE_NAMES = { 1: "standing", 2: "patrol", 3: "asked", 4: "asked", 5: "travel", 6: "work", 7: "work", 8: "post" };
const IS_HOLLOW = { 1: true, 3: true, 4: true, 7: true };
const SHAPES = ["circle", "square", "triangle", "diamond", "cross", "hexagon"];

/** Colours as the style sheet has them; read again when the theme changes. */
const Colours = {
  read() {
    const style = getComputedStyle(document.documentElement);
    const names = ["ground", "panel", "ink", "muted", "line", "street", "major", "standing", "patrol", "asked", "travel",
      "work", "post", "alarm", "run-a", "run-b", "heat"];
    for (const name of names) this[name] = style.getPropertyValue(`--${name}`).trim();
    Stamps.kept.clear();
  },

  ofState(state) {
    return this[STATE_NAMES[state]];
  },

  ofRun(index) {
    return index === 0 ? this["run-a"] : this["run-b"];
  },
};

/** Trace the outline of a shape of some radius round the origin. */
function outline(context, shape, radius) {
  context.beginPath();
  if (shape === "circle") context.arc(0, 0, radius, 0, 2 * Math.PI);
  else if (shape === "square") context.rect(-radius * 0.86, -radius * 0.86, radius * 1.72, radius * 1.72);
  else if (shape === "cross") cross(context, radius);
  else polygon(context, { triangle: 3, diamond: 4, hexagon: 6 }[shape], radius * 1.15);
}

function polygon(context, corners, radius) {
  for (let corner = 0; corner < corners; corner++) {
    const angle = (2 * Math.PI * corner) / corners - Math.PI / 2;
    context.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  context.closePath();
}

function cross(context, radius) {
  const arm = radius * 0.4;
  context.rect(-radius, -arm, 2 * radius, 2 * arm);
  context.rect(-arm, -radius, 2 * arm, 2 * radius);
}

/** Small pictures of people: drawn once for each look, then stamped. */
const Stamps = {
  kept: new Map(),

  of(state, team, radius) {
    const key = `${state} ${team % SHAPES.length} ${radius.toFixed(1)} ${devicePixelRatio}`;
    if (!this.kept.has(key)) {
      if (this.kept.size > 200) this.kept.clear();
      this.kept.set(key, this._draw(state, SHAPES[team % SHAPES.length], radius));
    }
    return this.kept.get(key);
  },

  _draw(state, shape, radius) {
    const isBusy = state >= 3 && state <= 7;
    const size = isBusy ? radius * 1.35 : radius;
    const half = Math.ceil(size * 1.3 + 2);
    const picture = document.createElement("canvas");
    picture.width = picture.height = Math.round(2 * half * devicePixelRatio);
    picture.half = half;
    const context = picture.getContext("2d");
    const scale = picture.width / (2 * half);
    context.setTransform(scale, 0, 0, scale, half * scale, half * scale);
    outline(context, shape, IS_HOLLOW[state] ? size * 0.85 : size);
    context.fillStyle = IS_HOLLOW[state] ? Colours.ground : Colours.ofState(state);
    context.fill();
    context.lineWidth = IS_HOLLOW[state] ? Math.max(1.2, size * 0.32) : 1;
    context.strokeStyle = IS_HOLLOW[state] ? Colours.ofState(state) : Colours.ground;
    context.stroke();
    return picture;
  },
};

/** Make a canvas as sharp as the screen, empty it, and return its context and size. */
function fitCanvas(canvas) {
  const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return [context, width, height];
}

/** Make an element; children that are no elements enter as text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Return a name from a scenario as people read it. */
function plain(name) {
  return name.replaceAll("_", " ");
}

/** Draw the sign of a team or a state for the legend. */
function legendSign(state, team) {
  const canvas = make("canvas", { class: "sign", width: 18 * devicePixelRatio, height: 18 * devicePixelRatio, "aria-hidden": "true" });
  const context = canvas.getContext("2d"), stamp = Stamps.of(state, team, 5);
  context.scale(devicePixelRatio, devicePixelRatio);
  context.drawImage(stamp, 9 - stamp.half, 9 - stamp.half, 2 * stamp.half, 2 * stamp.half);
  return canvas;
}
