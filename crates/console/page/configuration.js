// What the application's layers are configured to do, and what their caches did.

import * as api from "./api.js";
import { append, fill, h } from "./dom.js";
import { bytes, code, count, counted, cut, span } from "./text.js";

/** The members that have a place of their own, in the order of reading. The others follow, by their names. */
const KNOWN = [
  ["kind", "Kind"],
  ["stageArn", "Method ARNs"],
  ["identitySources", "Identity sources"],
  ["identityValidationExpression", "Validation expression"],
  ["resultTtlSeconds", "Results are kept for"],
  ["hasSharedCache", "Shared cache"],
  ["revocationBoundSeconds", "Revocations take effect within"],
  ["authorizerTimeoutSeconds", "Authorizer’s timeout"],
  ["anonymousRequests", "Anonymous requests"],
  ["exemptsPreflights", "Preflights are exempt"],
  ["clientIp", "Client’s address"],
  ["ambiguousPaths", "Ambiguous paths"],
  ["ambiguousHosts", "Ambiguous hosts"],
  ["methodArnLimit", "Longest method ARN"],
  ["givesRequestBody", "Authorizer gets the body"],
];
const ELSEWHERE = ["authorizerName", "isShadow", "gatewayResponses"];

const FIGURES = [
  ["hits", "hits", count],
  ["misses", "misses", count],
  ["joined", "joined", count],
  ["staleHits", "stale hits", count],
  ["sharedHits", "shared hits", count],
  ["sharedErrors", "shared errors", count],
  ["evictions", "evictions", count],
  ["bytes", "in the cache", bytes],
];
/** Figures that are shown only if something happened. */
const RARE = ["staleHits", "sharedHits", "sharedErrors"];

export class Configuration {
  constructor(view, loaded) {
    this.loaded = loaded;
    this.cards = h("div.cards");
    this.version = h("span.version");
    const reload = h("button", { type: "button", onclick: () => this.load() }, "Reload");
    append(view, [h("div.title-line", h("h2", "Configuration"), this.version, reload), this.cards]);
  }

  async load() {
    try {
      const { layers, version } = await api.configuration();
      fill(this.version, `version ${version}`);
      fill(this.cards, layers.length > 0 ? layers.map(card) : h("p.empty", "The console watches no layer yet. Give it one with ", code("Console::watch"), "."));
      this.loaded(layers);
    } catch (error) {
      fill(this.cards, h("p.problem", error.message));
    }
  }
}

function card(layer) {
  return h(
    "article.card.layer",
    h("header.card-title", h("h3", code(layer.name)), h("span.kind", layer.apiType.replace(/^an? /, ""))),
    layer.authorizers.map((authorizer) => guarded(layer, authorizer)),
    layer.operations.length > 0 && operations(layer.operations),
  );
}

function guarded(layer, { name, configuration, statistics }) {
  const isShadow = configuration.isShadow === true;
  const figures = h("div.figures-place");
  const said = h("span.said", { role: "status" });
  const draw = (statistics) => fill(figures, drawn(statistics));
  draw(statistics);
  const flush = h("button", { type: "button" }, "Flush results", h("span.only-heard", ` of ${name ?? layer.name}`));
  flush.addEventListener("click", async () => {
    flush.disabled = true;
    try {
      draw((await api.flush(layer.id, name)).statistics);
      said.textContent = "Flushed";
    } catch (error) {
      said.textContent = error.message;
    }
    flush.disabled = false;
  });
  return h(
    "section.authorizer-card",
    h("div.card-line", h("h4", name ? ["Authorizer ", code(name)] : "Authorizer"), isShadow && h("span.badge.shadowed", "in shadow: refuses nothing"), said, flush),
    figures,
    members(configuration),
    responses(configuration.gatewayResponses),
  );
}

function drawn(statistics) {
  const asked = statistics.hits + statistics.misses + (statistics.staleHits ?? 0);
  const figures = FIGURES.filter(([key]) => key in statistics && !(RARE.includes(key) && statistics[key] === 0));
  const share = asked > 0 ? [h("div.figure", h("dd", `${Math.round((100 * (asked - statistics.misses)) / asked)} %`), h("dt", "hit rate"))] : [];
  return h("dl.figures", share, figures.map(([key, word, format]) => h("div.figure", h("dd", format(statistics[key])), h("dt", word))));
}

function members(configuration) {
  const others = Object.keys(configuration).filter((key) => !ELSEWHERE.includes(key) && KNOWN.every(([known]) => known !== key));
  const all = [...KNOWN.filter(([key]) => key in configuration), ...others.map((key) => [key, words(key)])];
  return h("dl.table", all.map(([key, label]) => [h("dt", label), h("dd", value(configuration[key], key))]));
}

function words(key) {
  const text = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function value(value, key) {
  if (value === null || (Array.isArray(value) && value.length === 0)) return h("span.absent", "none");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (key.endsWith("Seconds")) return value === 0 ? "not kept" : span(value * 1000);
  if (typeof value === "number") return count(value);
  if (Array.isArray(value)) return h("ul.plain", value.map((one) => h("li", code(text(one)))));
  return code(text(value));
}

const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function responses(entries) {
  const all = Object.entries(entries ?? {});
  if (all.length === 0) return h("p.note", "Gateway responses: API Gateway’s defaults.");
  return h(
    "details",
    h("summary", `${counted(all.length, "gateway response")} of its own`),
    h("dl.table", all.map(([name, entry]) => [h("dt", code(name)), h("dd", h("pre.raw.data", { tabindex: 0 }, cut(JSON.stringify(entry, null, 2), { lines: true })))])),
  );
}

function operations(list) {
  const rows = list.map(({ method, path, authorizer }) => h("tr", h("td", h("span.method", method)), h("td", code(path)), h("td", authorizer ? code(authorizer) : h("span.absent", "open"))));
  return h(
    "details.operations",
    { open: list.length <= 12 },
    h("summary", counted(list.length, "operation")),
    h("div.scroller", { tabindex: 0, role: "region", "aria-label": "Operations" }, h("table", h("thead", h("tr", ["Method", "Path", "Authorizer"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", rows))),
  );
}
