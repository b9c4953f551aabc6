//! Policies and paths that are made to be slow.

mod gaps;
mod literals;
mod paths;

use std::fmt::Write;

use execute_api_policy::{Policy, PolicyDocument};

use self::paths::{cycle, many_ends};

/// One row: a policy and a path.
#[derive(Clone)]
pub(crate) struct WorstCase {
    pub(crate) name: &'static str,
    pub(crate) patterns: Patterns,
    path: fn(usize) -> String,
}

/// The patterns of a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Patterns {
    /// One pattern of at most this many bytes.
    One(fn(usize) -> String),
    /// Patterns that have about this many bytes together.
    Several(fn(usize) -> Vec<String>),
    /// The pattern of each of 10,000 statements.
    TenThousand(fn(usize) -> String),
}

/// The bytes of a long pattern and of a long path.
pub(crate) const LONG: usize = 8 * 1024;

impl WorstCase {
    pub(crate) fn policy(&self, bytes: usize) -> Policy {
        let statements = match self.patterns {
            Patterns::One(pattern) => statement(&[pattern(bytes)]),
            Patterns::Several(patterns) => statement(&patterns(bytes)),
            Patterns::TenThousand(pattern) => {
                let statements = (0..10_000).map(|number| statement(&[pattern(number)]));
                statements.collect::<Vec<_>>().join(",")
            }
        };
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let document = PolicyDocument::from_json(text.as_bytes()).expect("the policy is valid");
        document.compile()
    }

    /// An ARN whose path has at most this many bytes.
    pub(crate) fn arn(&self, bytes: usize) -> String {
        format!("arn:aws:execute-api:r:1:{}", (self.path)(bytes))
    }
}

fn statement(patterns: &[String]) -> String {
    let mut entries = String::new();
    for pattern in patterns {
        let comma = if entries.is_empty() { "" } else { "," };
        let _ = write!(entries, r#"{comma}"arn:*:*:*:*:{pattern}""#);
    }
    format!(r#"{{"Effect":"Allow","Action":"*","Resource":[{entries}]}}"#)
}

/// Rows are identified by their position, so that other processes can name one.
pub(crate) fn cases() -> Vec<WorstCase> {
    [literals::cases(), gaps::cases(), ten_thousand()].concat()
}

fn ten_thousand() -> Vec<WorstCase> {
    vec![
        case(
            "10,000 x */detail*X{i}, no X",
            Patterns::TenThousand(|number| format!("*/detail*X{number}")),
            |bytes| cycle("/detail", bytes),
        ),
        case(
            "10,000 x */detail*X{i}*, no X",
            Patterns::TenThousand(|number| format!("*/detail*X{number}*")),
            |bytes| cycle("/detail", bytes),
        ),
        case(
            "10,000 x */detail*X{i}, many X",
            Patterns::TenThousand(|number| format!("*/detail*X{number}")),
            many_ends,
        ),
        case(
            "10,000 x */detail*X{i}*, many X",
            Patterns::TenThousand(|number| format!("*/detail*X{number}*")),
            many_ends,
        ),
    ]
}

fn case(name: &'static str, patterns: Patterns, path: fn(usize) -> String) -> WorstCase {
    WorstCase {
        name,
        patterns,
        path,
    }
}

fn one(name: &'static str, pattern: fn(usize) -> String, path: fn(usize) -> String) -> WorstCase {
    case(name, Patterns::One(pattern), path)
}
