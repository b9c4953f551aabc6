// What the page asks the console for. Addresses are relative to this file, so the page may be mounted anywhere.

const address = (path) => new URL(path, import.meta.url);

/** A sentence for the user about a request that failed. */
export class ConsoleError extends Error {}

async function send(path, options) {
  let response;
  try {
    response = await fetch(address(path), { cache: "no-store", ...options });
  } catch {
    throw new ConsoleError("The application does not answer. Is it still running?");
  }
  const text = await response.text();
  const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
  const body = isJson && text !== "" ? parsed(text) : null;
  if (response.ok) return body;
  throw new ConsoleError(body?.error ?? (text || `The console answered ${response.status}.`));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConsoleError("The console's answer is not JSON.");
  }
}

const OURS = { "x-authorizer-console": "1" };

function post(path, body, signal) {
  const headers = { ...OURS, "content-type": "application/json" };
  return send(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

export const decisions = () => send("decisions");
export const story = (id) => send(`decisions/${id}`);
export const clear = () => send("decisions", { method: "DELETE", headers: OURS });
export const configuration = () => send("configuration");
export const tryRequest = (request) => post("try", request);
export const evaluate = (question) => post("policy", question);
export const flush = (layer, authorizer) => post("flush", { layer, authorizer });

const RETRY = 3000;

/**
 * Listens to the events for as long as the page lives. A browser reconnects by itself after a lost connection, but not
 * after an answer other than 200, so this does.
 */
export function listen({ opened, lost, decisions, missed, cleared }) {
  const source = new EventSource(address("events"));
  source.addEventListener("open", opened);
  source.addEventListener("decisions", (event) => decisions(JSON.parse(event.data)));
  source.addEventListener("missed", (event) => missed(JSON.parse(event.data).count));
  source.addEventListener("cleared", cleared);
  source.addEventListener("error", () => {
    lost();
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(listen, RETRY, { opened, lost, decisions, missed, cleared });
    }
  });
}
