// The story of one decision, beside the list.

import * as api from "./api.js";
import { fill, h, icon } from "./dom.js";
import { copyButton } from "./copy.js";
import { nearMiss } from "./near_miss.js";
import { outcome, source } from "./outcomes.js";
import { picture } from "./picture.js";
import { responseBytes } from "./response.js";
import { statements } from "./statements.js";
import { steps, unchecked } from "./steps.js";
import { code, cut, prose, sentence, timeOfDay, visible } from "./text.js";
import { verdict } from "./verdict.js";

/** What an explanation says, from the verdict to the policy. Also for requests that were only tried. */
export function told(explanation, leftOut) {
  const { policy } = explanation;
  const miss = nearMiss(policy);
  return [verdict(explanation), picture(steps(explanation)), miss, policy && statements(policy, { leftOut, isReasonTold: miss !== null })];
}

export class StoryPanel {
  #id = null;

  constructor(close, navigate) {
    this.navigate = navigate;
    this.content = h("div.story-content");
    this.back = h("button.back", { type: "button", onclick: close }, icon("back"), "All decisions");
    this.element = h("section.story", { "aria-label": "Story of a decision", hidden: true }, h("div.story-bar", this.back, (this.bar = h("div.story-actions"))), this.content);
  }

  async open(id) {
    this.#id = id;
    this.element.hidden = false;
    let story;
    try {
      story = await api.story(id);
    } catch (error) {
      if (this.#id === id) this.#fail(id, error);
      return;
    }
    // Another story may have been opened meanwhile.
    if (this.#id === id) this.#show(story);
  }

  shut() {
    this.#id = null;
    this.element.hidden = true;
    fill(this.content);
  }

  #fail(id, error) {
    fill(this.bar);
    fill(this.content, h("h2", { tabindex: -1 }, `Decision ${id}`), h("p.problem", error.message));
    this.content.firstElementChild.focus();
  }

  #show(story) {
    const again = h("button", { type: "button", onclick: () => this.navigate("try", story) }, "Try it again");
    fill(this.bar, copyButton("Copy as curl", () => story.curl), copyButton("Copy as test", () => story.test), again);
    const title = h("h2", { tabindex: -1 }, h("span.method", visible(story.method)), " ", h("span.data", cut(story.path)));
    fill(
      this.content,
      title,
      facts(story),
      story.explanation ? told(story.explanation, story.statementsLeftOut) : untold(story),
      story.response && responseBytes(story.response, story.outcome !== "shadowed"),
      request(story),
    );
    this.element.scrollTop = 0;
    title.focus({ preventScroll: true });
  }
}

function untold(story) {
  const { word, group } = outcome(story.outcome);
  const words = h(
    `section.verdict.${group}`,
    h("p.decision", h("strong", word)),
    h("p.reason", prose(sentence(story.reason))),
    !story.hasStory && h("p.note", "There were too many decisions in this second to keep the story of each."),
  );
  return [words, group === "unchecked" && picture(unchecked())];
}

function facts(story) {
  const all = [
    ["Decision", h("a", { href: `#decision-${story.id}` }, `#${story.id}`)],
    ["Time", timeOfDay(story.at)],
    ["Layer", code(story.layer)],
    ["Authorizer", story.authorizer && code(story.authorizer)],
    ["Cache", source(story.source)],
    ["API", story.apiType.replace(/^an? /, "")],
    ["Principal", story.principal && code(story.principal)],
  ];
  return h("dl.facts", all.filter(([, value]) => value).map(([name, value]) => h("div", h("dt", name), h("dd", value))));
}

function request(story) {
  const fact = (title, value) => value && [h("dt", title), h("dd", code(value))];
  const names = (title, list) => list.length > 0 && [h("dt", title), h("dd", list.map((name) => code(name, "chip")))];
  return h(
    "section.request",
    h("h3", "The request"),
    h("p.note", "Values of headers and query parameters are never sent to this page."),
    h(
      "dl.table",
      fact("Request id", story.requestId),
      fact("Address", story.sourceIp),
      fact("Resource", story.resource),
      fact("Method ARN", story.methodArn),
      names("Headers", story.headerNames),
      names("Query", story.queryNames),
      story.context.length > 0 && [h("dt", "Context"), h("dd", h("table.context", h("tbody", story.context.map(([key, value]) => h("tr", h("th", { scope: "row" }, code(key)), h("td", code(value)))))))],
    ),
  );
}
