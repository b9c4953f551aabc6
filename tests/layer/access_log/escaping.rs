//! A value of the client or of the authorizer cannot add a line or a field.

use http::request::Builder;
use serde_json::Value;
use tower_lambda_authorizer::observing::LogFormat::{Clf, Csv, Json, Xml};

use super::{get, line};

const HOSTILE: [&str; 9] = [
    r#"x", "status": "200"#,
    r#"x" 200 - ""#,
    r"back\slash\",
    "a,b,\"c\"",
    "</x><x a='1'>&amp;",
    r"line\n203.0.113.7 - -",
    "]x[ y z",
    "\u{9b}2J\u{2028}\u{202e}gnp",
    "tab\tand space ",
];

/// The text is the user agent and a value of the authorizer's context, where `\n` becomes a line break.
fn hostile(text: &str) -> Builder {
    let mut request = get("good").header("x-context", text.as_bytes());
    let headers = request.headers_mut().unwrap();
    headers.insert("user-agent", text.as_bytes().try_into().unwrap());
    request
}

fn assert_is_one_plain_line(line: &str) {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{202e}');
    assert!(line.chars().all(is_plain), "{line:?}");
}

#[tokio::test]
async fn json_stays_the_same_object() {
    let format = r#"{"agent":"$context.identity.userAgent","sent":"$context.authorizer.sent","bare":$context.authorizer.sent}"#;
    for text in HOSTILE {
        let line = line(Json, format, hostile(text)).await;
        assert_is_one_plain_line(&line);
        let object: Value = serde_json::from_str(&line).unwrap();
        let sent = text.replace("\\n", "\n");
        assert_eq!(object["agent"], text.trim_end(), "{line}");
        assert_eq!(object["sent"], sent.as_str(), "{line}");
        assert_eq!(object["bare"], sent.as_str(), "{line}");
        assert_eq!(object.as_object().unwrap().len(), 3, "{line}");
    }
}

#[tokio::test]
async fn csv_keeps_its_fields() {
    let format = r#"a,$context.authorizer.sent,"$context.identity.userAgent",x $context.authorizer.sent,"""$context.authorizer.level""",z"#;
    for text in HOSTILE {
        let line = line(Csv, format, hostile(text)).await;
        assert_is_one_plain_line(&line);
        let fields = csv_fields(&line);
        assert_eq!(fields.len(), 6, "{line}");
        assert_eq!((&*fields[0], &*fields[5]), ("a", "z"), "{line}");
        assert_eq!(fields[4], "\"3\"", "{line}");
        assert_eq!(fields[3], format!("x {}", fields[1]), "{line}");
    }
    let line = line(Csv, format, hostile("a,\"b\" \\")).await;
    assert_eq!(
        line,
        r#"a,"a,""b"" \\","a,""b"" \\","x a,""b"" \\","""3""",z"#
    );
}

/// The fields as RFC 4180 reads them.
fn csv_fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut in_quotes = false;
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if in_quotes && characters.peek() == Some(&'"') => {
                characters.next();
                fields.last_mut().unwrap().push('"');
            }
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    assert!(!in_quotes, "{line}");
    fields
}

#[tokio::test]
async fn xml_keeps_its_elements() {
    let format = r#"<x a="$context.identity.userAgent">$context.authorizer.sent</x>"#;
    for text in HOSTILE {
        let line = line(Xml, format, hostile(text)).await;
        assert_is_one_plain_line(&line);
        assert_eq!(line.matches('<').count(), 2, "{line}");
        assert_eq!(line.matches('"').count(), 2, "{line}");
    }
    let markup = line(Xml, format, hostile("</x>&'")).await;
    assert_eq!(
        markup,
        r#"<x a="&lt;/x&gt;&amp;&apos;">&lt;/x&gt;&amp;&apos;</x>"#
    );
    let newline = line(Xml, format, hostile(r"a\nb")).await;
    assert_eq!(newline, r#"<x a="a\nb">a&#xa;b</x>"#);
}

#[tokio::test]
async fn clf_keeps_its_fields() {
    let format =
        r#"a $context.authorizer.sent [$context.authorizer.sent] "$context.identity.userAgent" z"#;
    for text in HOSTILE {
        let line = line(Clf, format, hostile(text)).await;
        assert_is_one_plain_line(&line);
        assert_eq!(clf_fields(&line), 5, "{line}");
    }
    let line = line(Clf, format, hostile("a \"b\"]\\")).await;
    let expected = r#"a a\u0020\"b\"\u005d\\ [a \"b\"\u005d\\] "a \"b\"]\\" z"#;
    assert_eq!(line, expected);
}

/// The number of fields, for a reader that knows quotes with escapes, and brackets.
fn clf_fields(line: &str) -> usize {
    let (mut fields, mut end, mut is_escaped) = (1, None, false);
    for c in line.chars() {
        match (end, c) {
            _ if is_escaped => {}
            (None, ' ') => fields += 1,
            (None, '"') => end = Some('"'),
            (None, '[') => end = Some(']'),
            (Some(closing), c) if c == closing => end = None,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    assert_eq!(end, None, "{line}");
    fields
}

/// Outside of quotes, JSON has numbers, Booleans and `null`.
#[tokio::test]
async fn a_bare_value_is_json() {
    let format = r#"[$context.authorizer.level,$context.authorizer.sent,$context.status,$context.requestTimeEpoch,$context.error.messageString]"#;
    for (sent, written) in [
        ("true", "true"),
        ("-1.5e3", "-1.5e3"),
        ("007", "\"007\""),
        (r"1\n", r#""1\n""#),
        ("1,2", "\"1,2\""),
        ("null", "\"null\""),
        ("", "null"),
        ("-", "\"-\""),
    ] {
        let line = line(Json, format, get("good").header("x-context", sent)).await;
        assert_eq!(line, format!("[3,{written},null,1638360000000,null]"));
        assert!(serde_json::from_str::<Value>(&line).is_ok(), "{line}");
    }
    let line = line(Json, format, get("unknown")).await;
    assert_eq!(line, r#"[null,null,401,1638360000000,"Unauthorized"]"#);
}

/// An empty value would let the next one move into its field.
#[tokio::test]
async fn an_empty_value_is_a_hyphen() {
    for (format, expected) in [(Clf, "- x"), (Csv, "\"- x\""), (Xml, "- x")] {
        let written = line(format, "$context.authorizer.sent x", get("good")).await;
        assert_eq!(written, expected, "{format}");
    }
}

/// A spreadsheet may take such a cell for a formula. It is unchanged, because other readers need the value.
#[tokio::test]
async fn csv_leaves_formulas_to_the_reader() {
    let format = "$context.identity.userAgent,$context.authorizer.sent";
    let line = line(Csv, format, hostile("=1+1")).await;
    assert_eq!(line, "=1+1,=1+1");
}

/// Characters that mean something in one of the formats, and some that mean nothing.
const CHARACTERS: [char; 40] = [
    'a',
    'n',
    'u',
    '0',
    '9',
    '-',
    '+',
    '.',
    'e',
    'E',
    ' ',
    '\t',
    '"',
    '\'',
    '\\',
    '/',
    ',',
    ';',
    ':',
    '=',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '&',
    '#',
    '!',
    '$',
    '%',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{a0}',
    '\u{2028}',
    '\u{202e}',
    '\u{feff}',
    '\u{ffff}',
    '\u{1f600}',
];

/// Random values in a header, in the context and in the path.
#[tokio::test]
async fn random_values_change_no_line() {
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..300 {
        let length = random.usize(..12);
        let text: String = (0..length)
            .map(|_| random.choice(CHARACTERS).unwrap())
            .collect();
        let Ok(header) = http::HeaderValue::from_bytes(text.as_bytes()) else {
            continue;
        };
        let request = || {
            let mut request = get("good")
                .header("x-context", &header)
                .header("user-agent", &header);
            if let Ok(uri) = format!("/pets/{text}").parse::<http::Uri>() {
                request = request.uri(uri);
            }
            request
        };
        let told = format!("{text:?}, seed {seed}");

        let json = r#"{"a":"$context.identity.userAgent","b":$context.authorizer.sent,"c":"x$context.path"}"#;
        let json = line(Json, json, request()).await;
        assert_is_one_plain_line(&json);
        let object: Value =
            serde_json::from_str(&json).unwrap_or_else(|_| panic!("{told}: {json}"));
        assert_eq!(
            object.as_object().map(serde_json::Map::len),
            Some(3),
            "{told}: {json}"
        );

        let csv = r#"$context.authorizer.sent,"$context.identity.userAgent",x$context.path,z"#;
        let csv = line(Csv, csv, request()).await;
        assert_is_one_plain_line(&csv);
        assert_eq!(csv_fields(&csv).len(), 4, "{told}: {csv}");

        let xml = r#"<x a='$context.identity.userAgent'>$context.authorizer.sent$context.path</x>"#;
        let xml = line(Xml, xml, request()).await;
        assert_is_one_plain_line(&xml);
        let marks = xml
            .chars()
            .filter(|c| matches!(c, '<' | '>' | '\''))
            .count();
        assert_eq!(marks, 6, "{told}: {xml}");

        let clf = r#"a $context.authorizer.sent [$context.path] "$context.identity.userAgent" $context.path"#;
        let clf = line(Clf, clf, request()).await;
        assert_is_one_plain_line(&clf);
        assert_eq!(clf_fields(&clf), 5, "{told}: {clf}");
    }
}

/// Bytes that are not UTF-8 make a header absent, and very long values are written whole.
#[tokio::test]
async fn bytes_that_are_no_text_and_long_values() {
    let format = r#"{"agent":"$context.identity.userAgent","sent":"$context.authorizer.sent"}"#;
    let bytes: &[u8] = b"\xff\xfe\"x";
    let mut request = get("good").header("x-context", bytes);
    request
        .headers_mut()
        .unwrap()
        .insert("user-agent", bytes.try_into().unwrap());
    let written = line(Json, format, request).await;
    assert_eq!(
        written,
        "{\"agent\":\"-\",\"sent\":\"\u{fffd}\u{fffd}\\\"x\"}"
    );

    let long = "\"".repeat(100_000);
    let written = line(Json, format, hostile(&long)).await;
    let object: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(object["sent"].as_str().map(str::len), Some(100_000));
}
