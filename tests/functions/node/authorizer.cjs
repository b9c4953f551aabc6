// An authorizer function as most people have it: TOKEN or REQUEST, with callbacks or with promises.

const credential = (event) =>
  event.type === "TOKEN" ? event.authorizationToken : event.headers.Authorization;

const policy = (effect, event) => ({
  principalId: "user-1",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: event.methodArn }],
  },
  context: { tenant: "acme", kind: event.type, level: 3, admin: true },
});

exports.withCallback = (event, context, callback) => {
  switch (credential(event)) {
    case "allow":
      return callback(null, policy("Allow", event));
    case "deny":
      return callback(null, policy("Deny", event));
    case "unauthorized":
      return callback("Unauthorized");
    case "error":
      return callback(new Error("Unauthorized"));
    case "nothing":
      return callback(null);
    default:
      return callback("Error: Invalid token");
  }
};

exports.withPromise = async (event) => {
  switch (credential(event)) {
    case "allow":
      return policy("Allow", event);
    case "deny":
      return policy("Deny", event);
    case "unauthorized":
      throw "Unauthorized";
    case "error":
      throw new Error("Unauthorized");
    case "nothing":
      return;
    default:
      throw new TypeError("cannot read the token");
  }
};
