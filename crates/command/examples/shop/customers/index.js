const policy = (effect, resource) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: effect, Action: "execute-api:Invoke", Resource: resource }],
});

exports.handler = async (event) => {
  const [, name, role] = /^Bearer (\w+)\.(\w+)$/.exec(event.authorizationToken) ?? [];
  if (!name) throw new Error("Unauthorized");
  // Every method of the stage: the result is cached for all of them.
  const stage = event.methodArn.split("/").slice(0, 2).join("/");
  return {
    principalId: name,
    policyDocument: policy(role === "customer" ? "Allow" : "Deny", `${stage}/*`),
    context: { customer: name, issuer: process.env.ISSUER },
  };
};
