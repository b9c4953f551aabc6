//! Policies and paths that are made to be slow.

use std::fmt::Write;

use execute_api_policy::{Policy, PolicyDocument};

/// One row: a policy and a path of any length.
pub(crate) struct WorstCase {
    pub(crate) name: &'static str,
    pub(crate) size: Size,
    pub(crate) policy: Policy,
    path: fn(usize) -> String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// A policy of about 8 KB.
    Bytes8K,
    /// 10,000 statements.
    Statements10K,
}

/// The bytes of a long path.
pub(crate) const LONG: usize = 8 * 1024;

impl WorstCase {
    /// An ARN whose path has this many bytes.
    pub(crate) fn arn(&self, path_bytes: usize) -> String {
        format!("arn:aws:execute-api:r:1:{}", (self.path)(path_bytes))
    }
}

/// Rows are identified by their position, so that other processes can name one.
pub(crate) const CASES: &[fn() -> WorstCase] = &[
    || short("120 x *a^k*b, no b", &nested("b"), |n| "a".repeat(n)),
    || {
        short("120 x *a^k*b*, b first", &nested("b*"), |n| {
            before("b", "a", n)
        })
    },
    || {
        short(
            "*a^4096b*, no b",
            &[format!("*{}b*", "a".repeat(4096))],
            |n| "a".repeat(n),
        )
    },
    || {
        short(
            "*a^4096b*, b every 4096",
            &[format!("*{}b*", "a".repeat(4096))],
            |n| cycle(&format!("{}b", "a".repeat(4095)), n),
        )
    },
    || {
        short(
            "(a*)^2048 b, no b",
            &[format!("{}b", "a*".repeat(2048))],
            |n| "a".repeat(n),
        )
    },
    || {
        short(
            "(a*)^2048 b, b last",
            &[format!("{}b", "a*".repeat(2048))],
            |n| behind("a", "b", n),
        )
    },
    || {
        short(
            "(a*)^2048 b*, no b",
            &[format!("{}b*", "a*".repeat(2048))],
            |n| "a".repeat(n),
        )
    },
    || short("*(ab?)^k c*, no c", &gapped(), |n| cycle("aba", n)),
    || short("*(ab?)^k c*, c last", &gapped(), |n| behind("aba", "c", n)),
    || short("*(ab?)^k c*, c everywhere", &gapped(), |n| cycle("abc", n)),
    || many("10,000 x */detail*X{i}, no X", "", |n| cycle("/detail", n)),
    || {
        many("10,000 x */detail*X{i}*, no X", "*", |n| {
            cycle("/detail", n)
        })
    },
    || many("10,000 x */detail*X{i}, many X", "", many_ends),
    || many("10,000 x */detail*X{i}*, many X", "*", many_ends),
];

/// One statement with many entries.
fn short(name: &'static str, patterns: &[String], path: fn(usize) -> String) -> WorstCase {
    let entries: Vec<_> = patterns
        .iter()
        .map(|pattern| format!(r#""arn:*:*:*:*:{pattern}""#))
        .collect();
    let text = format!("[{}]", entries.join(","));
    let statement = format!(r#"{{"Effect":"Allow","Action":"*","Resource":{text}}}"#);
    case(name, Size::Bytes8K, &statement, path)
}

/// Many statements with one entry each.
fn many(name: &'static str, end: &str, path: fn(usize) -> String) -> WorstCase {
    let mut statements = String::new();
    for number in 0..10_000 {
        let comma = if number == 0 { "" } else { "," };
        let resource = format!("arn:*:*:*:*:*/detail*X{number}{end}");
        let _ = write!(
            statements,
            r#"{comma}{{"Effect":"Allow","Action":"*","Resource":"{resource}"}}"#
        );
    }
    case(name, Size::Statements10K, &statements, path)
}

fn case(name: &'static str, size: Size, statements: &str, path: fn(usize) -> String) -> WorstCase {
    let text = format!(r#"{{"Statement":[{statements}]}}"#);
    let document = PolicyDocument::from_json(text.as_bytes()).expect("the policy is valid");
    WorstCase {
        name,
        size,
        policy: document.compile(),
        path,
    }
}

fn nested(end: &str) -> Vec<String> {
    (1..=120)
        .map(|length| format!("*{}*{end}", "a".repeat(length)))
        .collect()
}

/// 4 KB between two stars.
fn gapped() -> Vec<String> {
    vec![format!("*{}c*", "ab?".repeat(1365))]
}

fn cycle(text: &str, bytes: usize) -> String {
    text.chars().cycle().take(bytes).collect()
}

fn behind(text: &str, end: &str, bytes: usize) -> String {
    cycle(text, bytes - end.len()) + end
}

fn before(start: &str, text: &str, bytes: usize) -> String {
    [start, &cycle(text, bytes - start.len())].concat()
}

/// Different ends, as many as fit.
fn many_ends(bytes: usize) -> String {
    let mut path = String::from("/detail");
    let mut numbers = 0..;
    while path.len() < bytes {
        let _ = write!(path, "X{}", numbers.next().unwrap_or(0));
    }
    path.truncate(bytes - 1);
    path + "/"
}
