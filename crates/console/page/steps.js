// Reads an explanation as five steps: what happened at each, and where the decision was made.
//
// A step is `passed`, `ended` (the decision was made here), `skipped` or `unreached`.

import { span } from "./text.js";

export function steps(explanation) {
  const ended = explanation.allowed ? null : endedAt(explanation);
  const all = [identity(explanation), cache(explanation), authorizer(explanation), policy(explanation), response(explanation)];
  const end = ended === null ? -1 : all.findIndex((step) => step.name === ended);
  return all.map((step, index) => {
    if (index === end) return { ...step, state: "ended" };
    if (step.name === "Response") return { ...step, state: explanation.allowed ? "allowed" : "answered" };
    if (end >= 0 && index > end) return { ...step, state: "unreached", lines: [{ text: "Not reached" }] };
    return step;
  });
}

/** The steps of a request that the layer let through without a check. */
export function unchecked() {
  const names = ["Identity", "Cache", "Authorizer", "Policy"];
  const skipped = names.map((name) => ({ name, state: "skipped", lines: [{ text: "Not asked" }] }));
  return [...skipped, { name: "Response", state: "allowed", lines: [{ text: "From the service" }] }];
}

function endedAt({ policy, authorizer, cache, identity, validationExpression }) {
  if (policy) return "Policy";
  if (authorizer.state === "failed" || authorizer.state === "answered") return "Authorizer";
  if (cache.state === "hit" || cache.state === "sharedTier" || cache.state === "joined") return "Cache";
  return identity.length > 0 || validationExpression ? "Identity" : "Authorizer";
}

const FOUND = {
  present: "present",
  missing: "missing",
  empty: "empty",
  notUtf8: "not UTF-8",
  ambiguous: "can be read in two ways",
};

function identity({ identity, validationExpression, allowed, authorizer, cache }) {
  const lines = identity.map(({ source, found }) => ({
    ...named(source),
    title: source,
    value: FOUND[found] ?? found,
    mood: found === "present" ? "good" : "bad",
  }));
  if (identity.length === 0) lines.push({ text: "No identity source is configured" });
  if (validationExpression) {
    const { expression, matches } = validationExpression;
    const value = matches ? "matches" : "does not match";
    lines.push({ kind: "expression", name: expression, value, mood: matches ? "good" : "bad" });
  }
  const isUnguarded = allowed && cache.state === "notAsked" && authorizer.state === "notInvoked";
  return { name: "Identity", state: isUnguarded ? "skipped" : "passed", lines };
}

const KINDS = [
  [/^(?:method|route)\.request\.header\.(.+)$|^\$request\.header\.(.+)$/, "header"],
  [/^(?:method|route)\.request\.querystring\.(.+)$|^\$request\.querystring\.(.+)$/, "query parameter"],
  [/^\$?stageVariables\.(.+)$/, "stage variable"],
  [/^\$?context\.(.+)$/, "context"],
];

/** An identity source's kind and name, from its expression. */
export function named(source) {
  for (const [pattern, kind] of KINDS) {
    const name = pattern.exec(source)?.slice(1).find(Boolean);
    if (name) return { kind, name };
  }
  return { kind: "source", name: source };
}

function cache({ cache }) {
  const lines = {
    off: "Off: no result is kept",
    notAsked: "Not asked",
    missed: "Missed",
    joined: "Missed, and waited for another request’s call",
    sharedTier: "Missed, and found in the shared tier",
  };
  if (cache.state === "hit") {
    return { name: "Cache", state: "passed", lines: [{ text: `Hit, ${span(cache.ageSeconds * 1000)} old` }] };
  }
  const state = cache.state === "notAsked" ? "skipped" : "passed";
  return { name: "Cache", state, lines: [{ text: lines[cache.state] ?? cache.state }] };
}

function authorizer({ authorizer }) {
  const name = "Authorizer";
  const took = authorizer.tookSeconds != null ? ` in ${span(authorizer.tookSeconds * 1000)}` : "";
  switch (authorizer.state) {
    case "answered":
      return { name, state: "passed", lines: [{ text: `Invoked, answered${took}` }] };
    case "failed":
      return { name, state: "passed", lines: [{ text: `Invoked, failed${took}`, mood: "bad" }, { prose: authorizer.problem }] };
    case "reused":
      return { name, state: "skipped", lines: [{ text: "Not invoked: an earlier answer was used" }, ...madeFor(authorizer)] };
    default:
      return { name, state: "skipped", lines: [{ text: "Not invoked" }] };
  }
}

function madeFor({ madeFor }) {
  return madeFor ? [{ kind: "made for", name: shortArn(madeFor), title: madeFor }] : [];
}

/** The method and the path of a method ARN. */
export function shortArn(arn) {
  const parts = arn.split("/");
  return parts.length > 3 ? `${parts[2]} /${parts.slice(3).join("/")}` : arn;
}

const VERDICTS = { Allow: "Allows", ExplicitDeny: "Denies explicitly", ImplicitDeny: "No statement allows it" };

function policy({ policy, allowed, authorizer }) {
  if (!policy) {
    const isSimple = allowed && authorizer.state !== "notInvoked";
    return { name: "Policy", state: "skipped", lines: [{ text: isSimple ? "None: the answer was “isAuthorized: true”" : "Not evaluated" }] };
  }
  const { verdict, decidingStatement, nearestMiss } = policy;
  const lines = [{ text: VERDICTS[verdict] ?? verdict, mood: verdict === "Allow" ? "good" : "bad" }];
  if (verdict === "Allow" && !allowed) lines.push({ text: "But not the path that some servers read", mood: "bad" });
  if (decidingStatement !== null) lines.push({ kind: "decided by", name: title(policy, decidingStatement) });
  if (nearestMiss !== null) lines.push({ kind: "nearest", name: title(policy, nearestMiss) });
  return { name: "Policy", state: "passed", lines };
}

function title({ statements }, index) {
  const sid = statements.find((statement) => statement.index === index)?.sid;
  return sid ?? `Statement[${index}]`;
}

const ENTRIES = { none: "API Gateway’s default", own: "its own entry", family: "its family’s entry" };

function response({ response, shadow }) {
  if (!response) return { name: "Response", lines: [{ text: "From the service" }] };
  const lines = [{ text: `${response.status} ${response.responseType}`, mood: "bad" }, { text: ENTRIES[response.entry] ?? "" }];
  if (shadow) lines.push({ text: "Not sent: the layer is in shadow" });
  return { name: "Response", lines };
}
