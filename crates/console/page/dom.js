// Builds elements. Nothing here or elsewhere parses HTML, so data can only become text.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element: `h("p.note", { id: "x", onclick }, "text", node)`. */
export function h(name, ...rest) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  return filled(element, rest);
}

/** Makes an SVG element in the same way. */
export function svg(name, ...rest) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElementNS(SVG, tag);
  element.classList.add(...classes);
  return filled(element, rest);
}

function filled(element, rest) {
  const hasAttributes = isAttributes(rest[0]);
  if (hasAttributes) {
    for (const [key, value] of Object.entries(rest[0])) set(element, key, value);
  }
  append(element, hasAttributes ? rest.slice(1) : rest);
  return element;
}

function isAttributes(value) {
  return value !== null && typeof value === "object" && !(value instanceof Node) && !Array.isArray(value);
}

function set(element, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else element.setAttribute(key, value === true ? "" : value);
}

/** Appends nodes and texts. Lists are flattened, and `null` and `false` are left out. */
export function append(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Replaces what an element contains. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** A label around a control. */
export function field(label, control, ...more) {
  return h("label.field", h("span.field-name", label), control, ...more);
}

const ICONS = {
  check: "m3.5 8.5 3 3 6-7",
  cross: "m4 4 8 8m0-8-8 8",
  dash: "M4 8h8",
  arrow: "M3 8h9m-4-4 4 4-4 4",
  back: "M13 8H4m4-4L4 8l4 4",
  question: "M5.6 6a2.4 2.4 0 1 1 3.3 2.2c-.6.3-.9.7-.9 1.4m0 3v.2",
  ring: "M8 4a4 4 0 1 0 0 8 4 4 0 1 0 0-8",
};

/** A small icon in the colour of the text. It is decoration, so words say the same. */
export function icon(name) {
  return svg("svg.icon", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}
