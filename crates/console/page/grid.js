// Which of the API's operations a policy allows: resources by methods.

import { h, icon } from "./dom.js";
import { code, counted } from "./text.js";

const CELLS = {
  allow: { mark: "check", word: "allowed" },
  deny: { mark: "cross", word: "denied" },
  implicit: { mark: "dash", word: "not allowed" },
  depends: { mark: "question", word: "depends" },
  open: { mark: "ring", word: "open: no authorizer" },
};

export function grid({ methods, resources, cells }, choose) {
  if (resources.length === 0) return h("p.empty", "The console knows no operation of this API. Watch a whole API, from its OpenAPI document, to see them.");
  const counts = Object.fromEntries(Object.keys(CELLS).map((name) => [name, 0]));
  for (const name of cells.flat()) if (name in counts) counts[name] += 1;
  const legend = Object.entries(CELLS)
    .filter(([name]) => counts[name] > 0)
    .map(([name, { word }]) => h("li", cellMark(name), `${counts[name]} ${word}`));
  const row = (resource, index) => h("tr", h("th", { scope: "row" }, code(resource)), methods.map((method, column) => cell(cells[index][column], method, resource, choose)));
  return h(
    "section.grid",
    h("h3", "The API’s operations"),
    h("p.lead", `What this policy says about ${counted(Object.values(counts).reduce((sum, number) => sum + number, 0), "operation")}.`),
    h("ul.legend", legend),
    h(
      "div.scroller",
      { tabindex: 0, role: "region", "aria-label": "Operations" },
      h("table", h("thead", h("tr", h("th", { scope: "col" }, "Resource"), methods.map((method) => h("th", { scope: "col" }, code(method))))), h("tbody", resources.map(row))),
    ),
    h("p.note", "A path parameter stands for a value that no policy names. “Depends” means that a condition or the parameter’s value decides."),
  );
}

function cell(name, method, resource, choose) {
  if (!(name in CELLS)) return h("td.none", h("span.only-heard", "no such operation"));
  const label = `${method} ${resource}: ${CELLS[name].word}`;
  return h("td", h("button.cell-button", { type: "button", title: label, "aria-label": label, onclick: () => choose(method, resource) }, cellMark(name)));
}

function cellMark(name) {
  const { mark } = CELLS[name];
  return h(`span.cell-mark.${name}`, { "aria-hidden": "true" }, icon(mark));
}
