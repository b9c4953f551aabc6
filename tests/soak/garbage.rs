//! Invalid responses, each made from one that would allow everything.

use fastrand::Rng;

const GOOD: &str = r#"{"principalId": "p", "policyDocument": {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}, "context": {"answer": "0"}}"#;

/// A response that is neither a policy nor a yes.
const NO_ANSWERS: [&str; 13] = [
    "",
    "null",
    "true",
    "[]",
    "{}",
    "\"Allow\"",
    r#"{"principalId": "p"}"#,
    r#"{"policyDocument": null, "principalId": "p"}"#,
    r#"{"policyDocument": "Allow", "principalId": "p"}"#,
    r#"{"isAuthorized": null}"#,
    r#"{"isAuthorized": "yes"}"#,
    r#"{"isAuthorized": 1, "policyDocument": null}"#,
    r#"{"statusCode": 200, "body": "Allow"}"#,
];

/// Replacements that make a valid response invalid.
const REPLACED: [(&str, &str); 12] = [
    (r#""Allow""#, r#""allow""#),
    (r#""Allow""#, r#"["Allow"]"#),
    (r#""Allow""#, "true"),
    (r#""2012-10-17""#, r#""2012-10-18""#),
    (r#""Effect""#, r#""effect""#),
    (r#""Effect""#, r#""Effect": "Deny", "Effect""#),
    (r#""Resource": "*""#, r#""Resource": null"#),
    (r#""Resource": "*""#, r#""Resource": 7"#),
    (
        r#""Resource": "*""#,
        r#""Resource": "*", "Condition": {"Nonsense": {"a": "b"}}"#,
    ),
    (r#""Statement""#, r#""Statements""#),
    (r#""context": {"answer": "0"}"#, r#""context": ["answer"]"#),
    (
        r#""policyDocument""#,
        r#""policyDocument": null, "policyDocument""#,
    ),
];

/// A response that no type of API accepts.
pub(crate) fn garbage(random: &mut Rng) -> Vec<u8> {
    match random.u8(..4) {
        0 => random.choice(NO_ANSWERS).unwrap().into(),
        1 | 2 => {
            let (what, with) = random.choice(REPLACED).unwrap();
            GOOD.replacen(what, with, 1).into()
        }
        _ => match random.u8(..3) {
            0 => GOOD.as_bytes()[..random.usize(..GOOD.len())].into(),
            1 => format!("{GOOD}{GOOD}").into(),
            _ => (0..random.usize(..64)).map(|_| random.u8(..)).collect(),
        },
    }
}
