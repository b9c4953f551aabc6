//! The parts of this program whose instructions are counted.

use std::{fmt, hint::black_box};

use bench_harness::callgrind::{self, repeat_counted};
use execute_api_policy::{
    EvaluationRequest, PolicyDocument,
    layer_only::{Stage, specialise},
};

use crate::{plain_value::PlainValue, policies, worst};

/// A part to count.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scenario {
    /// Evaluates a ready request against a policy of this many statements.
    Evaluate(usize),
    /// Does the same, and makes the request from the text of an ARN.
    Invoke(usize),
    /// Parses a policy of this many statements, and prepares it.
    Prepare(Prepare, usize),
    /// Evaluates one of the worst cases, with a pattern and a path of these lengths.
    Worst {
        case: usize,
        pattern: usize,
        path: usize,
    },
}

/// What is made of the text of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prepare {
    Parsed,
    Compiled,
    Specialised,
    /// A value of `serde_json`, to compare with.
    Value,
}

impl Prepare {
    pub(crate) const ALL: [(Self, &'static str); 4] = [
        (Self::Parsed, "parse"),
        (Self::Compiled, "compile"),
        (Self::Specialised, "specialise"),
        (Self::Value, "value"),
    ];

    fn prepare(self, text: &str, stage: &Stage) {
        let parse = || PolicyDocument::from_json(text.as_bytes()).expect("valid");
        match self {
            Self::Parsed => drop(black_box(parse())),
            Self::Compiled => drop(black_box(parse().compile())),
            Self::Specialised => drop(black_box(specialise(&parse(), stage))),
            Self::Value => drop(black_box(serde_json::from_str::<PlainValue>(text))),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Evaluate(statements) => write!(f, "evaluate-{statements}"),
            Self::Invoke(statements) => write!(f, "invoke-{statements}"),
            Self::Prepare(what, statements) => {
                let names = Prepare::ALL.into_iter();
                let name = names.filter(|(prepare, _)| prepare == what);
                let name = name.map(|(_, name)| name).collect::<String>();
                write!(f, "{name}-{statements}")
            }
            Self::Worst {
                case,
                pattern,
                path,
            } => write!(f, "worst-{case}-{pattern}-{path}"),
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
                pattern: number()?,
                path: number()?,
            }),
            name => {
                let (what, _) = Prepare::ALL.into_iter().find(|(_, known)| *known == name)?;
                Some(Self::Prepare(what, number()?))
            }
        }
    }

    /// A multiple of the number of requests, so that each request is evaluated equally often.
    fn iterations(self) -> usize {
        match self {
            Self::Evaluate(_) | Self::Invoke(_) => 4 * policies::REQUESTS,
            Self::Prepare(_, statements) => (1_000 / statements).max(1),
            Self::Worst { .. } => 2,
        }
    }

    /// The instructions of one iteration. `None` if valgrind fails.
    pub(crate) fn instructions(self) -> Option<f64> {
        callgrind::instructions(&self.to_string(), self.iterations())
    }
}

/// Runs in the other process.
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
        Scenario::Prepare(what, statements) => {
            let text = policies::json(&policies::rules(statements));
            let stage = Stage::of_methods(policies::HEAD, policies::NAME);
            repeat_counted(iterations, |_| what.prepare(black_box(&text), &stage));
        }
        Scenario::Worst {
            case,
            pattern,
            path,
        } => {
            let case = &worst::cases()[case];
            let (policy, arn) = (case.policy(pattern), case.arn(path));
            let request = EvaluationRequest::invoke(&arn);
            repeat_counted(iterations, |_| {
                black_box(policy.evaluate(black_box(&request)));
            });
        }
    }
}
