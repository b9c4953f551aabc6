// The authorizer of a gateway case: the first answer that fits the event.
const { answers, authorizer } = require("./case.json");

const header = (event, name) => {
  const found = Object.entries(event.headers ?? {}).find(([known]) => known.toLowerCase() === name.toLowerCase());
  return found?.[1];
};

function identity(event) {
  if (event.type === "TOKEN") return [event.authorizationToken];
  const sources = authorizer.identitySource ?? [];
  return sources.map((source) => {
    const name = source.split(".").pop();
    if (source.includes(".header.")) return header(event, name);
    if (source.includes(".querystring.")) return event.queryStringParameters?.[name];
    if (source.startsWith("stageVariables.") || source.startsWith("$stageVariables.")) return event.stageVariables?.[name];
    return source.split(".").slice(1).reduce((object, key) => object?.[key], event.requestContext);
  });
}

function fits(when, event) {
  const arn = event.methodArn ?? event.routeArn;
  const [, , method, ...path] = arn.split(":").slice(5).join(":").split("/");
  const raw = event.rawPath ?? event.path ?? `/${path.join("/")}`;
  return (
    (when.identity === undefined || JSON.stringify(when.identity) === JSON.stringify(identity(event))) &&
    (when.method === undefined || when.method === method) &&
    (when.path === undefined || when.path === raw || when.path === `/${path.join("/")}`)
  );
}

exports.handler = async (event) => {
  const answer = (answers ?? []).find(({ when }) => when === undefined || fits(when, event));
  if (!answer || answer.panic !== undefined) process.exit(1);
  if (answer.hang) await new Promise(() => {});
  if (answer.error !== undefined) throw new Error(answer.error);
  if (answer.rawOutput !== undefined) return answer.rawOutput;
  const arn = event.methodArn ?? event.routeArn;
  return JSON.parse(JSON.stringify(answer.output).replaceAll('"$methodArn"', JSON.stringify(arn)));
};
