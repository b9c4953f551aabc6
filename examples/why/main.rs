//! Explains why a request is allowed or refused. It reads files and needs no Rust, so the authorizer can be written in any
//! language.
//!
//! ```text
//! why request [OPTION]... CONFIG ANSWER REQUESTS                            explains each of these requests
//! why request [OPTION]... CONFIG ANSWER METHOD TARGET ['HEADER: VALUE']...  explains this request
//! why table   [OPTION]... CONFIG ANSWER TABLE                               compares outcomes with a table
//! why policy  [--api ARN] POLICY METHOD-ARN [CONDITION-KEY=VALUE]...        explains why a policy allows or denies this
//! why lint    [--api ARN] POLICY                                            finds mistakes in a policy
//! ```
//!
//! | | |
//! |---|---|
//! | `CONFIG` | an authorizer: an input of `CreateAuthorizer` or an output of `aws apigateway get-authorizer` (or `aws apigatewayv2`). Or a whole API: an OpenAPI document, a CloudFormation or SAM template |
//! | `ANSWER` | the function's response or its error as JSON, such as `{"errorMessage": "Unauthorized"}`. `{"answersByToken": {"TOKEN": …}}` has one for each value of the first identity source |
//! | `REQUESTS` | `METHOD TARGET`, with headers in the lines below. `###` separates requests. Results are cached for later requests |
//! | `TABLE` | method, path, token (`-` for none) and outcome in each line. Outcomes are `allowed`, `open`, `unauthorized`, `denied`, `denied:SID`, `broken` and statuses such as `404` |
//! | `-` | the standard input instead of a file |
//!
//! | option | |
//! |---|---|
//! | `--json` | prints the explanation as JSON |
//! | `--api ARN` | the API and the stage: one of its method ARNs, or the beginning of one. A policy is also checked against it, which finds a wrong region, account, API or stage |
//! | `--api-type TYPE` | `rest`, `http` or `websocket`, if the configuration does not contain the type |
//! | `--authorizer NAME` | selects an authorizer of a whole API for every path |
//! | `--logical-id ID` | selects an API of a template with several APIs |
//! | `--checked-elsewhere SCHEME` | a security scheme of a whole API that is not a Lambda authorizer, and that something else checks |
//! | `--source-ip ADDRESS` | the client's address |
//! | `--token-header NAME` | the header for the tokens of a table, instead of `Authorization` |
//!
//! The exit code is 0 if everything is allowed, is as expected, or has no warning; 1 if not; and 2 if an argument or a
//! file cannot be used.
//!
//! # A 401, but no function ran, and there is no log
//!
//! ```console
//! $ cargo run -q --example why -- request --api arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod examples/why/authorizer.json examples/why/answer.json GET '/pets?tenant=acme' 'X-Auth-Token: t0ken'; echo "exit code $?"
//! UNAUTHORIZED 401: the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked
//!   request     arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets
//!   identity    `method.request.header.Authorization` is missing
//!               `method.request.querystring.tenant` is present
//!   cache       not asked
//!   authorizer  not invoked
//!   response    API Gateway's default
//!   to do       the request has no header `Authorization`, but one that is called `x-auth-token`: rename it, or make `method.request.header.x-auth-token` the identity source
//!               `method.request.querystring.tenant` is there, but all identity sources have to be: one or the other is not possible. Where either will do, configure none, set the results' time to live to 0, and let the authorizer look
//! exit code 1
//! ```
//!
//! # The second path is refused
//!
//! The function returns a policy for the path of the first request, and the policy is cached:
//!
//! ```console
//! $ cargo run -q --example why -- request --api arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod examples/why/authorizer.json examples/why/answer.json examples/why/requests.http; echo "exit code $?"
//! allowed: the policy allows it
//!   request     arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets
//!   identity    `method.request.header.Authorization` is present
//!               `method.request.querystring.tenant` is present
//!   cache       missed
//!   authorizer  invoked, answered in 0 ms
//!   policy      `Statement[0]` allows it
//! ACCESS_DENIED 403: no statement of the policy allows `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7`; the policy was kept from a request for `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets`, and each request is held against it: make it cover the stage, or set the results' time to live to 0
//!   request     arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7
//!   identity    `method.request.header.Authorization` is present
//!               `method.request.querystring.tenant` is present
//!   cache       hit, 0.0 s old
//!   authorizer  not invoked, its answer for arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets counts
//!   policy      no statement allows it; `Statement[0]` comes nearest: path: `pets` does not cover `pets/7`
//!   response    API Gateway's default
//!   to do       one policy serves all requests of the same identity while it is kept: let it cover all that the caller may do (`PolicyBuilder::for_api`), or set the results' time to live to 0
//! exit code 1
//! ```
//!
//! # A whole API as a table, for CI
//!
//! The document is an export of an API with two authorizers:
//!
//! ```console
//! $ cargo run -q --example why -- table tests/openapi/petstore.json examples/why/answers.json examples/why/table.txt; echo "exit code $?"
//! 8 lines, 0 unexpected outcomes
//! exit code 0
//! ```
//!
//! A common mistake is to expect a 401 although the function's message is more than `Unauthorized`:
//!
//! ```console
//! $ sed 's/broken/unauthorized/' examples/why/table.txt | cargo run -q --example why -- table tests/openapi/petstore.json examples/why/answers.json -; echo "exit code $?"
//! standard input:8: GET /pets/8: expected UNAUTHORIZED
//! AUTHORIZER_CONFIGURATION_ERROR 500: the authorizer failed: Unauthorized: expired (only the message `Unauthorized`, letter by letter, is a 401)
//!   request     arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets/8
//!   identity    `method.request.header.Authorization` is present
//!   expression  the token matches `[a-z]+ [a-z]+`
//!   cache       missed
//!   authorizer  invoked, failed in 0 ms
//!   response    API Gateway's default
//!   to do       only the message `Unauthorized`, letter by letter, is a 401. If that is what the caller is to get, fail with it alone (in Rust with `AuthorizerError::unauthorized()`), and write the rest into the authorizer's own log
//! 8 lines, 1 unexpected outcomes
//! exit code 1
//! ```
//!
//! As JSON:
//!
//! ```console
//! $ cargo run -q --example why -- request --json tests/openapi/petstore.json examples/why/answers.json GET /pets/7 'Authorization: keeper ann' | grep -E '"(allowed|reason|status)"'
//!   "allowed": false,
//!   "reason": "the policy's `Statement[1]` (`NoSeven`) denies `arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets/7`",
//!     "reason": "`Statement[1]` (`NoSeven`) denies it: `arn:aws:execute-api:*:*:*/*/*/pets/7` covers it",
//!     "status": 403,
//! ```
//!
//! # A policy by itself
//!
//! This policy covers the pets below `/pets`, but not `/pets` itself:
//!
//! ```console
//! $ cargo run -q --example why -- policy examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets aws:SourceIp=203.0.113.9; echo "exit code $?"
//! implicitly denied: no statement allows it; `Statement[0]` (`ReadPets`) comes nearest: path: `pets/*` does not cover `pets`, only what is below it
//! action execute-api:Invoke
//! resource arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets
//! Statement[0] (ReadPets) Allow: does not apply
//!   Action: applies
//!     execute-api:Invoke matches
//!   Resource: does not apply
//!     path: `pets/*` does not cover `pets`, only what is below it
//! Statement[1] (OfficeOnly) Deny: does not apply
//!   Action: applies
//!     execute-api:Invoke matches
//!   Resource: applies
//!     * matches
//!   Condition: `NotIpAddress` of `aws:SourceIp` does not hold: the request's value is `203.0.113.9`, the policy's `203.0.113.7/24`; none of the policy's values may match
//! suggestion[allow-misses-parent] Statement[0].Resource[0]: `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/*` does not cover `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets`; add the resource without `/*`, if it is meant too
//! warning[host-bits] Statement[1].Condition.NotIpAddress.aws:SourceIp[0]: `203.0.113.7/24` has bits behind its mask; write the first address of the range, or a longer mask
//! exit code 1
//! ```
//!
//! For requests from outside the office, the second statement decides:
//!
//! ```console
//! $ cargo run -q --example why -- policy examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7 aws:SourceIp=192.0.2.1 | head -n 1
//! explicitly denied: `Statement[1]` (`OfficeOnly`) denies it: `NotIpAddress` of `aws:SourceIp` holds: the request's value is `192.0.2.1`, the policy's `203.0.113.7/24`; none of the policy's values may match
//! $ cargo run -q --example why -- policy examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7 aws:SourceIp=203.0.113.9 | head -n 1
//! allowed: `Statement[0]` (`ReadPets`) allows it
//! ```
//!
//! Only the mistakes:
//!
//! ```console
//! $ cargo run -q --example why -- lint examples/why/policy.json; echo "exit code $?"
//! suggestion[allow-misses-parent] Statement[0].Resource[0]: `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/*` does not cover `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets`; add the resource without `/*`, if it is meant too
//! warning[host-bits] Statement[1].Condition.NotIpAddress.aws:SourceIp[0]: `203.0.113.7/24` has bits behind its mask; write the first address of the range, or a longer mask
//! exit code 1
//! ```
//!
//! Checked against an API with another stage:
//!
//! ```console
//! $ cargo run -q --example why -- lint --api arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/test examples/why/policy.json | head -n 1
//! warning[resource-of-another-api] Statement[0].Resource[0]: the stage is `prod`, where the API has `test`; take the beginning of the ARN from the authorizer's `methodArn` or `routeArn`
//! ```
//!
//! # Invalid input
//!
//! ```console
//! $ echo '{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}' | cargo run -q --example why -- lint - 2>&1; echo "exit code $?"
//! error: standard input: `Statement.Effect` (line 1, column 32): `allow` is no effect; allowed are `Allow` and `Deny`
//! exit code 2
//! $ echo 'GET /pets t0ken permitted' | cargo run -q --example why -- table examples/why/authorizer.json examples/why/answer.json - 2>&1; echo "exit code $?"
//! error: standard input:1: this is not an outcome; write `allowed`, `open`, `unauthorized`, `denied`, `denied:SID`, `broken`, or the status of a refusal, such as `404`
//! exit code 2
//! $ cargo run -q --example why -- request --authorizer nobody tests/openapi/petstore.json examples/why/answer.json GET /pets 2>&1; echo "exit code $?"
//! error: tests/openapi/petstore.json: it has no authorizer `nobody`; its authorizers are keepers, tenants
//! exit code 2
//! ```

mod arguments;
mod failure;
mod guarded;
mod output;
mod policy;
mod recorded;
mod request;
mod requests;
mod table;

use std::process::ExitCode;

use arguments::Command;
use failure::Failure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(exit_code) => exit_code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<ExitCode, Failure> {
    match Command::read(std::env::args().skip(1))? {
        Command::Request(setup, asked) => request::explain(&setup, &asked).await,
        Command::Table(setup, file) => table::check(&setup, &file).await,
        Command::Policy {
            file,
            method_arn,
            context,
            api,
        } => policy::explain(&file, &method_arn, &context, api.as_deref()),
        Command::Lint { file, api } => policy::lint(&file, api.as_deref()),
    }
}
