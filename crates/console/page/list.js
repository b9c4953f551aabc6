// The rows of the decisions. Rows are kept and moved, never all built again, so that 200 decisions a second stay quick.

import { fill, h } from "./dom.js";
import { outcome, source } from "./outcomes.js";
import { count, span, timeOfDay, visible, visibleText } from "./text.js";

const COLUMNS = ["Time", "Method", "Path", "Outcome", "Response", "Cache", "Waited", "Principal", "Layer"];
/** A row shows at most this much of a text. The story shows all of it. */
const MOST = 160;

export class List {
  #rows = new Map();
  #active = null;
  #marked = null;

  constructor(open) {
    this.open = open;
    this.body = h("div.rows", { role: "rowgroup" });
    const heads = COLUMNS.map((name) => h(`div.cell.${name.toLowerCase()}`, { role: "columnheader" }, name));
    this.element = h(
      "div.list",
      { role: "grid", "aria-label": "Decisions, newest first", "aria-readonly": "true" },
      h("div.head-group", { role: "rowgroup" }, h("div.row.head", { role: "row" }, heads)),
      this.body,
    );
    this.body.addEventListener("click", ({ target }) => this.#openRow(target.closest(".row")));
    this.body.addEventListener("keydown", (event) => this.#key(event));
    this.body.addEventListener("focusin", ({ target }) => this.#activate(target.closest(".row")));
  }

  /** Shows these decisions, newest first. Returns how many rows are new. */
  show(summaries, hasLayers) {
    this.element.classList.toggle("has-layers", hasLayers);
    const wanted = new Set(summaries.map((summary) => summary.id));
    const hadFocus = this.body.contains(document.activeElement);
    for (const [id, row] of this.#rows) {
      if (!wanted.has(id)) {
        row.remove();
        this.#rows.delete(id);
      }
    }
    let next = this.body.firstElementChild;
    let added = 0;
    for (const summary of summaries) {
      const row = this.#row(summary);
      if (row === next) {
        next = next.nextElementSibling;
      } else {
        this.body.insertBefore(row, next);
        added += 1;
      }
    }
    if (!this.#active?.isConnected) this.#activate(this.body.lastElementChild);
    if (hadFocus && !this.body.contains(document.activeElement)) this.focus();
    return added;
  }

  /** Marks the decision whose story is open. */
  mark(id) {
    this.#marked = id;
    for (const [of, row] of this.#rows) row.setAttribute("aria-selected", String(of === id));
    if (this.#rows.has(id)) this.#activate(this.#rows.get(id));
  }

  clear() {
    this.#rows.clear();
    this.#active = null;
    this.body.replaceChildren();
  }

  focus() {
    (this.#active ?? this.body.firstElementChild)?.focus();
  }

  focusFirst() {
    this.body.firstElementChild?.focus();
  }

  #row(summary) {
    const known = this.#rows.get(summary.id);
    if (known) return known;
    const row = h(
      "div.row",
      { role: "row", tabindex: -1, "data-id": summary.id, "aria-selected": String(summary.id === this.#marked) },
      cells(summary).map(([name, content]) => h(`div.cell.${name}`, { role: "gridcell" }, content)),
    );
    row.classList.add(outcome(summary.outcome).group);
    row.querySelector(".path").title = visibleText(cutOff(summary.path));
    row.querySelector(".response").title = visibleText(cutOff(summary.reason));
    this.#rows.set(summary.id, row);
    return row;
  }

  #activate(row) {
    if (!row || row === this.#active) return;
    if (this.#active) this.#active.tabIndex = -1;
    row.tabIndex = 0;
    this.#active = row;
  }

  #openRow(row) {
    if (row) this.open(Number(row.dataset.id));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest(".row");
    const to = {
      ArrowDown: row.nextElementSibling,
      ArrowUp: row.previousElementSibling,
      Home: this.body.firstElementChild,
      End: this.body.lastElementChild,
    };
    if (event.key in to) {
      to[event.key]?.focus();
      event.preventDefault();
    }
    if (event.key === "Enter" || event.key === " ") {
      this.#openRow(row);
      event.preventDefault();
    }
  }
}

function cells(summary) {
  const { word, meaning } = outcome(summary.outcome);
  const age = summary.ageMs === null ? "" : ` ${span(summary.ageMs)}`;
  const result = source(summary.source);
  return [
    ["time", timeOfDay(summary.at)],
    ["method", visible(cutOff(summary.method))],
    ["path", h("span.data", visible(cutOff(summary.path)))],
    ["outcome", h("span.state", { title: meaning }, word)],
    ["response", summary.status === null ? "" : [h("b", String(summary.status)), " ", summary.responseType ?? ""]],
    ["cache", result && [result, h("span.age", age)]],
    ["waited", summary.waitedMs === null ? "" : span(summary.waitedMs)],
    ["principal", h("span.data", visible(cutOff(summary.principal ?? "")))],
    ["layer", h("span.data", visible(cutOff(summary.layer)))],
  ];
}

function cutOff(text) {
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
}

/** What the list says when it is empty. */
export function emptiness(element, total, isFiltered) {
  if (isFiltered) fill(element, `None of the last ${count(total)} decisions matches the filter.`);
  else fill(element, h("b", "No decision yet."), " Send a request to the application, and it appears here.");
}
