//! The policies and requests that all contestants use.

use std::fmt::Write;

/// One statement: an effect and a resource.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) deny: bool,
    /// An ARN with `*`.
    pub(crate) resource: String,
}

/// The numbers of statements, from few to very many.
pub(crate) const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];

/// The number of requests that are evaluated in turn. Every other one matches nothing.
pub(crate) const REQUESTS: usize = 64;

/// Of fifty statements, one has a wildcard in its head, five have one in the middle of the path, and ten have one for
/// the method. Every eighth statement denies.
pub(crate) fn rules(count: usize) -> Vec<Rule> {
    (0..count).map(rule).collect()
}

fn rule(number: usize) -> Rule {
    let deny = number % 8 == 7;
    // A `Deny` covers the same requests as the statement before it, so that overriding is part of the work.
    let pet = if deny { number - 1 } else { number };
    let (account, rest) = match number {
        number if number % 50 == 49 => ("*", format!("GET/pets/{pet:05}/*")),
        number if number % 10 == 3 => (ACCOUNT, format!("PUT/zoos/*/pets/{pet:05}")),
        number if number % 5 == 1 => (ACCOUNT, format!("*/pets/{pet:05}/*")),
        number if number % 3 == 2 => (ACCOUNT, format!("GET/pets/{pet:05}/feeding-times")),
        _ => (ACCOUNT, format!("GET/pets/{pet:05}/*")),
    };
    Rule {
        deny,
        resource: arn(account, &rest),
    }
}

const ACCOUNT: &str = "123456789012";

/// The head and the name of the stage that the policies are about.
pub(crate) const HEAD: &str = "aws:execute-api:us-east-1:123456789012";
pub(crate) const NAME: &str = "a1b2c3d4e5/prod/";

fn arn(account: &str, rest: &str) -> String {
    format!("arn:aws:execute-api:us-east-1:{account}:a1b2c3d4e5/prod/{rest}")
}

/// ARNs of about 78 bytes, spread over a policy of this many statements.
pub(crate) fn requests(statements: usize) -> Vec<String> {
    let pairs = REQUESTS / 2;
    let hit = |at: usize| rule(at * statements / pairs).resource;
    let hits = (0..pairs).map(|at| {
        let fixed = hit(at).replace("-1:*:", &format!("-1:{ACCOUNT}:"));
        fixed
            .replace("/*/pets", "/large/pets")
            .replace("prod/*/", "prod/GET/")
            .replace('*', "feeding-times")
    });
    let misses = (0..pairs).map(|at| {
        let pet = 90_000 + at * 7;
        match at % 4 {
            0 => arn(ACCOUNT, &format!("PUT/zoos/large/pets/{pet}")),
            1 => arn(ACCOUNT, &format!("GET/keepers/{pet}/shifts")),
            _ => arn(ACCOUNT, &format!("GET/pets/{pet}/feeding-times")),
        }
    });
    hits.zip(misses)
        .flat_map(|(hit, miss)| [hit, miss])
        .collect()
}

/// The policy in the form of an authorizer's answer.
pub(crate) fn json(rules: &[Rule]) -> String {
    let mut text = String::from(r#"{"Version":"2012-10-17","Statement":["#);
    for (number, rule) in rules.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let effect = if rule.deny { "Deny" } else { "Allow" };
        let resource = &rule.resource;
        let _ = write!(
            text,
            r#"{comma}{{"Effect":"{effect}","Action":"execute-api:Invoke","Resource":"{resource}"}}"#
        );
    }
    text.push_str("]}");
    text
}
