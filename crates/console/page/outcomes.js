// The words for what a decision may be. Each group has one colour, in the list and in the chart.

export const OUTCOMES = {
  allowed: { word: "Allowed", group: "allowed", meaning: "the policy allows the request" },
  refused: { word: "Refused", group: "refused", meaning: "the client got a gateway response" },
  shadowed: { word: "Shadowed", group: "shadowed", meaning: "would be refused, but the layer is in shadow" },
  exempt: { word: "Exempt", group: "unchecked", meaning: "the layer does not check such requests" },
  anonymous: { word: "Anonymous", group: "unchecked", meaning: "let through without credentials" },
  open: { word: "Open", group: "unchecked", meaning: "the operation has no authorizer" },
  cancelled: { word: "Cancelled", group: "cancelled", meaning: "the client left before the decision" },
};

export const GROUPS = ["allowed", "unchecked", "shadowed", "cancelled", "refused"];

export function outcome(name) {
  return OUTCOMES[name] ?? { word: name, group: "cancelled", meaning: "" };
}

const SOURCES = {
  hit: "hit",
  stale_hit: "stale",
  missed: "missed",
  joined: "joined",
  shared_tier: "shared",
  not_asked: "",
};

/** Where the result came from, in a word. */
export function source(name) {
  return SOURCES[name] ?? name;
}
