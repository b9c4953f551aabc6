// Turns data into text that shows what it is: controls are visible, long texts are cut, numbers have units.

import { h } from "./dom.js";

// Controls, marks of direction, and characters without width. They could hide or reorder what one reads.
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Cs}|[\t\n]/gu;

const MOST = 600;

/** The text as nodes, in which invisible characters are shown by their code points. */
export function visible(text, { lines = false } = {}) {
  const nodes = [];
  let end = 0;
  for (const match of String(text).matchAll(INVISIBLE)) {
    if (lines && match[0] === "\n") continue;
    nodes.push(text.slice(end, match.index), mark(match[0]));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

function mark(character) {
  const code = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return h("span.invisible", { title: "an invisible character" }, `U+${code}`);
}

/** The same as a plain text, for places that take no nodes. */
export function visibleText(text) {
  return visible(text)
    .map((node) => (typeof node === "string" ? node : `[${node.textContent}]`))
    .join("");
}

/** Data from outside in the font of code, isolated from the direction of the text around it. */
export function code(text, ...classes) {
  return h(["code.data", ...classes].join("."), cut(String(text)));
}

/** Text with parts in backticks, as the library writes it. */
export function prose(text) {
  const parts = String(text).split("`");
  // An odd number of backticks means that data contained one: show the text as it is.
  if (parts.length % 2 === 0) return h("span.data", cut(String(text)));
  return parts.map((part, index) => (index % 2 ? code(part) : h("span.data", cut(part))));
}

/** A clause of the library as a sentence. */
export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** At most 600 characters, and a button for the rest. */
export function cut(text, options) {
  if (text.length <= MOST) return visible(text, options);
  const rest = h("button.more", { type: "button" }, `… all ${count(text.length)} characters`);
  const shown = h("span", visible(text.slice(0, MOST), options));
  rest.addEventListener("click", () => {
    shown.replaceChildren(...visible(text, options));
    rest.remove();
  });
  return [shown, rest];
}

const whole = new Intl.NumberFormat("en");

export function count(number) {
  return whole.format(number);
}

/** `1 statement`, `2 statements`. */
export function counted(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A time of day with milliseconds. */
export function timeOfDay(milliseconds) {
  const time = new Date(milliseconds);
  const two = (number) => String(number).padStart(2, "0");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  return `${clock}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

/** A length of time with the unit that fits. */
export function span(milliseconds) {
  if (milliseconds < 0.05) return "< 0.1 ms";
  if (milliseconds < 10) return `${Number(milliseconds.toFixed(1))} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${Number((milliseconds / 1000).toFixed(1))} s`;
  if (milliseconds < 3_600_000) return `${Number((milliseconds / 60_000).toFixed(1))} min`;
  return `${Number((milliseconds / 3_600_000).toFixed(1))} h`;
}

export function bytes(number) {
  if (number < 1024) return `${number} bytes`;
  if (number < 1024 * 1024) return `${Number((number / 1024).toFixed(1))} KiB`;
  return `${Number((number / 1024 / 1024).toFixed(1))} MiB`;
}
