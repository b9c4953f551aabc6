// What happened, in plain words, and what to do about it.

import { h } from "./dom.js";
import { prose } from "./text.js";

const TITLES = { allowed: "Allowed", refused: "Refused", shadowed: "Would be refused" };

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

function sentence(text) {
  const first = text.charAt(0);
  return first === "`" ? text : first.toUpperCase() + text.slice(1);
}
