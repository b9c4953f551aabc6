// The layers that the application watches, as a choice in a form.

import { h } from "./dom.js";
import { visibleText } from "./text.js";

/** A choice of layer. It is hidden if there is no choice. */
export class LayerChoice {
  constructor(onchange) {
    this.select = h("select", { onchange });
    this.element = h("label.field", { hidden: true }, h("span.field-name", "Layer"), this.select);
  }

  show(layers) {
    const { value } = this.select;
    this.select.replaceChildren(...layers.map(({ id, name }) => h("option", { value: id }, visibleText(name))));
    if (layers.some(({ id }) => String(id) === value)) this.select.value = value;
    this.element.hidden = layers.length < 2;
  }

  get id() {
    return Number(this.select.value || 0);
  }

  /** Chooses the layer of this name. */
  choose(name, layers) {
    const found = layers.find((layer) => layer.name === name);
    if (found) this.select.value = String(found.id);
  }
}
