// The statement that comes nearest to allowing a request: what the policy says and what the request says, side by side.

import { h } from "./dom.js";
import { code, prose, sentence, visible } from "./text.js";

export function nearMiss(policy) {
  const statement = policy?.statements.find(({ index }) => index === policy.nearestMiss);
  if (!statement) return null;
  const parts = [actionMiss(statement, policy), resourceMiss(statement, policy), ...conditionMisses(statement)].filter(Boolean);
  if (parts.length === 0) return null;
  const name = statement.sid ?? `Statement[${statement.index}]`;
  return h("section.near-miss", h("h3", "The near miss"), h("p.lead", code(name), " comes nearest. This is what differs:"), parts);
}

function actionMiss({ action }, policy) {
  if (action.applies) return null;
  const entries = action.entries.map(({ text }) => text);
  return comparison(action.member, values(entries), values([policy.action]), action.entries.at(-1)?.remark);
}

function resourceMiss({ resource }, policy) {
  if (resource.applies) return null;
  if (resource.member === "NotResource") {
    const entries = resource.entries.filter(({ matches }) => matches).map(({ text }) => text);
    return comparison("NotResource", values(entries), values([policy.resource]), "an entry of `NotResource` covers the request");
  }
  const requested = segments(policy.resource);
  const ranked = resource.entries.map((entry) => ({ entry, fitting: fitting(segments(entry.text), requested) }));
  // The library's reason names the entry that it compared.
  const named = ranked.find(({ entry }) => entry.remark && policy.reason.endsWith(entry.remark));
  const nearest = named ?? ranked.reduce((best, one) => (best && best.fitting >= one.fitting ? best : one), null);
  if (!nearest) return null;
  const [wanted, seen] = aligned(segments(nearest.entry.text), requested, nearest.fitting);
  return comparison(resource.member, wanted, seen, nearest.entry.remark);
}

function conditionMisses({ conditions }) {
  const missed = conditions.filter(({ holds }) => !holds);
  return missed.map(({ operator, key, wanted, seen, unknown, rule }) => {
    const has = seen ? values(seen) : h("span.absent", unknown ?? "the request has no such value");
    return comparison([operator, " on ", code(key)], values(wanted), has, rule);
  });
}

function comparison(part, wanted, seen, remark) {
  return h(
    "div.comparison",
    h("h4", part),
    h("dl.sides", h("div", h("dt", "The policy says"), h("dd", wanted)), h("div", h("dt", "The request says"), h("dd", seen))),
    remark && h("p.remark", prose(sentence(remark))),
  );
}

function values(texts) {
  const SHOWN = 12;
  const rest = texts.length - SHOWN;
  return [h("ul.values", texts.slice(0, SHOWN).map((text) => h("li", code(text, "differs")))), rest > 0 && h("p", `and ${rest} more`)];
}

/** The parts of an ARN with the separators before them: five by colons, four by slashes. */
function segments(arn) {
  const head = arn.split(":");
  const parts = head.slice(0, 5).map((text, index) => ({ separator: index ? ":" : "", text }));
  const name = head.slice(5).join(":");
  if (head.length > 5) {
    const found = /^([^/]*)(?:\/([^/]*))?(?:\/([^/]*))?(?:\/(.*))?$/s.exec(name) ?? [name, name];
    found.slice(1).forEach((text, index) => {
      if (text !== undefined) parts.push({ separator: index ? "/" : ":", text });
    });
  }
  return parts;
}

function fitting(wanted, seen) {
  const differs = seen.findIndex(({ text }, index) => !wanted[index] || !covers(wanted[index].text, text));
  return differs < 0 ? seen.length : differs;
}

/** Both ARNs, with each part as wide as the wider of the two, and the parts from the first difference marked. */
function aligned(wanted, seen, differsAt) {
  const width = (index) => Math.max(...[wanted, seen].map((parts) => parts[index]?.text.length ?? 0));
  const line = (parts) =>
    h(
      "code.arn.data",
      parts.map(({ separator, text }, index) => {
        const part = h("span.part", visible(text.slice(0, 300)), text.length > 300 && "…");
        if (index === differsAt) part.classList.add("differs");
        // What differs has a padding, and the other side's must not break where this one does not.
        const padding = index === differsAt ? " + 6px" : "";
        if (width(index) <= 40) part.style.minWidth = `calc(${width(index)}ch${padding})`;
        return [h("span.separator", separator), part];
      }),
      parts.length === differsAt && h("span.part.differs.ends", "ends here"),
    );
  return [line(wanted), line(seen)];
}

/** Whether a pattern with `*` and `?` covers a text. It only aligns the picture; the library has decided. */
function covers(pattern, text) {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") [star, mark] = [p++, t];
    else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, t] = [star + 1, ++mark];
    else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
