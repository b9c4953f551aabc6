// The authorizer of a gateway case: the first answer that fits the event.
const { appendFileSync } = require("node:fs");
const { join } = require("node:path");
const { answers, sources } = require("./script.json");

const EVENTS = join(__dirname, "..", "events");

function identity(event) {
  if (event.type === "TOKEN") return [event.authorizationToken];
  return sources.map((source) => value(event, source) ?? "");
}

function value(event, source) {
  const name = source.split(".").pop();
  if (source.includes(".header.")) return header(event, name);
  if (source.includes(".querystring.")) return event.queryStringParameters?.[name];
  if (source.includes("stageVariables.")) return event.stageVariables?.[name];
  return source.split(".").slice(1).reduce((object, key) => object?.[key], event.requestContext);
}

function header(event, name) {
  const found = Object.entries(event.headers ?? {}).find(([known]) => known.toLowerCase() === name.toLowerCase());
  return found?.[1];
}

function fits({ identity: expected, method, path }, event, arn) {
  const [, , ownMethod, ...ownPath] = arn.split("/");
  return (
    (expected == null || JSON.stringify(expected) === JSON.stringify(identity(event))) &&
    (method == null || method === ownMethod) &&
    (path == null || path === `/${ownPath.join("/")}`)
  );
}

exports.handler = async (event) => {
  appendFileSync(EVENTS, `${JSON.stringify(event)}\n`);
  const arn = event.methodArn ?? event.routeArn;
  const answer = answers.find(({ when }) => fits(when, event, arn));
  if (!answer || answer.panic) process.exit(1);
  if (answer.hang) await new Promise(() => {});
  if (answer.error != null) throw new Error(answer.error);
  if (answer.rawOutput != null) return JSON.parse(answer.rawOutput);
  return JSON.parse(JSON.stringify(answer.output).replaceAll("$methodArn", () => arn));
};
