// A text area with line numbers, in which lines can be marked.

import { h } from "./dom.js";

export class Editor {
  #lines = 0;
  #marked = null;

  constructor(label, value, oninput) {
    this.gutter = h("div.gutter", { "aria-hidden": "true" });
    this.area = h("textarea.code-area", { "aria-label": label, rows: 20, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
    this.area.value = value;
    this.area.addEventListener("input", () => {
      this.#number();
      oninput();
    });
    this.area.addEventListener("scroll", () => this.#follow());
    this.element = h("div.editor", this.gutter, this.area);
    this.#number();
  }

  get text() {
    return this.area.value;
  }

  replace(text) {
    this.area.value = text;
    this.#number();
  }

  /** Marks a line, or none. */
  mark(line) {
    this.gutter.children[this.#marked - 1]?.classList.remove("marked");
    this.#marked = line;
    this.gutter.children[line - 1]?.classList.add("marked");
  }

  /** Moves the cursor to a line and a column, both from 1. */
  goTo(line, column) {
    const before = this.text.split("\n").slice(0, line - 1).join("\n");
    const offset = before.length + (line > 1 ? 1 : 0) + column - 1;
    this.area.focus();
    this.area.setSelectionRange(offset, offset);
  }

  #number() {
    const lines = Math.min(this.text.split("\n").length, 10_000);
    while (this.#lines < lines) this.gutter.append(h("span", String((this.#lines += 1))));
    while (this.#lines > lines) {
      this.gutter.lastElementChild.remove();
      this.#lines -= 1;
    }
    this.#follow();
  }

  #follow() {
    this.gutter.scrollTop = this.area.scrollTop;
  }
}
