//! An app whose authorizer ends badly, depending on the token.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use tempfile::TempDir;

use crate::skipped::skipped;

pub(crate) const LATE: &str = "late";

/// The function is late, dies, or answers with something that is not an answer.
pub(crate) const BAD: [&str; 8] = [
    LATE, "exits", "killed", "garbage", "half", "text", "nothing", "large",
];

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Auth:
        DefaultAuthorizer: gate
        Authorizers: {gate: {FunctionArn: !GetAtt Gate.Arn, Identity: {ReauthorizeEvery: 0}}}
  Gate:
    Type: AWS::Serverless::Function
    Properties: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: gate, Timeout: SECONDS}
  Pets:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: ''
      Events:
        Get: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /pets, Method: get}}
";

/// Speaks the Runtime API itself, so that it can answer with any bytes.
const FUNCTION: &str = r#"#!/usr/bin/env python3
import http.client, json, os, signal, time
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
allow = json.dumps({"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}})
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    response = api.getresponse()
    token = json.loads(response.read())["authorizationToken"]
    id = response.headers["lambda-runtime-aws-request-id"]
    print("garbage \033[2J " + allow, flush=True)
    if token == "late":
        time.sleep(60)
    if token == "exits":
        os._exit(3)
    if token == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = {
        "ok": allow, "garbage": b"\xff\0 not JSON", "half": allow[:-4], "text": '"Allow"', "nothing": "",
        "large": allow[:-1] + ' ' * 7000000 + '}',
    }[token]
    api.request("POST", "/2018-06-01/runtime/invocation/" + id + "/response", answer)
    api.getresponse().read()
"#;

/// Writes `template.yaml` and the function, which has this much time, to a folder. `None` without Python.
pub(crate) fn app(seconds: u32) -> Option<TempDir> {
    if Command::new("python3").arg("--version").output().is_err() {
        skipped("functions that end badly, because `python3` is not installed");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gate/bootstrap");
    fs::create_dir(folder.path().join("gate")).unwrap();
    let template = TEMPLATE.replace("SECONDS", &seconds.to_string());
    fs::write(folder.path().join("template.yaml"), template).unwrap();
    fs::write(&program, FUNCTION).unwrap();
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    Some(folder)
}
