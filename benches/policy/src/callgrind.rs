//! Instructions, counted by valgrind in another process of this program.

use std::{
    env, fmt,
    hint::black_box,
    process::{Command, Stdio},
};

use tower_lambda_authorizer::policy::{EvaluationRequest, PolicyDocument};

use crate::{policies, worst};

/// The argument that makes this program the one whose instructions are counted.
pub(crate) const COUNT: &str = "--count";

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
}

/// Whether valgrind is there.
pub(crate) fn is_installed() -> bool {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// Instructions of one iteration: what twice as many iterations take more, so that whatever is done once
/// does not count. None where valgrind fails.
pub(crate) fn instructions(scenario: Scenario) -> Option<f64> {
    let iterations = scenario.iterations();
    let once = total(scenario, iterations)?;
    let twice = total(scenario, 2 * iterations)?;
    Some((twice - once) / iterations as f64)
}

/// Compiling a policy uses hash maps with random seeds; hence only the loop itself is counted.
fn total(scenario: Scenario, iterations: usize) -> Option<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--collect-atstart=no", "--toggle-collect=*repeat_counted*"])
        .arg(env::current_exe().ok()?)
        .args([COUNT, &scenario.to_string(), &iterations.to_string()])
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let (_, collected) = report.split_once("Collected :")?;
    collected.split_whitespace().next()?.parse().ok()
}

/// The other process.
pub(crate) fn count(arguments: &[String]) {
    let [scenario, iterations] = arguments else {
        panic!("{COUNT} takes a scenario and a number");
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

/// Found by its name.
#[inline(never)]
fn repeat_counted(iterations: usize, work: impl Fn(usize)) {
    for at in 0..iterations {
        work(at);
    }
}
