//! Explains why a request passes or is rejected. The command reads files, so it works for authorizers in any language.
//!
//! ```text
//! why request [OPTION]... CONFIG ANSWER REQUESTS                            why does each of these requests pass or fail?
//! why request [OPTION]... CONFIG ANSWER METHOD TARGET ['HEADER: VALUE']...  the same for one request
//! why table   [OPTION]... CONFIG ANSWER TABLE                               does each line have the expected outcome?
//! why policy  [--api ARN] POLICY METHOD-ARN [CONDITION-KEY=VALUE]...        why does a policy allow or deny this?
//! why lint    [--api ARN] POLICY                                            which mistakes does the policy have?
//! ```
//!
//! | | |
//! |---|---|
//! | `CONFIG` | an authorizer as `CreateAuthorizer` takes it and `aws apigateway get-authorizer` prints it (`aws apigatewayv2`, too), or a whole API: an OpenAPI document, a CloudFormation or SAM template |
//! | `ANSWER` | what the function returned, as JSON, or its error: `{"errorMessage": "Unauthorized"}`. `{"answersByToken": {"TOKEN": …}}` has one answer for each value of the first identity source |
//! | `REQUESTS` | `METHOD TARGET`, and headers in the lines below. `###` separates several requests. The result of one is cached for the next |
//! | `TABLE` | method, path, token (`-` means none) and outcome in each line. Outcomes are `allowed`, `open`, `unauthorized`, `denied`, `denied:SID`, `broken` and statuses such as `404` |
//! | `-` | instead of a file: the standard input |
//!
//! | option | |
//! |---|---|
//! | `--json` | print the explanation as JSON |
//! | `--api ARN` | the API and the stage, as the beginning of its method ARNs, or as one of them. A policy is also checked against it, which finds a wrong region, account, API or stage |
//! | `--api-type TYPE` | `rest`, `http` or `websocket`, if the configuration does not say |
//! | `--authorizer NAME` | for a whole API: use this authorizer for every path |
//! | `--logical-id ID` | for a template with several APIs: use this one |
//! | `--leave-unchecked SCHEME` | for a whole API: this scheme is not a Lambda authorizer, and something else checks it |
//! | `--source-ip ADDRESS` | the client's address |
//! | `--token-header NAME` | the header for a table's tokens, instead of `Authorization` |
//!
//! The exit code is 0 if everything is allowed (`request`, `policy`), as expected (`table`), or without a warning (`lint`). It
//! is 1 otherwise, and 2 if an argument or a file cannot be used.
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
//!   to do       the request has no header `Authorization`, but it has `x-auth-token`: rename it, or make `method.request.header.x-auth-token` the identity source
//!               `method.request.querystring.tenant` is present, but all identity sources are required. If one of them is enough, combine them with `IdentitySource::first_of`. API Gateway does not have that: there, configure no identity source, set the result TTL to 0, and let the authorizer read the request
//! exit code 1
//! ```
//!
//! # The second path is rejected
//!
//! The function returns a policy for the path that it was called for, and that policy is cached:
//!
//! ```console
//! $ cargo run -q --example why -- request --api arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod examples/why/authorizer.json examples/why/answer.json examples/why/requests.http; echo "exit code $?"
//! allowed: the policy allows the request
//!   request     arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets
//!   identity    `method.request.header.Authorization` is present
//!               `method.request.querystring.tenant` is present
//!   cache       missed
//!   authorizer  invoked, answered in 0 ms
//!   policy      `Statement[0]` allows it
//! ACCESS_DENIED 403: no statement of the policy allows `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7`; this is the cached policy of a request for `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets`, and it decides every request of the same identity: make it cover everything that the caller may do, or set the result TTL to 0
//!   request     arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7
//!   identity    `method.request.header.Authorization` is present
//!               `method.request.querystring.tenant` is present
//!   cache       hit, 0.0 s old
//!   authorizer  not invoked; its earlier answer for arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets was used
//!   policy      no statement allows it; `Statement[0]` comes nearest: path: `pets` does not cover `pets/7`
//!   response    API Gateway's default
//!   to do       a cached policy applies to every request of the same identity: make it cover everything that the caller may do (in Rust, with `request.policy_builder()`), or set the result TTL to 0
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
//! A function that fails with more than `Unauthorized` causes a 500. If the table expects a 401, the command says why:
//!
//! ```console
//! $ sed 's/broken/unauthorized/' examples/why/table.txt | cargo run -q --example why -- table tests/openapi/petstore.json examples/why/answers.json -; echo "exit code $?"
//! standard input:8: GET /pets/8: expected UNAUTHORIZED
//! AUTHORIZER_CONFIGURATION_ERROR 500: the authorizer failed: Unauthorized: expired (only the exact message `Unauthorized` becomes a 401)
//!   request     arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets/8
//!   identity    `method.request.header.Authorization` is present
//!   expression  the token matches `[a-z]+ [a-z]+`
//!   cache       missed
//!   authorizer  invoked, failed in 0 ms
//!   response    API Gateway's default
//!   to do       only the exact message `Unauthorized` becomes a 401. To answer 401, fail with that message alone. In Rust, write `AuthorizerError::unauthorized().because(…)` or `.or_unauthorized()?`, and the details are shown here; in a function, write them to its log
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
//! The policy covers the paths below `/pets`, but not `/pets` itself:
//!
//! ```console
//! $ cargo run -q --example why -- policy examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets aws:SourceIp=203.0.113.9; echo "exit code $?"
//! implicitly denied: no statement allows it; `Statement[0]` (`ReadPets`) comes nearest: path: `pets/*` does not cover `pets`, only the paths below it
//! action execute-api:Invoke
//! resource arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets
//! Statement[0] (ReadPets) Allow: does not apply
//!   Action: applies
//!     execute-api:Invoke matches
//!   Resource: does not apply
//!     path: `pets/*` does not cover `pets`, only the paths below it
//! Statement[1] (OfficeOnly) Deny: does not apply
//!   Action: applies
//!     execute-api:Invoke matches
//!   Resource: applies
//!     * matches
//!   Condition: `NotIpAddress` of `aws:SourceIp` does not hold: the request's value is `203.0.113.9`, the policy's `203.0.113.7/24`; none of the policy's values may match
//! suggestion[allow-misses-parent] Statement[0].Resource[0]: `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/*` does not cover `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets`; add the resource without `/*` if it is meant, too
//! warning[host-bits] Statement[1].Condition.NotIpAddress.aws:SourceIp[0]: `203.0.113.7/24` has bits set after its mask; write the first address of the range, or a longer mask
//! exit code 1
//! ```
//!
//! For an address outside of the office, the statement `OfficeOnly` decides:
//!
//! ```console
//! $ cargo run -q --example why -- policy examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7 aws:SourceIp=192.0.2.1 | head -n 1
//! explicitly denied: `Statement[1]` (`OfficeOnly`) denies it: `NotIpAddress` of `aws:SourceIp` holds: the request's value is `192.0.2.1`, the policy's `203.0.113.7/24`; none of the policy's values may match
//! $ cargo run -q --example why -- policy examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7 aws:SourceIp=203.0.113.9 | head -n 1
//! allowed: `Statement[0]` (`ReadPets`) allows it
//! ```
//!
//! Only the lint:
//!
//! ```console
//! $ cargo run -q --example why -- lint examples/why/policy.json; echo "exit code $?"
//! suggestion[allow-misses-parent] Statement[0].Resource[0]: `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/*` does not cover `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets`; add the resource without `/*` if it is meant, too
//! warning[host-bits] Statement[1].Condition.NotIpAddress.aws:SourceIp[0]: `203.0.113.7/24` has bits set after its mask; write the first address of the range, or a longer mask
//! exit code 1
//! ```
//!
//! Checked against its API, which has another stage:
//!
//! ```console
//! $ cargo run -q --example why -- lint --api arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/test examples/why/policy.json | head -n 1
//! warning[resource-of-another-api] Statement[0].Resource[0]: the stage is `prod`, but the API has `test`; take the beginning of the ARN from the authorizer's `methodArn` or `routeArn`
//! ```
//!
//! # Bad input
//!
//! ```console
//! $ echo '{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}' | cargo run -q --example why -- lint - 2>&1; echo "exit code $?"
//! error: standard input: `Statement.Effect` (line 1, column 32): `allow` is not a valid effect; write `Allow` or `Deny`
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
