// Allows whoever has a token. The policy covers the whole stage, so that it may be cached.
exports.handler = async (event) => {
  if (!event.authorizationToken.startsWith("Bearer ")) throw new Error("Unauthorized");
  const [arn, stage] = event.methodArn.split("/");
  return {
    principalId: event.authorizationToken,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: [`${arn}/${stage}/*`] }],
    },
    context: { tenant: "acme" },
  };
};
