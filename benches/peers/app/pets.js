// What the authorizer guards.
exports.handler = async () => ({
  statusCode: 200,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ pets: ["Rex", "Tom"] }),
});
