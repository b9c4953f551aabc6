// A policy as it was evaluated: each statement, part by part, with the one that decided marked.

import { h, icon } from "./dom.js";
import { code, counted, prose, sentence } from "./text.js";

const OPEN = 12;
const ENTRIES = 6;

export function statements(policy, { leftOut = 0, isReasonTold = false } = {}) {
  const told = policy.decidingStatement ?? policy.nearestMiss;
  const first = policy.statements.filter(({ index }) => index === told);
  const others = policy.statements.filter(({ index }) => index !== told);
  const isLong = policy.statements.length > OPEN;
  const inOrder = isLong ? [...first, ...others.slice(0, OPEN)] : policy.statements;
  const rest = isLong ? others.slice(OPEN) : [];
  const show = (statement) => shown(statement, policy);
  return h(
    "section.policy",
    h("h3", "The policy"),
    !isReasonTold && h("p.lead", prose(sentence(policy.reason))),
    h("ol.statements", inOrder.map(show)),
    rest.length > 0 && later(rest, show),
    leftOut > 0 && h("p.note", `${counted(leftOut, "statement")} left out: the policy is too long to show.`),
  );
}

/** Statements that are built when one asks for them. */
function later(rest, show) {
  const list = h("ol.statements");
  const details = h("details", h("summary", `${counted(rest.length, "more statement")}`), list);
  details.addEventListener("toggle", () => list.childElementCount === 0 && list.append(...rest.map(show)));
  return details;
}

function shown(statement, { decidingStatement, nearestMiss, verdict }) {
  const { index, sid, effect, applies, action, resource, conditions } = statement;
  const isDeciding = index === decidingStatement;
  const isNearest = index === nearestMiss;
  const kind = isDeciding ? (verdict === "Allow" ? ".decided.allowed" : ".decided.refused") : isNearest ? ".nearest" : "";
  const tag = isDeciding ? "decided" : isNearest ? "nearest" : applies ? "applies" : "does not apply";
  return h(
    `li.statement${kind}`,
    h(
      "p.statement-title",
      h(`span.effect.${effect === "Allow" ? "allow" : "deny"}`, effect),
      sid ? code(sid) : h("span.unnamed", `Statement[${index}]`),
      sid && h("span.index", `Statement[${index}]`),
      h("span.tag", tag),
    ),
    part(action),
    part(resource),
    conditions.map(condition),
  );
}

function part({ member, applies, entries }) {
  const list = entries.slice(0, ENTRIES).map(({ text, matches, remark }) => h(`li.${matches ? "hit" : "miss"}`, code(text), remark && !applies && h("span.remark", prose(remark))));
  const rest = entries.length - ENTRIES;
  return h("div.part-row", verdictMark(applies), h("span.member", member), h("ul.entries", list, rest > 0 && h("li.miss", `and ${rest} more`)));
}

function condition({ operator, key, holds, seen, unknown, wanted, rule }) {
  const has = seen ? seen.map((text) => code(text)) : h("span.absent", unknown ?? "absent");
  return h(
    "div.part-row",
    verdictMark(holds),
    h("span.member", "Condition"),
    h("div.entries", h("p", code(operator), " ", code(key)), h("p.values-line", wanted.slice(0, ENTRIES).map((text) => code(text)), wanted.length > ENTRIES && `and ${wanted.length - ENTRIES} more`, h("span.kind", "request"), has), !holds && h("p.remark", prose(rule))),
  );
}

function verdictMark(applies) {
  return h(`span.mark.${applies ? "yes" : "no"}`, icon(applies ? "check" : "cross"), h("span.only-heard", applies ? "applies" : "does not apply"));
}
