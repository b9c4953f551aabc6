// The page: its tabs, its addresses (`#decision-17`), its keys, and the connection to the application.

import { Configuration } from "./configuration.js";
import { Decisions } from "./decisions.js";
import { Feed } from "./feed.js";
import { Policy } from "./policy.js";
import * as theme from "./theme.js";
import { Try } from "./try.js";

const TABS = ["decisions", "try", "policy", "configuration"];
const byId = (id) => document.getElementById(id);

const feed = new Feed();
const decisions = new Decisions(byId("view-decisions"), feed, navigate);
const attempt = new Try(byId("view-try"));
const policy = new Policy(byId("view-policy"));
const configuration = new Configuration(byId("view-configuration"), (layers) => {
  attempt.layers(layers);
  policy.layers(layers);
});

/** Goes to a tab or to a decision. `request` fills the form of a request that is tried. */
function navigate(place, request) {
  if (location.hash !== `#${place}`) history.pushState(null, "", `#${place}`);
  show();
  if (request) attempt.take(request);
}

function show() {
  const place = location.hash.slice(1);
  // The link that skips to the content leads to no view of its own.
  if (place === "content") return;
  const decision = /^decision-(\d{1,16})$/.exec(place)?.[1];
  const tab = TABS.includes(place) ? place : "decisions";
  for (const name of TABS) {
    const isShown = name === tab;
    byId(`view-${name}`).hidden = !isShown;
    byId(`tab-${name}`).setAttribute("aria-selected", String(isShown));
    byId(`tab-${name}`).tabIndex = isShown ? 0 : -1;
  }
  if (decision !== undefined) decisions.open(Number(decision));
  else if (tab === "decisions") decisions.shut();
  if (tab === "policy") policy.opened();
  if (tab === "configuration") configuration.load();
  document.title = `${byId(`tab-${tab}`).textContent} · Authorizer console`;
}

for (const [index, name] of TABS.entries()) {
  const tab = byId(`tab-${name}`);
  tab.addEventListener("click", () => navigate(name));
  tab.addEventListener("keydown", (event) => {
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: TABS.length - 1 }[event.key];
    const target = TABS.at(to === undefined ? index : to % TABS.length);
    if (to === undefined) return;
    event.preventDefault();
    navigate(target);
    byId(`tab-${target}`).focus();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (byId("view-decisions").hidden) return;
  if (event.key === "Escape" && decisions.isOpen) decisions.close();
  const isTyping = event.target.closest("input, textarea, select") !== null;
  if (isTyping) return;
  if (event.key === "/") {
    event.preventDefault();
    decisions.focusFilter();
  }
  if (event.key === "p") decisions.togglePause();
  if (event.key === "ArrowDown" && event.target === document.body) {
    event.preventDefault();
    decisions.list.focusFirst();
  }
});

const STATES = { connecting: "Connecting", live: "Live", lost: "Connection lost, trying again" };

feed.addEventListener("connection", () => {
  byId("connection").textContent = STATES[feed.state];
  byId("connection").dataset.state = feed.state;
});

theme.start(byId("theme"));
addEventListener("popstate", show);
show();
configuration.load();
feed.start();
