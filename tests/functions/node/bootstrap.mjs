// Hands events of Lambda's Runtime API to a handler, as the managed Node.js runtimes do: the handler answers by a
// callback or by a promise, and fails by a callback, by a promise or by throwing.
//
// node bootstrap.mjs FILE EXPORT

import { pathToFileURL } from "node:url";

const [file, name] = process.argv.slice(2);
const handler = (await import(pathToFileURL(file))).default[name];
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

for (;;) {
  const next = await fetch(`${api}/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  const event = await next.json();
  try {
    const answer = await call(event, { awsRequestId: id });
    await report(id, "response", answer ?? null);
  } catch (error) {
    await report(id, "error", described(error));
  }
}

function call(event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, answer) => (error ? reject(error) : resolve(answer));
    const promise = handler(event, context, callback);
    if (typeof promise?.then === "function") promise.then(resolve, reject);
  });
}

function report(id, what, payload) {
  return fetch(`${api}/${id}/${what}`, { method: "POST", body: JSON.stringify(payload) });
}

function described(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: error.stack.split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
