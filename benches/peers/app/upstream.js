// The same handler as an HTTP server, for the contestants that are a proxy.
const { createServer } = require("node:http");
const { handler } = require("./pets.js");

createServer(async (request, response) => {
  const { statusCode, headers, body } = await handler();
  response.writeHead(statusCode, headers).end(body);
}).listen(Number(process.argv[2]), "127.0.0.1");
