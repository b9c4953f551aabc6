def handler(event, context):
    if event["authorizationToken"] != "Bearer till-7":
        raise Exception("Unauthorized")
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    return {
        "principalId": "till-7",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
    }
