// The decisions that the page knows: the last ones, newest first, and how many it does not have.

import * as api from "./api.js";

export const MOST = 200;

export class Feed extends EventTarget {
  /** Newest first. */
  decisions = [];
  /** While paused, what arrived since. Newest first. */
  waiting = [];
  waitingCount = 0;
  total = 0;
  withoutStory = 0;
  isPaused = false;
  state = "connecting";
  /** The numbers of decisions that arrived, and the number up to which all have. */
  #known = new Set();
  #forgotten = -1;
  #started;
  #loads = 0;

  start() {
    api.listen({
      opened: () => this.#reload(),
      lost: () => this.#connection("lost"),
      decisions: (summaries) => this.#add(summaries.reverse()),
      missed: () => this.#reload(),
      cleared: () => this.#reset(),
    });
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    if (!isPaused) {
      this.decisions = [...this.waiting, ...this.decisions].slice(0, MOST);
      this.waiting = [];
      this.waitingCount = 0;
    }
    this.#tell("changed");
  }

  async clear() {
    await api.clear();
    this.#reset();
  }

  /** Loads the list. What is asked for meanwhile is one more load. */
  async #reload() {
    this.#loads += 1;
    if (this.#loads > 1) return;
    await this.#load();
    const isStale = this.#loads > 1;
    this.#loads = 0;
    if (isStale) this.#reload();
  }

  async #load() {
    try {
      const list = await api.decisions();
      if (this.#started !== undefined && this.#started !== list.started) this.#startAnew();
      this.#started = list.started;
      this.#add(list.decisions, list);
      this.#connection("live");
    } catch {
      this.#connection("lost");
    }
  }

  /** Adds decisions, newest first, except those that are known. A list may arrive after events of newer decisions. */
  #add(summaries, list) {
    const fresh = summaries.filter((summary) => !this.#isKnown(summary.id));
    if (list) {
      this.total = Math.max(list.total, this.total);
      this.withoutStory = Math.max(list.withoutStory, this.withoutStory);
    } else {
      this.total += fresh.length;
      this.withoutStory += fresh.filter((summary) => !summary.hasStory).length;
    }
    if (fresh.length > 0) {
      const into = this.isPaused ? "waiting" : "decisions";
      this[into] = merged(fresh, this[into]);
      if (this.isPaused) this.waitingCount += fresh.length;
      for (const { id } of fresh) this.#known.add(id);
      this.#forget();
      this.dispatchEvent(new CustomEvent("added", { detail: fresh }));
    }
    this.#tell("changed");
  }

  #isKnown(id) {
    return id <= this.#forgotten || this.#known.has(id);
  }

  /** Keeps the numbers of the last decisions only. All older ones count as known. */
  #forget() {
    if (this.#known.size < 8 * MOST) return;
    const numbers = [...this.#known].sort((a, b) => a - b);
    const old = numbers.slice(0, -2 * MOST);
    for (const id of old) this.#known.delete(id);
    this.#forgotten = old.at(-1);
  }

  /** The application was started again, and its numbers with it. */
  #startAnew() {
    this.#known.clear();
    this.#forgotten = -1;
    this.#reset();
  }

  #reset() {
    this.decisions = [];
    this.waiting = [];
    this.waitingCount = 0;
    this.total = 0;
    this.withoutStory = 0;
    this.#tell("cleared");
    this.#tell("changed");
  }

  #connection(state) {
    this.state = state;
    this.#tell("connection");
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}

/** Newest first. What arrives is nearly always newer than what is here. */
function merged(fresh, known) {
  const all = [...fresh, ...known];
  const isInOrder = known.length === 0 || fresh.at(-1).id > known[0].id;
  if (!isInOrder) all.sort((a, b) => b.id - a.id);
  return all.slice(0, MOST);
}
