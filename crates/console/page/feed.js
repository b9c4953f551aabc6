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
  #newest = -1;
  #started;

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

  async #reload() {
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

  /** Adds decisions, newest first, except those that are known. */
  #add(summaries, list) {
    const fresh = summaries.filter((summary) => summary.id > this.#newest);
    if (list) {
      this.total = list.total;
      this.withoutStory = list.withoutStory;
    } else {
      this.total += fresh.length;
      this.withoutStory += fresh.filter((summary) => !summary.hasStory).length;
    }
    if (fresh.length > 0) {
      this.#newest = fresh[0].id;
      const into = this.isPaused ? "waiting" : "decisions";
      this[into] = [...fresh, ...this[into]].slice(0, MOST);
      if (this.isPaused) this.waitingCount += fresh.length;
      this.dispatchEvent(new CustomEvent("added", { detail: fresh }));
    }
    this.#tell("changed");
  }

  /** The application was started again, and its numbers with it. */
  #startAnew() {
    this.#newest = -1;
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
