//! Runs the gateway cases. Each has one API with one authorizer, and a sequence of exchanges with it.
//!
//! It reads `tests/cases/gateway/*.json` and, if the environment variable `EXTRA_CASES` names a folder,
//! every `*.json` below its subfolder `gateway`. The format is in `tests/cases/README.md`.
#![allow(clippy::unwrap_used)]

#[path = "gateway_cases/api_gateway.rs"]
mod api_gateway;
#[path = "gateway_cases/case.rs"]
mod case;
#[path = "../crates/execute-api-policy/tests/support/case_files.rs"]
mod case_files;
#[path = "gateway_cases/expectation.rs"]
mod expectation;

use std::process::ExitCode;

use case::Case;

fn main() -> ExitCode {
    silence_intended_panics();
    let (mut passed, mut failed) = (0, 0);
    for (file, text) in case_files::case_files("gateway") {
        let cases: Vec<Case> = match serde_json::from_str(&text) {
            Ok(cases) => cases,
            Err(error) => {
                println!("FAILED {file}: not a list of cases: {error}");
                failed += 1;
                continue;
            }
        };
        for case in cases {
            let problems = run(&case);
            match problems.is_empty() {
                true => passed += 1,
                false => {
                    failed += 1;
                    println!("FAILED {} ({file})", case.name);
                    problems
                        .iter()
                        .for_each(|problem| println!("    {problem}"));
                }
            }
        }
    }
    println!("gateway cases: {passed} passed, {failed} failed");
    if failed > 0 || passed == 0 {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The failures.
fn run(case: &Case) -> Vec<String> {
    let gateway = match (api_gateway::ApiGateway::new(case), case.config_error) {
        (Err(_), true) => return Vec::new(),
        (Ok(_), true) => {
            return vec!["the layer was built; expected a configuration error".into()];
        }
        (Err(error), false) => return vec![format!("the layer was not built: {error}")],
        (Ok(gateway), false) => gateway,
    };
    // tokio's paused clock advances by itself, so that waiting for a hanging authorizer takes no time.
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

/// Silences the panics of authorizers in some cases.
fn silence_intended_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !panic.to_string().contains(api_gateway::INTENDED_PANIC) {
            default(panic);
        }
    }));
}
