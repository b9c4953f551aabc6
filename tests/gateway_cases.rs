//! Runs the gateway cases. A case is an API with one authorizer, and a sequence of exchanges with it.
//!
//! Reads `tests/cases/gateway/*.json`. If the environment variable `EXTRA_CASES` names a folder, also reads every
//! `*.json` below its subfolder `gateway`. The format is in `tests/cases/README.md`.
#![allow(clippy::unwrap_used)]

#[path = "gateway_cases/api_gateway.rs"]
mod api_gateway;
#[path = "gateway_cases/case.rs"]
mod case;
#[path = "../crates/execute-api-policy/tests/support/case_files.rs"]
mod case_files;
#[path = "../crates/execute-api-policy/tests/support/case_runner.rs"]
mod case_runner;
#[path = "gateway_cases/expectation.rs"]
mod expectation;
#[path = "gateway_cases/seen.rs"]
mod seen;

use std::process::ExitCode;

use case::Case;
use case_runner::Cases;

fn main() -> ExitCode {
    silence_intended_panics();
    let mut cases = Cases::default();
    cases.run(
        "gateway",
        |case: &Case, file| format!("{} ({file})", case.name),
        problems,
    );
    cases.finish("gateway cases")
}

/// What differs from what the case expects.
fn problems(case: &Case) -> Vec<String> {
    let gateway = match (api_gateway::ApiGateway::new(case), case.config_error) {
        (Err(_), true) => return Vec::new(),
        (Ok(_), true) => {
            return vec!["the layer was built; expected a configuration error".into()];
        }
        (Err(error), false) => return vec![format!("the layer was not built: {error}")],
        (Ok(gateway), false) => gateway,
    };
    // The paused clock of tokio advances by itself, so a case whose authorizer times out takes no time.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let mut problems = Vec::new();
    for (index, exchange) in case.exchanges.iter().enumerate() {
        gateway.advance(exchange.advance);
        let result = runtime.block_on(gateway.exchange(&exchange.request));
        let found = match result {
            Ok(seen) => expectation::differences(&exchange.expect, &seen),
            Err(error) => vec![format!("the request cannot be made: {error}")],
        };
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("exchange {index}: {problem}")),
        );
    }
    problems
}

/// The authorizer of some cases panics on purpose. Those panics print no message.
fn silence_intended_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.to_string().contains(api_gateway::INTENDED_PANIC) {
            default(panic);
        }
    }));
}
