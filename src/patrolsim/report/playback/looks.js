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

/** Small pictures of people: drawn once for each look, kept as numbers, one for each pixel. */
const Stamps = {
  kept: new Map(),

  of(state, team, radius) {
    const key = (radius * 10 * SHAPES.length + (team % SHAPES.length)) * 16 + state + devicePixelRatio * 1e6;
    if (!this.kept.has(key)) {
      if (this.kept.size > 200) this.kept.clear();
      this.kept.set(key, this._draw(state, SHAPES[team % SHAPES.length], radius));
    }
    return this.kept.get(key);
  },

  _draw(state, shape, radius) {
    const isBusy = state >= 3 && state <= 7;
    const size = isBusy ? radius * 1.35 : radius;
    const half = Math.ceil(size * 1.2 + 0.8);
    const side = Math.round(2 * half * devicePixelRatio), canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext("2d", { willReadFrequently: true }), scale = side / (2 * half);
    context.setTransform(scale, 0, 0, scale, side / 2, side / 2);
    outline(context, shape, IS_HOLLOW[state] ? size * 0.85 : size);
    context.fillStyle = IS_HOLLOW[state] ? Colours.ground : Colours.ofState(state);
    context.fill();
    context.lineWidth = IS_HOLLOW[state] ? Math.max(1.2, size * 0.32) : 1;
    context.strokeStyle = IS_HOLLOW[state] ? Colours.ofState(state) : Colours.ground;
    context.stroke();
    return { side, pixels: new Uint32Array(context.getImageData(0, 0, side, side).data.buffer) };
  },
};

/**
 * A picture in which stamps are set pixel by pixel, and which is shown in one step.
 *
 * Without a GPU `drawImage` took 10 ms of processor time for 940 stamps, this takes 1.
 */
class Sheet {
  constructor(width, height) {
    this.image = new ImageData(Math.max(1, width), Math.max(1, height));
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** Set a stamp with its middle at a point, in pixels of the screen. */
  set({ side, pixels }, x, y) {
    const width = this.image.width, left = Math.round(x - side / 2), top = Math.round(y - side / 2);
    const first = Math.max(0, -left), last = Math.min(side, width - left);
    for (let row = Math.max(0, -top), end = Math.min(side, this.image.height - top); row < end; row++) {
      let to = (top + row) * width + left + first;
      for (let from = row * side + first, stop = row * side + last; from < stop; from++, to++) {
        const alpha = pixels[from] >>> 24;
        // The rim of a stamp is partly clear: below it lies another stamp, or nothing.
        if (alpha === 255 || (alpha && !this.pixels[to])) this.pixels[to] = pixels[from];
        else if (alpha) this.pixels[to] = blend(pixels[from], this.pixels[to], alpha);
      }
    }
  }

  /** Show all stamps on an empty canvas, and begin again. */
  show(context) {
    context.putImageData(this.image, 0, 0);
    this.pixels.fill(0);
  }
}

/** Lay a partly clear colour over another one. */
function blend(over, under, alpha) {
  const mix = (shift) => ((over >>> shift & 255) * alpha + (under >>> shift & 255) * (255 - alpha)) / 255 & 255;
  return (Math.max(alpha, under >>> 24) << 24 | mix(16) << 16 | mix(8) << 8 | mix(0)) >>> 0;
}

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
  const sheet = new Sheet(canvas.width, canvas.height);
  sheet.set(stamp, canvas.width / 2, canvas.height / 2);
  sheet.show(context);
  return canvas;
}
