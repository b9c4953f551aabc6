// The tab of the decisions: figures and chart, filters, the list, and the story beside it.

import { append, field, fill, h } from "./dom.js";
import { Chart } from "./chart.js";
import { List, emptiness } from "./list.js";
import { OUTCOMES } from "./outcomes.js";
import { StoryPanel } from "./story.js";
import { count, counted } from "./text.js";

const ALWAYS = ["allowed", "refused"];
/** So many new rows at once are a flood. Then the list rests for so many milliseconds. */
const [MANY, REST] = [12, 300];

export class Decisions {
  #filters = { outcomes: new Set(), path: "", principal: "", text: "" };
  #isScheduled = false;
  #told = 0;
  /** The list is not drawn before this time. */
  #rest = 0;

  constructor(view, feed, navigate) {
    Object.assign(this, { view, feed, navigate });
    this.chart = new Chart();
    this.list = new List((id) => navigate(`decision-${id}`));
    this.story = new StoryPanel(() => this.close(), navigate);
    this.#build();
    feed.addEventListener("added", ({ detail }) => this.chart.add(detail));
    feed.addEventListener("cleared", () => {
      this.chart.clear();
      this.list.clear();
    });
    feed.addEventListener("changed", () => this.#schedule());
    setInterval(() => this.#schedule(), 1000);
    this.#schedule();
  }

  #build() {
    this.outcomes = h("div.outcomes", { role: "group", "aria-label": "Show only these outcomes" });
    for (const [name, { word, group, meaning }] of Object.entries(OUTCOMES)) {
      const onclick = () => this.#toggle(name);
      const number = h("span.number", "0");
      const button = h(`button.outcome.${group}`, { type: "button", "aria-pressed": "false", title: meaning, onclick }, number, h("span.word", word), h("span.only-heard", " in the last five minutes"));
      button.dataset.outcome = name;
      this.outcomes.append(button);
    }
    const filter = (name, label, placeholder) => {
      const oninput = ({ target }) => {
        this.#filters[name] = target.value.trim().toLowerCase();
        this.#soon();
      };
      const input = h("input", { type: "search", placeholder, oninput, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
      input.addEventListener("keydown", (event) => this.#filterKey(event, input));
      this[`${name}Filter`] = input;
      return field(label, input);
    };
    this.pause = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.togglePause() }, "Pause");
    const clear = h("button", { type: "button", onclick: () => this.#clear() }, "Clear");
    const filters = h(
      "div.filters",
      { role: "search" },
      filter("text", "Filter", "anything in a row or its reason"),
      filter("path", "Path", "/pets"),
      filter("principal", "Principal", "ann"),
      h("div.actions", this.pause, clear),
    );
    this.counter = h("p.counter");
    this.live = h("p.only-heard", { "aria-live": "polite" });
    this.empty = h("p.empty", { hidden: true });
    const keys = h(
      "p.keys",
      [["/", "filter"], ["p", "pause"], ["↑ ↓", "move"], ["Enter", "open"], ["Esc", "close"]].map(([key, does]) => h("span", h("kbd", key), ` ${does}`)),
    );
    this.left = h("div.left", filters, h("div.under-filters", this.counter, keys), this.list.element, this.empty);
    this.split = h("div.split", this.left, this.story.element);
    append(this.view, [h("h2.only-heard", "Decisions"), h("div.overview", this.outcomes, this.chart.element), this.live, this.split]);
  }

  /** Opens the story of a decision. */
  async open(id) {
    this.split.classList.add("is-open");
    this.list.mark(id);
    await this.story.open(id);
    if (getComputedStyle(this.left).display === "none") this.story.element.scrollIntoView();
  }

  shut() {
    this.split.classList.remove("is-open");
    this.story.shut();
    this.list.mark(null);
  }

  /** Closes the story and returns to its row. */
  close() {
    this.navigate("decisions");
    this.list.focus();
  }

  get isOpen() {
    return this.split.classList.contains("is-open");
  }

  togglePause() {
    this.feed.pause(!this.feed.isPaused);
    this.#soon();
  }

  focusFilter() {
    this.textFilter.focus();
    this.textFilter.select();
  }

  async #clear() {
    this.navigate("decisions");
    try {
      await this.feed.clear();
    } catch (error) {
      fill(this.counter, error.message);
    }
  }

  #toggle(name) {
    const { outcomes } = this.#filters;
    if (!outcomes.delete(name)) outcomes.add(name);
    this.#soon();
  }

  #filterKey(event, input) {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      this.list.focusFirst();
      event.preventDefault();
    }
    if (event.key === "Escape") {
      if (input.value === "") input.blur();
      input.value = "";
      input.dispatchEvent(new Event("input"));
      event.stopPropagation();
    }
  }

  /** Draws at most once for each frame, and less often while more arrives than anybody reads. */
  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const draw = () => {
      this.#isScheduled = false;
      this.#draw();
    };
    setTimeout(() => requestAnimationFrame(draw), Math.max(0, this.#rest - performance.now()));
  }

  /** Draws in the next frame, because the user did something. */
  #soon() {
    this.#rest = 0;
    requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { feed } = this;
    const shown = feed.decisions.filter((summary) => this.#matches(summary));
    const layers = new Set(feed.decisions.map((summary) => summary.layer));
    const added = this.list.show(shown, layers.size > 1);
    if (added > MANY) this.#rest = performance.now() + REST;
    this.list.element.hidden = shown.length === 0;
    this.empty.hidden = shown.length > 0;
    emptiness(this.empty, feed.decisions.length, feed.decisions.length > 0);
    this.#drawOutcomes();
    this.#drawPause();
    this.#drawCounter(shown.length);
  }

  #drawOutcomes() {
    const totals = this.chart.totals();
    for (const button of this.outcomes.children) {
      const name = button.dataset.outcome;
      const number = totals.get(name) ?? 0;
      const isPressed = this.#filters.outcomes.has(name);
      button.hidden = number === 0 && !isPressed && !ALWAYS.includes(name);
      button.firstElementChild.textContent = count(number);
      button.setAttribute("aria-pressed", String(isPressed));
    }
  }

  #drawPause() {
    const { isPaused, waitingCount } = this.feed;
    const waiting = isPaused && waitingCount > 0 ? ` (${count(waitingCount)} waiting)` : "";
    this.pause.textContent = isPaused ? `Resume${waiting}` : "Pause";
    this.pause.setAttribute("aria-pressed", String(isPaused));
  }

  #drawCounter(shown) {
    const { decisions, total, withoutStory, waitingCount } = this.feed;
    const older = total - decisions.length - waitingCount;
    const parts = [shown === decisions.length ? counted(shown, "decision") : `${count(shown)} of ${counted(decisions.length, "decision")}`];
    if (older > 0) parts.push(`${count(older)} older ones not shown`);
    if (withoutStory > 0) parts.push(`${count(withoutStory)} without a story`);
    const text = parts.join(" · ");
    if (this.counter.textContent !== text) fill(this.counter, text);
    // A screen reader hears the counter now and then, not each change.
    if (Date.now() - this.#told > 10_000 && this.live.textContent !== text) {
      this.live.textContent = text;
      this.#told = Date.now();
    }
  }

  #matches(summary) {
    const { outcomes, path, principal, text } = this.#filters;
    const has = (value, part) => (value ?? "").toLowerCase().includes(part);
    return (
      (outcomes.size === 0 || outcomes.has(summary.outcome)) &&
      has(summary.path, path) &&
      has(summary.principal, principal) &&
      (text === "" || searchable(summary).includes(text))
    );
  }
}

function searchable({ method, path, outcome: name, responseType, status, source, principal, layer, reason, resource }) {
  return [method, path, name, responseType, status, source, principal, layer, reason, resource].join(" ").toLowerCase();
}
