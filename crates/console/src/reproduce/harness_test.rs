//! A test with the library's kit that sends a request again, and expects the same decision.

use std::{fmt::Write, net::IpAddr};

use crate::{story::Story, summary::Summary};

pub(crate) fn harness_test(summary: &Summary, story: &Story) -> String {
    let mut test = String::new();
    write(&mut test, summary, story).unwrap_or_else(|_| unreachable!("a `String` takes any text"));
    test
}

fn write(test: &mut String, summary: &Summary, story: &Story) -> std::fmt::Result {
    let assertions = assertions(summary, story);
    let uses_types = assertions.contains("ResponseType::");
    if uses_types {
        writeln!(
            test,
            "use tower_lambda_authorizer::gateway_responses::ResponseType;"
        )?;
    }
    writeln!(test, "use tower_lambda_authorizer::testing::Harness;\n")?;
    writeln!(test, "#[tokio::test]")?;
    writeln!(test, "async fn {}() {{", name(summary))?;
    writeln!(
        test,
        "    // `app()` is your function that builds the router with its layers."
    )?;
    writeln!(test, "    let harness = Harness::app(app());")?;
    writeln!(test, "    let request = harness")?;
    writeln!(test, "        {}", sent(summary))?;
    for name in super::query(story) {
        writeln!(test, "        .query({name:?}, {:?})", placeholder(name))?;
    }
    for name in super::headers(story) {
        writeln!(test, "        .header({name:?}, {:?})", placeholder(name))?;
    }
    if let Some(address) = story.source_ip {
        writeln!(test, "        .source_ip({})", octets(address))?;
    }
    // Ends the expression.
    let end = test.trim_end().len();
    test.truncate(end);
    writeln!(test, ";")?;
    writeln!(test, "    let response = request.send().await;")?;
    writeln!(test, "    {assertions}")?;
    writeln!(test, "}}")
}

/// `Debug` escapes a text in the same way as a string literal of Rust.
fn sent(summary: &Summary) -> String {
    let Summary { method, path, .. } = summary;
    match method.as_str() {
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" => {
            format!(".{}({path:?})", method.to_ascii_lowercase())
        }
        _ => format!(".request({method:?}.parse().unwrap(), {path:?})"),
    }
}

fn assertions(summary: &Summary, story: &Story) -> String {
    let response_type = story.exact.response_type.as_deref();
    match (summary.outcome, response_type, summary.status) {
        ("refused", Some(name), Some(status)) => {
            format!("response.assert_status({status}).assert_response_type(ResponseType::{name});")
        }
        ("shadowed", Some(name), _) => {
            format!("response.assert_shadowed(ResponseType::{name});")
        }
        ("allowed", ..) => "response.assert_allowed();".to_owned(),
        ("open" | "exempt", ..) => "response.assert_unguarded();".to_owned(),
        // Neither of them says what the service answers.
        _ => "let _ = response;".to_owned(),
    }
}

fn name(summary: &Summary) -> String {
    const MAX_LENGTH: usize = 40;
    let letter = |character: char| {
        if character.is_ascii_alphanumeric() {
            character.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let text = format!("{}{}", summary.method, summary.path);
    let name: String = text.chars().take(MAX_LENGTH).map(letter).collect();
    let words: Vec<_> = name.split('_').filter(|word| !word.is_empty()).collect();
    format!("request_{}_is_{}", words.join("_"), summary.outcome)
}

/// Stands for a value, because the console does not know values.
fn placeholder(name: &str) -> String {
    format!("the value of {name}")
}

fn octets(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("{:?}", address.octets()),
        IpAddr::V6(address) => format!("{:?}", address.segments()),
    }
}
