// What happened, in plain words, and what to do about it.

import { h } from "./dom.js";
import { prose, sentence } from "./text.js";

const TITLES = { allowed: "Allowed", refused: "Refused", shadowed: "Would be refused" };

/** The same for a screen reader, in a line. */
export function spoken({ allowed, shadow, response }) {
  const kind = allowed ? "allowed" : shadow ? "shadowed" : "refused";
  return response ? `${TITLES[kind]} with ${response.status}` : TITLES[kind];
}

export function verdict(explanation) {
  const { allowed, shadow, response, reason, remedies } = explanation;
  const kind = allowed ? "allowed" : shadow ? "shadowed" : "refused";
  const answer = response ? ` with ${response.status} ${response.responseType}` : "";
  return h(
    `section.verdict.${kind}`,
    h("p.decision", h("strong", TITLES[kind]), answer),
    h("p.reason", prose(sentence(reason))),
    remedies.length > 0 && h("div.remedies", h("h3", "What to do"), h(remedies.length > 1 ? "ol" : "ul", remedies.map(({ text }) => h("li", prose(sentence(text)))))),
  );
}
