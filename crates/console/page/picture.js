// The picture of a decision: five stations on a line. The line passes the steps that took part and bridges the others.

import { h, icon, svg } from "./dom.js";
import { cut, prose, visibleText } from "./text.js";

const MARKS = { passed: "check", ended: "cross", allowed: "check", answered: "arrow", skipped: "dash", unreached: "dash" };
const WORDS = {
  passed: "passed",
  ended: "the decision was made here",
  allowed: "let through",
  answered: "answered by the layer",
  skipped: "skipped",
  unreached: "not reached",
};

/** Draws the steps of a decision. */
export function picture(all) {
  const stations = all.map(({ name, state, lines }) =>
    h(
      `li.station.${state}`,
      h("span.disc", icon(MARKS[state])),
      h("h3", name, h("span.only-heard", `: ${WORDS[state]}`)),
      h("ul.lines", lines.map(line)),
    ),
  );
  return h(isOnTheWay(all[0]) ? "div.picture" : "div.picture.unchecked", track(all), h("ol.stations", stations));
}

function line({ text, kind, name, title, value, mood, prose: words }) {
  const classes = mood ? `li.${mood}` : "li";
  if (words) return h(classes, prose(words));
  if (text) return h(classes, breakable(text));
  return h(classes, h("span.kind", kind), h("code.data", broken(name)), value && h("span.value", value), title && title !== name && titled(title));
}

/** Data whose long names break between their words. */
function broken(name) {
  return cut(String(name)).map((node) => (typeof node === "string" ? breakable(node) : node));
}

/** The text with places to break it: behind underscores and punctuation, and before capitals. */
function breakable(text) {
  return text.split(/(?<=[_./])|(?<=[a-z])(?=[A-Z])/).flatMap((part, index) => (index > 0 ? [h("wbr"), part] : [part]));
}

function titled(title) {
  return h("span.only-heard", ` (${visibleText(title)})`);
}

const [STEP, BASE, TOP] = [100, 46, 8];
const centre = (index) => index * STEP + STEP / 2;
const isOnTheWay = ({ state }) => state !== "skipped" && state !== "unreached";

/** The line behind the stations. Its picture is stretched to the width of the stations. */
function track(all) {
  const way = all.map((step, index) => ({ ...step, index })).filter(isOnTheWay);
  const first = way[0].index;
  const parts = [svg("line.way-off", { x1: centre(0), x2: centre(all.length - 1), y1: BASE, y2: BASE })];
  if (first > 0) way.unshift({ index: -0.5 });
  let isRefused = false;
  for (let at = 0; at + 1 < way.length; at += 1) {
    const [from, to] = [way[at], way[at + 1]];
    isRefused ||= from.state === "ended";
    parts.push(svg(isRefused ? "path.way.refused" : "path.way", { d: piece(from.index, to.index) }));
  }
  const box = { viewBox: `0 0 ${STEP * all.length} 64`, preserveAspectRatio: "none", "aria-hidden": "true" };
  return svg("svg.track", box, parts);
}

function piece(from, to) {
  const [a, b] = [centre(from), centre(to)];
  if (to - from <= 1) return `M${a} ${BASE}H${b}`;
  return `M${a} ${BASE}C${a + 14} ${TOP} ${a + 30} ${TOP} ${a + 50} ${TOP}H${b - 50}C${b - 30} ${TOP} ${b - 14} ${TOP} ${b} ${BASE}`;
}
