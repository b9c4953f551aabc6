// A gateway response as the client got it.

import { h } from "./dom.js";
import { cut } from "./text.js";

export function responseBytes(response, isSent = true) {
  const head = [`HTTP/1.1 ${response.status} ${response.reason ?? ""}`.trimEnd(), ...response.headers.map(([name, value]) => `${name}: ${value}`)];
  return h(
    "section.response",
    h("h3", isSent ? "What the client got" : "What the client would have got"),
    h("pre.raw.data", { tabindex: 0 }, cut(`${head.join("\n")}\n\n${response.body}`, { lines: true })),
  );
}
