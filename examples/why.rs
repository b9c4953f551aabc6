//! Why does a policy allow or deny a request, and what is odd about the policy?
//!
//! ```text
//! cargo run --example why -- POLICY.json METHOD-ARN [CONDITION-KEY=VALUE]...
//! ```
//!
//! `-` in place of the file reads the policy from the standard input. The exit code is 0 where the request is
//! allowed, 1 where it is denied, and 2 where the policy cannot be used.
//!
//! The pets below `/pets` are covered, `/pets` itself is not:
//!
//! ```console
//! $ cargo run -q --example why -- examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets aws:SourceIp=203.0.113.9; echo "exit code $?"
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
//! From elsewhere, the office's rule decides:
//!
//! ```console
//! $ cargo run -q --example why -- examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7 aws:SourceIp=192.0.2.1 | head -n 1
//! explicitly denied: `Statement[1]` (`OfficeOnly`) denies it
//! $ cargo run -q --example why -- examples/why/policy.json arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7 aws:SourceIp=203.0.113.9 | head -n 1
//! allowed: `Statement[0]` (`ReadPets`) allows it
//! ```
//!
//! A policy that is none is refused, with the place:
//!
//! ```console
//! $ echo '{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}' | cargo run -q --example why -- - arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets 2>&1; echo "exit code $?"
//! error: `Statement.Effect` (line 1, column 32): `allow` is no effect; allowed are `Allow` and `Deny`
//! exit code 2
//! ```

use std::{
    env,
    error::Error,
    fs,
    io::{ErrorKind, Read, Write},
    process::ExitCode,
};

use tower_lambda_authorizer::policy::{
    ConditionContext, EvaluationRequest, PolicyDocument, Verdict,
};

struct Question {
    policy: Vec<u8>,
    method_arn: String,
    context: ConditionContext,
}

fn main() -> ExitCode {
    match question(env::args().skip(1)).and_then(|question| answer(&question)) {
        Ok(Verdict::Allow) => ExitCode::SUCCESS,
        Ok(Verdict::ExplicitDeny | Verdict::ImplicitDeny) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn question(mut arguments: impl Iterator<Item = String>) -> Result<Question, Box<dyn Error>> {
    const USAGE: &str = "usage: why POLICY.json METHOD-ARN [CONDITION-KEY=VALUE]...";
    let policy = match arguments.next().ok_or(USAGE)?.as_str() {
        "-" => {
            let mut text = Vec::new();
            std::io::stdin().read_to_end(&mut text)?;
            text
        }
        file => fs::read(file).map_err(|error| format!("{file}: {error}"))?,
    };
    let method_arn = arguments.next().ok_or(USAGE)?;
    let mut context = ConditionContext::new();
    for argument in arguments {
        let (key, value) = argument.split_once('=').ok_or(USAGE)?;
        context = context.with(key, value);
    }
    Ok(Question {
        policy,
        method_arn,
        context,
    })
}

fn answer(question: &Question) -> Result<Verdict, Box<dyn Error>> {
    let document = PolicyDocument::from_json(&question.policy)?;
    let request = EvaluationRequest::invoke(&question.method_arn).with_keys(&question.context);
    let explanation = document.compile().explain(&request);
    let mut report = explanation.to_string();
    for finding in document.lint() {
        report.push_str(&format!("{finding}\n"));
    }
    match std::io::stdout().write_all(report.as_bytes()) {
        // Whoever reads it has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(explanation.verdict())
}
