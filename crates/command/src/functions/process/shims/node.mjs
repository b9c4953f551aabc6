// Runs a Node.js handler: a client of the Lambda Runtime API.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [, host, port, base] = /^(.*?):(\d+)(.*)$/.exec(process.env.AWS_LAMBDA_RUNTIME_API);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, target, payload) {
  return new Promise((resolve, reject) => {
    const options = { host, port, method, agent, path: `${base}/2018-06-01/runtime/${target}` };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(payload);
  });
}

function describe(error) {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

class InitError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

// Lambda's types for the usual mistakes. Other errors are the function's own.
function notLoaded(error, file) {
  if (error instanceof SyntaxError) {
    console.error(error);
    // The stack begins with the file and the line, if the parser knows them.
    const [place] = String(error.stack).split("\n");
    const where = /:\d+$/.test(place) ? place : file;
    return new InitError("Runtime.UserCodeSyntaxError", `${error.message} in ${where}`);
  }
  if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
    // The lines below it are the modules that lead to this one.
    return new InitError("Runtime.ImportModuleError", error.message.split("\n")[0]);
  }
  console.error(error);
  return error;
}

async function load(handler) {
  const root = process.env.LAMBDA_TASK_ROOT;
  const name = path.basename(handler);
  const dot = name.indexOf(".");
  if (dot < 1) throw new InitError("Runtime.MalformedHandlerName", `\`${handler}\` is not a handler; write FILE.FUNCTION`);
  const file = path.resolve(root, path.dirname(handler), name.slice(0, dot));
  const found = [".js", ".mjs", ".cjs"].map((end) => file + end).find((file) => fs.existsSync(file));
  if (!found) {
    const source = [".ts", ".mts", ".cts"].map((end) => file + end).find((file) => fs.existsSync(file));
    const compile = source ? `; compile ${source} first` : "";
    throw new InitError("Runtime.ImportModuleError", `there is no file ${file}.js, .mjs or .cjs${compile}`);
  }
  const module = await import(pathToFileURL(found)).catch((error) => {
    throw notLoaded(error, found);
  });
  const member = (object) => name.slice(dot + 1).split(".").reduce((object, key) => object?.[key], object);
  const loaded = member(module) ?? member(module.default);
  if (typeof loaded !== "function") {
    const members = Object.entries(Object(module.default ?? module));
    const functions = members.filter(([, value]) => typeof value === "function").map(([name]) => name);
    const others = functions.join(", ") || "none";
    const problem = `${found} does not export the function \`${name.slice(dot + 1)}\`; its functions are ${others}`;
    throw new InitError("Runtime.HandlerNotFound", problem);
  }
  return loaded;
}

// Ends the invocation that runs. Only the first outcome counts.
let end = null;

function run(handler, event, headers) {
  return new Promise((resolve, reject) => {
    end = { resolve, reject };
    const deadline = Number(headers["lambda-runtime-deadline-ms"]);
    const callback = (error, answer) => (error === null || error === undefined ? resolve(answer) : reject(error));
    const context = {
      awsRequestId: headers["lambda-runtime-aws-request-id"],
      invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
      succeed: resolve,
      fail: (error) => reject(error ?? "handled"),
      done: callback,
    };
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
  });
}

// A handler that returned no promise and called nothing has answered with nothing.
process.on("beforeExit", () => end?.resolve(null));

async function fail(type, error) {
  console.error(error);
  if (end) {
    end.reject(Object.assign(describe(error), { errorType: type, isDescribed: true }));
    // The loop below sends the error first.
    end.isLast = true;
  } else {
    process.exit(1);
  }
}
process.on("uncaughtException", (error) => fail(error?.name ?? "Runtime.UncaughtException", error));
process.on("unhandledRejection", (error) => fail("Runtime.UnhandledPromiseRejection", error));

async function main() {
  let handler;
  try {
    handler = await load(process.env._HANDLER);
  } catch (error) {
    await call("POST", "init/error", JSON.stringify(describe(error)));
    process.exit(1);
  }
  for (;;) {
    const { headers, body } = await call("GET", "invocation/next");
    const id = headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
    let outcome, target;
    try {
      const answer = await run(handler, JSON.parse(body), headers);
      outcome = JSON.stringify(answer === undefined ? null : answer);
      target = "response";
    } catch (error) {
      if (!error?.isDescribed && (error?.message ?? error) !== "Unauthorized") console.error(error);
      const { isDescribed, ...described } = error?.isDescribed ? error : describe(error);
      outcome = JSON.stringify(described);
      target = "error";
    }
    const { isLast } = end;
    end = null;
    await call("POST", `invocation/${id}/${target}`, outcome);
    if (isLast) process.exit(1);
  }
}

// The command is gone.
main().catch(() => process.exit(1));
