//! Random cases of the target `pipeline`: how the layer is configured, the requests, and what the authorizer answers.

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

use crate::{
    expected::{ApiKind, Said, Sent, Setup},
    naive_policy::Key,
    random_policy::{Words, frequent, policy, several},
};

/// Policies about the API `arn:aws:execute-api:r:1:a/s`.
const WORDS: Words = Words {
    heads: &[
        "arn:aws:execute-api:r:1:a/s/GET/",
        "arn:aws:execute-api:r:1:a/s/GET/",
        "arn:aws:execute-api:*:*:a/s/*/",
        "arn:aws:execute-api:r:1:a/s/",
        "arn:aws:execute-api:r:1:a/s/$connect",
        "arn:aws:execute-api:r:1:*",
        "arn:aws:execute-api:r:2:a/s/GET/",
        "execute-api:",
    ],
    patterns: &[
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
        ":",
        "%61",
        "%C3%A9",
        "%c3%a9",
        "${*}",
        "${k}",
        "${none}",
        "${l, 'ab'}",
    ],
    // No value that the parser refuses: the plain evaluator does not know what is usable.
    operators: &[
        (
            "StringEquals",
            &["a", "b", "ab", "", "${k}", "${none}", "${none, 'a'}"],
        ),
        ("StringNotEquals", &["a", "b", "ab", "${k}", "${none}"]),
        ("StringLike", &["a*", "?", "*", "${k}"]),
        ("StringNotLike", &["a*", "?", "${none}"]),
        ("IpAddress", &["10.0.0.1", "10.0.0.0/8", "2001:db8::/32"]),
        ("NotIpAddress", &["10.0.0.1", "11.0.0.0/8", "0.0.0.0/0"]),
        ("Null", &["true", "false"]),
    ],
    keys: &["k", "K", "l", "none", "aws:SourceIp", "AWS:sourceip"],
    most_statements: 4,
};

const PATHS: [&str; 24] = [
    "/", "/", "/", "a", "b", "a", "b", "a/b/", "%61", "%62", "é", "%C3%A9", "%c3%a9", ":", "%",
    "%2F", "%5C", "\\", ".", "..", "%00", "%FF", "*", "${k}",
];

const METHODS: [&str; 9] = [
    "GET", "GET", "GET", "GET", "POST", "HEAD", "get", "*", "a+b",
];

const TOKENS: [&[u8]; 8] = [
    b"tok",
    b"t",
    b"",
    b"x",
    b"T1",
    b"\xff",
    b"t\xc3\xa9",
    b"tok",
];

/// Of the application's condition keys.
const VALUES: [&str; 5] = ["a", "b", "ab", "", "*"];

const QUERIES: [&str; 5] = ["", "?", "?q=", "?q=v", "?p=v&q=w"];

/// One run of the target.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) setup: Setup,
    pub(crate) keeps_results: bool,
    pub(crate) said: Said,
    /// Of one caller or of several, with the same answer for all.
    pub(crate) requests: Vec<Sent>,
}

impl Case {
    pub(crate) fn arbitrary(bytes: &mut Unstructured<'_>) -> Result<Self> {
        let kind = *bytes.choose(&ApiKind::ALL)?;
        let (needs_query, has_expression) = (bytes.ratio(1, 4)?, bytes.ratio(1, 4)?);
        let paths = bytes.int_in_range(1..=4_u8)?;
        let setup = Setup {
            kind,
            needs_query,
            has_expression,
            refuses_ambiguous_paths: paths != 4,
            ignores_case: paths == 3,
        };
        let keeps_results = bytes.ratio(1, 2)?;
        let count = bytes.int_in_range(1..=3)?;
        let mut requests = Vec::new();
        for _ in 0..count {
            requests.push(sent(bytes)?);
        }
        let said = match bytes.int_in_range(0..=11)? {
            0 => Said::Failure("Unauthorized".into()),
            1 => Said::Failure(bytes.arbitrary::<&str>()?.to_owned()),
            2 => Said::Bytes(bytes.bytes(bytes.len())?.to_vec()),
            _ => Said::Json(answer(bytes)?),
        };
        Ok(Self {
            setup,
            keeps_results,
            said,
            requests,
        })
    }
}

fn sent(bytes: &mut Unstructured<'_>) -> Result<Sent> {
    let method = if bytes.ratio(1, 16)? {
        String::from_utf8_lossy(bytes.arbitrary::<&[u8]>()?).into_owned()
    } else {
        (*bytes.choose(&METHODS)?).to_owned()
    };
    let mut path = String::new();
    if bytes.ratio(1, 12)? {
        path.push_str(bytes.arbitrary()?);
    } else {
        path.push('/');
        for _ in 0..bytes.int_in_range(0..=6)? {
            path.push_str(bytes.choose(&PATHS)?);
        }
    }
    let mut tokens = Vec::new();
    for _ in 0..*bytes.choose(&[1, 1, 1, 1, 1, 0, 2])? {
        let token = if bytes.ratio(1, 16)? {
            bytes.arbitrary::<&[u8]>()?.to_vec()
        } else {
            bytes.choose(&TOKENS)?.to_vec()
        };
        // A header's value has no blanks around it.
        tokens.push(token.trim_ascii().to_vec());
    }
    let mut keys = BTreeMap::new();
    for name in ["k", "l"] {
        let value = match bytes.int_in_range(0..=7)? {
            0..=1 => continue,
            2 => Key::List(several(bytes, &VALUES, 2)?),
            _ => Key::Text((*bytes.choose(&VALUES)?).to_owned()),
        };
        keys.insert(name.to_owned(), value);
    }
    Ok(Sent {
        method,
        host_in_target: bytes.ratio(1, 8)?.then(|| "h".to_owned()),
        path,
        query: frequent(
            bytes,
            &["?q=v", QUERIES[0], QUERIES[1], QUERIES[2], QUERIES[4]],
        )?,
        host: (*bytes.choose(&["h", "h", "h", "other"])?).to_owned(),
        tokens,
        keys,
        address: bytes.ratio(3, 4)?.then_some("10.0.0.1"),
    })
}

/// An answer with the members that the types of APIs judge differently, each rarely odd.
fn answer(bytes: &mut Unstructured<'_>) -> Result<Value> {
    let mut answer = Map::new();
    let odd = [
        json!(null),
        json!(7),
        json!({}),
        json!(["x"]),
        json!(""),
        json!("user"),
    ];
    if bytes.ratio(7, 8)? {
        let principal_id = if bytes.ratio(1, 8)? {
            bytes.choose(&odd)?.clone()
        } else {
            json!("user")
        };
        answer.insert("principalId".into(), principal_id);
    }
    if bytes.ratio(1, 4)? {
        let truth = [
            json!(true),
            json!(false),
            json!("true"),
            json!("false"),
            json!(null),
            json!(1),
        ];
        answer.insert("isAuthorized".into(), bytes.choose(&truth)?.clone());
    }
    if bytes.ratio(1, 3)? {
        let mut context = Map::new();
        for _ in 0..bytes.int_in_range(0..=2)? {
            let key = *bytes.choose(&["a", "b", "claims", "principalId"])?;
            let values = [
                json!("x"),
                json!(7),
                json!(true),
                json!(null),
                json!([1]),
                json!({"b": 1}),
            ];
            context.insert(key.into(), bytes.choose(&values)?.clone());
        }
        let context = if bytes.ratio(1, 12)? {
            bytes.choose(&odd)?.clone()
        } else {
            context.into()
        };
        answer.insert("context".into(), context);
    }
    if bytes.ratio(1, 8)? {
        answer.insert("usageIdentifierKey".into(), bytes.choose(&odd)?.clone());
    }
    if bytes.ratio(1, 8)? {
        answer.insert("unknown".into(), bytes.choose(&odd)?.clone());
    }
    match bytes.int_in_range(0..=12)? {
        0 => None,
        1 => answer.insert("policyDocument".into(), Value::Null),
        2 => answer.insert("errorMessage".into(), json!("Unauthorized")),
        3 => answer.insert("errorMessage".into(), bytes.choose(&odd)?.clone()),
        _ => answer.insert("policyDocument".into(), policy(bytes, &WORDS)?),
    };
    Ok(answer.into())
}
