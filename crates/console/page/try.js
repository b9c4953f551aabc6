// Asks why a request would pass or be refused, without calling the service.

import * as api from "./api.js";
import { append, field, fill, h } from "./dom.js";
import { LayerChoice } from "./layers.js";
import { told } from "./story.js";
import { counted } from "./text.js";
import { spoken } from "./verdict.js";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** A field for the method that also takes unusual ones. */
export function methodField() {
  const list = h("datalist", { id: `methods-${crypto.getRandomValues(new Uint32Array(1))[0]}` }, METHODS.map((value) => h("option", { value })));
  const input = h("input.method-input", { value: "GET", list: list.id, required: true, spellcheck: "false", autocomplete: "off", autocapitalize: "characters" });
  return { input, element: field("Method", input, list) };
}

export class Try {
  #layers = [];

  constructor(view) {
    this.layer = new LayerChoice();
    this.method = methodField();
    this.path = h("input", { value: "/", required: true, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
    this.address = h("input", { placeholder: "none", spellcheck: "false", autocomplete: "off" });
    this.headers = h("textarea", { rows: 6, placeholder: "Authorization: Bearer …\nX-Tenant: acme", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
    this.button = h("button.primary", { type: "submit" }, "Explain");
    this.result = h("div.result");
    this.said = h("p.only-heard", { role: "status" });
    const form = h(
      "form.panel",
      { onsubmit: (event) => this.#submit(event) },
      h("h2", "Try a request"),
      h("p.note", "The layer decides about this request as about any other, and calls the authorizer if it has to. The service is not called."),
      this.layer.element,
      h("div.request-line", this.method.element, field("Path and query", this.path)),
      field("Headers, one in a line", this.headers),
      field("Client’s address", this.address),
      h("div.actions", this.button, h("span.note", h("kbd", "Ctrl"), " ", h("kbd", "Enter"))),
    );
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
    this.#idle();
    append(view, [this.said, h("div.workbench", form, this.result)]);
  }

  layers(layers) {
    this.#layers = layers;
    this.layer.show(layers);
  }

  /** Fills the form with a decision's request. Its credentials are not known here. */
  take(story) {
    this.layer.choose(story.layer, this.#layers);
    this.method.input.value = story.method;
    const query = story.queryNames.map((name) => `${encodeURIComponent(name)}=`).join("&");
    this.path.value = query ? `${story.path}?${query}` : story.path;
    this.headers.value = story.headerNames.map((name) => `${name}: `).join("\n");
    this.address.value = story.sourceIp ?? "";
    this.#idle();
    this.headers.focus();
  }

  #idle() {
    fill(this.result, h("p.empty", "The decision appears here, with each step that leads to it."));
  }

  async #submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    try {
      const answer = await api.tryRequest(this.#request());
      this.said.textContent = spoken(answer.explanation);
      fill(this.result, h("div.story-content", told(answer.explanation, answer.statementsLeftOut)));
    } catch (error) {
      this.said.textContent = error.message;
      fill(this.result, h("p.problem", error.message));
    }
    this.button.disabled = false;
  }

  #request() {
    return {
      layer: this.layer.id,
      method: this.method.input.value.trim(),
      path: this.path.value.trim(),
      headers: headers(this.headers.value),
      sourceIp: this.address.value.trim() || null,
    };
  }
}

/** The name and the value of each line. */
function headers(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => {
    const colon = line.indexOf(":");
    if (colon < 1) throw new api.ConsoleError(`Line ${index + 1} of ${counted(lines.length, "header")} has no name: write "name: value".`);
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
}
