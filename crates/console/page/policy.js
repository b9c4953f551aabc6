// The policy editor: findings as one types, the verdict for a request, and the grid of the API's operations.

import * as api from "./api.js";
import { append, field, fill, h } from "./dom.js";
import { Editor } from "./editor.js";
import { grid } from "./grid.js";
import { LayerChoice } from "./layers.js";
import { nearMiss } from "./near_miss.js";
import { statements } from "./statements.js";
import { code, counted, prose, sentence } from "./text.js";
import { methodField } from "./try.js";

const PAUSE = 200;

/** A policy to begin with. */
const example = (resource) => `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "execute-api:Invoke",
      "Resource": ${JSON.stringify(resource)}
    }
  ]
}
`;

const TITLES = { Allow: "Allowed", ExplicitDeny: "Denied explicitly", ImplicitDeny: "Not allowed" };

export class Policy {
  #isUntouched = true;
  #timer;
  #asked = 0;

  constructor(view) {
    const changed = () => this.#later();
    this.layer = new LayerChoice(() => (this.#isUntouched ? this.layers(this.known) : changed()));
    this.editor = new Editor("Policy document", example("*"), () => this.#typed());
    this.method = methodField();
    this.path = h("input", { value: "/pets", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
    this.address = h("input", { placeholder: "none", spellcheck: "false", autocomplete: "off" });
    for (const input of [this.method.input, this.path, this.address]) input.addEventListener("input", changed);
    this.findings = h("div.findings");
    this.result = h("div.result");
    this.said = h("p.only-heard", { role: "status" });
    const left = h(
      "div.panel",
      h("h2", "Policy"),
      h("p.note", "Checked and evaluated as you type. No authorizer is called, and nothing is kept."),
      this.layer.element,
      this.editor.element,
      this.findings,
    );
    const question = h("form.question", { onsubmit: (event) => event.preventDefault() }, h("div.request-line.with-address", this.method.element, field("Path", this.path), field("Client’s address", this.address)));
    append(view, h("div.workbench.even", left, h("div.answer", question, this.said, this.result)));
  }

  layers(layers) {
    this.known = layers;
    this.layer.show(layers);
    if (this.#isUntouched) this.#begin(layers.find(({ id }) => id === this.layer.id));
  }

  /** Begins with something that suits the layer. */
  #begin(layer) {
    const arn = layer?.authorizers[0]?.configuration.stageArn;
    if (!arn) return;
    const guarded = layer.operations.filter(({ authorizer }) => authorizer !== null);
    const { method, path } = guarded.find((operation) => operation.method === "GET") ?? guarded[0] ?? { method: "GET", path: "/" };
    this.editor.replace(example(`${arn}GET/*`));
    this.method.input.value = method;
    this.path.value = path.replaceAll(/\{[^{}]*\}/g, "1");
    if (this.#asked > 0) this.#ask();
  }

  #typed() {
    this.#isUntouched = false;
    this.#later();
  }

  /** Evaluates when the tab is opened. */
  opened() {
    if (this.#asked === 0) this.#ask();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE);
  }

  async #ask() {
    const number = (this.#asked += 1);
    try {
      const answer = await api.evaluate({
        layer: this.layer.id,
        policy: this.editor.text,
        method: this.method.input.value.trim(),
        path: this.path.value.trim(),
        sourceIp: this.address.value.trim() || null,
      });
      // A later question's answer may have come first.
      if (number === this.#asked) this.#show(answer);
    } catch (error) {
      if (number === this.#asked) fill(this.result, h("p.problem", error.message));
    }
  }

  #show(answer) {
    this.editor.mark(answer.error?.line ?? null);
    if (answer.error) {
      this.#showError(answer.error);
      this.result.classList.add("is-stale");
      return;
    }
    this.result.classList.remove("is-stale");
    const number = answer.findings.length + answer.findingsLeftOut;
    fill(this.findings, findings(answer.findings, number));
    const { explanation } = answer;
    this.said.textContent = `${TITLES[explanation.verdict] ?? explanation.verdict}. ${counted(number, "finding")}.`;
    const choose = (method, resource) => this.#choose(method, resource);
    fill(this.result, verdict(explanation), nearMiss(explanation), statements(explanation, { leftOut: answer.statementsLeftOut, isReasonTold: true }), grid(answer.grid, choose));
  }

  #showError({ message, line, column, path }) {
    const place = line ? h("button.place", { type: "button", onclick: () => this.editor.goTo(line, column ?? 1) }, `Line ${line}, column ${column ?? 1}`) : null;
    this.said.textContent = `Not a policy: ${message}`;
    fill(this.findings, h("div.finding.error", h("p.finding-title", h("span.severity", "Not a policy"), place, path && code(path)), h("p", prose(sentence(message)))));
  }

  #choose(method, resource) {
    this.method.input.value = method;
    this.path.value = resource;
    this.#ask();
    this.path.focus();
  }
}

function verdict({ verdict, reason }) {
  const kind = verdict === "Allow" ? "allowed" : "refused";
  return h(`section.verdict.${kind}`, h("p.decision", h("strong", TITLES[verdict] ?? verdict)), h("p.reason", prose(sentence(reason))));
}

function findings(list, number) {
  if (list.length === 0) return h("p.clean", "No finding.");
  const one = ({ code: name, severity, path, message, remedy }) =>
    h(`li.finding.${severity}`, h("p.finding-title", h("span.severity", severity), code(name), h("span.place", code(path))), h("p", prose(sentence(message))), h("p.remedy", prose(remedy)));
  const rest = number - list.length;
  return [h("h3", counted(number, "finding")), h("ul", list.map(one)), rest > 0 && h("p.note", `${counted(rest, "finding")} not shown.`)];
}
