//! The answers of a case as recorded answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json, value::RawValue};
use tower_lambda_authorizer::ApiType;

use super::{
    case::{Answer, Case, RequestMembers},
    documents::{api_arn, sources},
};

/// The file, if each value of the first identity source has one answer.
pub(super) fn recording(case: &Case) -> Result<String, &'static str> {
    let mut by_token = BTreeMap::new();
    for exchange in &case.exchanges {
        let request = &exchange.request;
        let Some(answer) = case
            .answers
            .iter()
            .find(|answer| fits(answer, request, case))
        else {
            continue;
        };
        let recorded = recorded(answer, request, case)?;
        let token = identity(request, case)
            .into_iter()
            .next()
            .unwrap_or_default();
        let earlier = by_token.insert(token, recorded.clone());
        if earlier.is_some_and(|earlier| earlier != recorded) {
            return Err("the answer depends on more than the first identity source");
        }
    }
    let mut answers = by_token.values();
    let first = answers
        .next()
        .cloned()
        .unwrap_or_else(|| r#"{"errorMessage": "not asked"}"#.into());
    if answers.all(|answer| *answer == first) {
        return Ok(first);
    }
    let answers: Map<String, Value> = by_token
        .into_iter()
        .map(|(token, answer)| (token, serde_json::from_str(&answer).unwrap()))
        .collect();
    Ok(json!({"answersByToken": answers}).to_string())
}

fn fits(answer: &Answer, request: &RequestMembers, case: &Case) -> bool {
    let when = &answer.when;
    let is =
        |expected: &Option<String>, value: &str| expected.as_ref().is_none_or(|it| it == value);
    when.identity
        .as_ref()
        .is_none_or(|expected| *expected == identity(request, case))
        && is(&when.method, &request.method)
        && is(&when.path, path(request))
}

fn recorded(
    answer: &Answer,
    request: &RequestMembers,
    case: &Case,
) -> Result<String, &'static str> {
    if answer.hang || answer.panic {
        return Err("a recorded answer does not hang or crash");
    }
    if let Some(message) = &answer.error {
        return Ok(json!({"errorMessage": message}).to_string());
    }
    if let Some(text) = &answer.raw_output {
        let is_json = serde_json::from_str::<Box<RawValue>>(text).is_ok();
        return is_json
            .then(|| text.clone())
            .ok_or("a recorded answer is JSON");
    }
    let text = answer
        .output
        .as_ref()
        .map(Value::to_string)
        .unwrap_or_default();
    Ok(text.replace("$methodArn", &method_arn(request, case)))
}

fn method_arn(request: &RequestMembers, case: &Case) -> String {
    let api = api_arn(case);
    match case.api.api_type().unwrap() {
        ApiType::WebSocket => format!("{api}/$connect"),
        _ => format!("{api}/{}{}", request.method, path(request)),
    }
}

fn path(request: &RequestMembers) -> &str {
    request.target.split('?').next().unwrap_or_default()
}

/// The values of the identity sources that the cases have.
fn identity(request: &RequestMembers, case: &Case) -> Vec<String> {
    let is_http = case.api.api_type().unwrap() == ApiType::Http;
    let value = |source: String| {
        let (kind, name) = source.rsplit_once('.').unwrap_or(("", &source));
        let mut values = match kind {
            kind if kind.ends_with("header") => headers(request, name),
            kind if kind.ends_with("querystring") => query(request, name),
            _ => context(request, name),
        };
        match is_http {
            true => values.join(","),
            false => values.pop().unwrap_or_default(),
        }
    };
    sources(case).into_iter().map(value).collect()
}

fn headers(request: &RequestMembers, name: &str) -> Vec<String> {
    let headers = request.headers.iter();
    let values = headers.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    values.map(|(_, value)| value.clone()).collect()
}

fn query(request: &RequestMembers, name: &str) -> Vec<String> {
    let query = request
        .target
        .split_once('?')
        .map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let values = pairs.filter(|(known, _)| *known == name);
    values.map(|(_, value)| value.to_owned()).collect()
}

fn context(request: &RequestMembers, name: &str) -> Vec<String> {
    let value = match name {
        "sourceIp" => Some(request.source_ip.clone()),
        "httpMethod" => Some(request.method.clone()),
        "routeKey" => Some(format!("{} {}", request.method, request.resource)),
        _ => None,
    };
    value.into_iter().collect()
}
