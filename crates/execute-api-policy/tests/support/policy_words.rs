//! The words of generated policies and requests. There are few, so that policies often match requests.

/// The parts of resource names in policies.
pub(crate) const PATTERNS: [&str; 20] = [
    "a",
    "b",
    "/",
    "a",
    "b",
    "/",
    "a/b/",
    "*",
    "*",
    "?",
    "é",
    "A/b",
    "É",
    ":",
    "%61",
    "%C3%A9",
    "${*}",
    "${k}",
    "${none}",
    "${l, 'ab'}",
];

/// The parts of resource names in requests.
pub(crate) const TEXTS: [&str; 12] = [
    "a", "b", "/", "a", "b", "a/b/", "é", ":", "*", "%61", "A/B", "É",
];

/// The text before a resource's name in policies. Generators use the first most often.
pub(crate) const HEADS: [&str; 12] = [
    "arn:aws:execute-api:r:1:",
    "arn:aws:execute-api:*:*:",
    "arn:aws:execute-api:?:1:",
    "arn:*:execute-api:r*:1:",
    "arn:aws:execute-api::1:",
    "arn:aws:execute-api:rr:1:",
    "arn:aws::r:1:",
    "arn::execute-api:r:1:",
    "arn:aws:execute_api:r:1:",
    "arn:${k}:execute-api:r:1:",
    "arn:aws:",
    "execute-api:",
];

/// Complete entries.
pub(crate) const WHOLE_RESOURCES: [&str; 14] = [
    "*",
    "**",
    "arn:",
    "arn:*",
    "arn:aws",
    "arn:aws:",
    "arn:aws:*",
    "arn::execute-api",
    "arn:aws:execute-api",
    "arn:aws:execute-api:",
    "arn:aws:execute-api:r",
    "arn:aws:execute-api::1",
    "a/b",
    "",
];

/// The text before a resource's name in requests. Generators use the first most often.
pub(crate) const REQUEST_HEADS: [&str; 4] = [
    "arn:aws:execute-api:r:1:",
    "arn:aws:execute-api:rr:1:",
    "arn:aws:execute-api:r:2:",
    "arn:aws:",
];

/// Generators use the first most often.
pub(crate) const ACTIONS: [&str; 10] = [
    "execute-api:Invoke",
    "*",
    "execute-api:*",
    "EXECUTE-API:inv?ke",
    "execute-api:InvalidateCache",
    "s3:*",
    "*:Invoke",
    "execute-api:",
    ":Invoke",
    "é:Invoke",
];

/// Generators use the first most often.
pub(crate) const REQUEST_ACTIONS: [&str; 4] = [
    "execute-api:Invoke",
    "Execute-Api:invoke",
    "execute-api:InvalidateCache",
    "é:Invoke",
];

/// Condition keys in the spelling of policies. No request has the last one.
pub(crate) const KEYS: [&str; 4] = ["k", "K", "l", "none"];

/// The keys that requests may have.
pub(crate) const REQUEST_KEYS: [&str; 2] = ["k", "l"];

/// Condition operators without set operator and `IfExists`, with values for policies and for requests.
pub(crate) const OPERATORS: [(&str, &[&str]); 27] = [
    ("StringEquals", STRINGS),
    ("StringNotEquals", STRINGS),
    ("StringEqualsIgnoreCase", STRINGS),
    ("StringNotEqualsIgnoreCase", STRINGS),
    ("StringLike", STRINGS),
    ("StringNotLike", STRINGS),
    ("NumericEquals", NUMBERS),
    ("NumericNotEquals", NUMBERS),
    ("NumericLessThan", NUMBERS),
    ("NumericLessThanEquals", NUMBERS),
    ("NumericGreaterThan", NUMBERS),
    ("NumericGreaterThanEquals", NUMBERS),
    ("DateEquals", DATES),
    ("DateNotEquals", DATES),
    ("DateLessThan", DATES),
    ("DateLessThanEquals", DATES),
    ("DateGreaterThan", DATES),
    ("DateGreaterThanEquals", DATES),
    ("Bool", BOOLS),
    ("BinaryEquals", BASE64),
    ("IpAddress", ADDRESSES),
    ("NotIpAddress", ADDRESSES),
    ("ArnEquals", ARNS),
    ("ArnNotEquals", ARNS),
    ("ArnLike", ARNS),
    ("ArnNotLike", ARNS),
    ("Null", BOOLS),
];

const STRINGS: &[&str] = &[
    "a",
    "A",
    "b",
    "ab",
    "é",
    "É",
    "",
    "*",
    "a*",
    "?",
    "${k}",
    "${none}",
    "${*}",
    "${none, 'a'}",
    "a${l}",
    "$a",
];
const NUMBERS: &[&str] = &[
    "0", "-0", "1", "-1", "1.0", "10", "1e1", "0.5", ".5", "+2", "x",
];
const DATES: &[&str] = &[
    "2024-01-01T00:00:00Z",
    "2024-01-01",
    "2024-01",
    "2024-01-01T02:00:00+02:00",
    "2023-12-31T23:00:00-02:00",
    "1704067200",
    "1704067201",
    "2024-03-01",
    "2024",
    "x",
];
const BOOLS: &[&str] = &["true", "false", "TRUE", "x"];
const BASE64: &[&str] = &["YQ==", "YWI=", "YWJj", "", "!"];
const ADDRESSES: &[&str] = &[
    "10.0.0.1",
    "10.0.0.2",
    "11.0.0.1",
    "::ffff:10.0.0.1",
    "2001:db8::1",
    "10.0.0.0/8",
    "10.0.0.3/30",
    "0.0.0.0/0",
    "::/0",
    "2001:db8::/32",
    "x",
];
const ARNS: &[&str] = &[
    "xrn:aws:sns:r:1:t",
    "*:*:*:*:*:*",
    "arn:aws:sns:r:1:t",
    "arn:aws:sns:r:1:t:u",
    "arn:aws:sns:r:1",
    "arn:aws:sns:*:1:*",
    "arn:aws:sns:*:t",
    "arn:aws:sns:?:*:${k}",
    "arn:aws:sns:${none}:1:t",
    "*",
    "t",
];
