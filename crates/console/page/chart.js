// The outcomes of the last five minutes as stacked bars. Only bars that changed are drawn again.

import { fill, h, svg } from "./dom.js";
import { GROUPS, outcome } from "./outcomes.js";
import { count, timeOfDay } from "./text.js";

const SECONDS = 5;
const BARS = 60;
const [WIDTH, HEIGHT] = [600, 64];
const NAMES = { allowed: "allowed", unchecked: "not checked", shadowed: "shadowed", cancelled: "cancelled", refused: "refused" };

export class Chart {
  #buckets = new Map();
  #since = Date.now();
  #bars = [];
  #isStale = true;

  constructor() {
    const bars = Array.from({ length: BARS }, (_, index) => this.#bar(index));
    this.unknown = svg("rect.unknown", { x: 0, y: 0, height: HEIGHT, width: 0 });
    this.picture = svg(
      "svg.chart-picture",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
      this.unknown,
      svg("line.grid-line", { x1: 0, x2: WIDTH, y1: 0.5, y2: 0.5 }),
      svg("line.base-line", { x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }),
      bars,
    );
    this.most = h("span.chart-most");
    const axis = h("div.chart-axis", { "aria-hidden": "true" }, ["5 min ago", "4", "3", "2", "1", "now"].map((text) => h("span", text)));
    this.element = h("div.chart", this.picture, this.most, axis);
    setInterval(() => this.#draw(), 500);
    this.#draw();
  }

  #bar(index) {
    const gap = 2;
    const width = WIDTH / BARS;
    const parts = GROUPS.map((group) => svg(`rect.${group}`, { x: index * width + gap / 2, width: width - gap, y: HEIGHT, height: 0 }));
    const title = svg("title");
    // The whole height answers to the pointer, so that the title of a low bar can be read.
    const target = svg("rect.target", { x: index * width, width, y: 0, height: HEIGHT });
    this.#bars.push({ parts, title, shown: "" });
    return svg("g", title, target, parts);
  }

  add(summaries) {
    for (const { at, outcome: name } of summaries) {
      const bucket = Math.floor(at / 1000 / SECONDS);
      if (!this.#buckets.has(bucket)) this.#buckets.set(bucket, new Map());
      const counts = this.#buckets.get(bucket);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      this.#since = Math.min(this.#since, at);
    }
    this.#isStale = true;
  }

  clear() {
    this.#buckets.clear();
    this.#isStale = true;
  }

  /** How many decisions of each outcome the chart shows. */
  totals() {
    const totals = new Map();
    for (const counts of this.#buckets.values()) {
      for (const [name, number] of counts) totals.set(name, (totals.get(name) ?? 0) + number);
    }
    return totals;
  }

  #draw() {
    const last = Math.floor(Date.now() / 1000 / SECONDS);
    const first = last - BARS + 1;
    for (const bucket of this.#buckets.keys()) if (bucket < first) this.#buckets.delete(bucket);
    if (!this.#isStale && this.lastDrawn === last) return;
    this.#isStale = false;
    this.lastDrawn = last;
    const counts = this.#bars.map((_, index) => grouped(this.#buckets.get(first + index)));
    const most = Math.max(4, ...counts.map(sum));
    this.#bars.forEach((bar, index) => draw(bar, counts[index], most, (first + index) * SECONDS * 1000));
    const unknown = Math.max(0, Math.floor(this.#since / 1000 / SECONDS) - first);
    this.unknown.setAttribute("width", (Math.min(unknown, BARS) * WIDTH) / BARS);
    fill(this.most, `up to ${count(most)} in ${SECONDS} s`);
    this.picture.setAttribute("aria-label", this.#words());
  }

  #words() {
    const totals = [...this.totals()].map(([name, number]) => `${count(number)} ${outcome(name).word.toLowerCase()}`);
    return `Decisions of the last five minutes: ${totals.join(", ") || "none"}`;
  }
}

function grouped(counts) {
  const groups = Object.fromEntries(GROUPS.map((group) => [group, 0]));
  for (const [name, number] of counts ?? []) groups[outcome(name).group] += number;
  return groups;
}

const sum = (groups) => GROUPS.reduce((total, group) => total + groups[group], 0);

function draw(bar, groups, most, start) {
  const key = `${start} ${most} ${GROUPS.map((group) => groups[group])}`;
  if (bar.shown === key) return;
  bar.shown = key;
  let top = HEIGHT;
  GROUPS.forEach((group, index) => {
    const height = (groups[group] / most) * (HEIGHT - 2);
    top -= height;
    bar.parts[index].setAttribute("y", top);
    bar.parts[index].setAttribute("height", height);
  });
  const told = GROUPS.filter((group) => groups[group]).map((group) => `${count(groups[group])} ${NAMES[group]}`);
  bar.title.textContent = `${timeOfDay(start).slice(0, 8)}: ${told.join(", ") || "no decision"}`;
}

