//! What of this program has its instructions counted.

use std::{fmt, hint::black_box};

use bench_harness::callgrind::{self, repeat_counted};
use execute_api_policy::{EvaluationRequest, PolicyDocument};

use crate::{policies, worst};

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scenario {
    /// Evaluating a ready request against a policy of so many statements.
    Evaluate(usize),
    /// The same, and making the request of the text of an ARN.
    Invoke(usize),
    /// One of the worst cases, with a path of so many bytes.
    Worst { case: usize, bytes: usize },
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evaluate(statements) => write!(f, "evaluate-{statements}"),
            Self::Invoke(statements) => write!(f, "invoke-{statements}"),
            Self::Worst { case, bytes } => write!(f, "worst-{case}-{bytes}"),
        }
    }
}

impl Scenario {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split('-');
        let name = words.next()?;
        let mut number = || words.next()?.parse().ok();
        match name {
            "evaluate" => Some(Self::Evaluate(number()?)),
            "invoke" => Some(Self::Invoke(number()?)),
            "worst" => Some(Self::Worst {
                case: number()?,
                bytes: number()?,
            }),
            _ => None,
        }
    }

    /// A multiple of the requests, so that each is asked as often as the others.
    fn iterations(self) -> usize {
        match self {
            Self::Evaluate(_) | Self::Invoke(_) => 4 * policies::REQUESTS,
            Self::Worst { .. } => 2,
        }
    }

    /// The instructions of one iteration. None where valgrind fails.
    pub(crate) fn instructions(self) -> Option<f64> {
        callgrind::instructions(&self.to_string(), self.iterations())
    }
}

/// The other process.
pub(crate) fn count(arguments: &[String]) {
    let [scenario, iterations] = arguments else {
        panic!("{} takes a scenario and a number", callgrind::COUNT);
    };
    let scenario = Scenario::parse(scenario).expect("a scenario");
    let iterations = iterations.parse().expect("a number");
    match scenario {
        Scenario::Evaluate(statements) | Scenario::Invoke(statements) => {
            let text = policies::json(&policies::rules(statements));
            let policy = PolicyDocument::from_json(text.as_bytes())
                .expect("valid")
                .compile();
            let arns = policies::requests(statements);
            let requests: Vec<_> = arns
                .iter()
                .map(|arn| EvaluationRequest::invoke(arn))
                .collect();
            match scenario {
                Scenario::Invoke(_) => repeat_counted(iterations, |at| {
                    let arn = black_box(&arns[at % arns.len()]);
                    black_box(policy.evaluate(&EvaluationRequest::invoke(arn)));
                }),
                _ => repeat_counted(iterations, |at| {
                    black_box(policy.evaluate(black_box(&requests[at % requests.len()])));
                }),
            }
        }
        Scenario::Worst { case, bytes } => {
            let case = worst::CASES[case]();
            let arn = case.arn(bytes);
            let request = EvaluationRequest::invoke(&arn);
            repeat_counted(iterations, |_| {
                black_box(case.policy.evaluate(black_box(&request)));
            });
        }
    }
}
