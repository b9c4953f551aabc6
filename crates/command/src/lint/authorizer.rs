//! One authorizer's configuration.

use http::header::AUTHORIZATION;
use serde_json::Value;
use tower_lambda_authorizer::{ApiType, AuthorizerConfig, IdentitySource, LambdaAuthorizerLayer};

use crate::document::{in_words_of_the_command, nobody};

use super::{
    expression::Expression,
    finding::{Finding, Severity},
    rules::{
        CACHED_ACROSS_ROUTES, CONFIGURATION, VALIDATION_EXCLUDES_BEARER, VALIDATION_MATCHES_NOTHING,
    },
};

/// An authorizer of a file, and whether it caches results.
pub(super) fn lint_file(
    file: &str,
    text: &str,
    config: AuthorizerConfig,
    api_type: ApiType,
) -> (Vec<Finding>, bool) {
    let json = serde_json::from_str::<Value>(text).unwrap_or_default();
    let members = json.get("Properties");
    let members = members.or_else(|| json.get("items")?.get(0));
    let members = members.or_else(|| json.get("Items")?.get(0));
    lint(file, "", members.unwrap_or(&json), config, api_type)
}

/// An authorizer, and whether it caches results.
pub(super) fn lint(
    file: &str,
    place: &str,
    members: &Value,
    config: AuthorizerConfig,
    api_type: ApiType,
) -> (Vec<Finding>, bool) {
    // What the layer knows comes first.
    let layer = match LambdaAuthorizerLayer::from_config(config, nobody()) {
        Ok(layer) => layer,
        Err(error) => {
            let message = in_words_of_the_command(error);
            let found = Finding::new(&CONFIGURATION, file, place, message);
            return (vec![found], false);
        }
    };
    let configuration = layer.configuration();
    let mut sources = configuration.identity_sources().iter();
    let caching = !configuration.result_ttl().is_zero();
    let mut found = Vec::new();
    let is_simple = member(members, "enableSimpleResponses").is_some_and(is_true);
    let by_route = |source: &IdentitySource| {
        ["$context.routeKey", "$context.path"].contains(&source.to_string().as_str())
    };
    if api_type == ApiType::Http && caching && is_simple && !sources.clone().any(by_route) {
        let message = format!(
            "a simple response is cached for {} s, for all routes of the API",
            configuration.result_ttl().as_secs()
        );
        found.push(Finding::new(&CACHED_ACROSS_ROUTES, file, place, message));
    }
    let is_token = member(members, "type").and_then(Value::as_str);
    let is_token = is_token.is_some_and(|it| it.eq_ignore_ascii_case("TOKEN"));
    let expression = member(members, "identityValidationExpression").and_then(Value::as_str);
    if let (true, Some(text)) = (is_token, expression) {
        let of_authorization = sources.any(|source| source.header_name() == Some(&AUTHORIZATION));
        found.extend(of_expression(file, place, text, of_authorization));
    }
    (found, caching)
}

fn of_expression(file: &str, place: &str, text: &str, of_authorization: bool) -> Option<Finding> {
    let expression = Expression::new(text)?;
    if !expression.can_match() {
        let message = format!("no token can match `{text}`");
        return Some(Finding::new(
            &VALIDATION_MATCHES_NOTHING,
            file,
            place,
            message,
        ));
    }
    if !of_authorization || expression.can_match_bearer() {
        return None;
    }
    let message =
        format!("`{text}` matches no value of `Authorization` that begins with `Bearer `");
    let mut finding = Finding::new(&VALIDATION_EXCLUDES_BEARER, file, place, message);
    // Tokens of another shape may be meant to come by themselves.
    if !expression.matches_a_json_web_token() {
        finding.rule.severity = Severity::Suggestion;
    }
    Some(finding)
}

/// A member, which begins with a small or a capital letter.
fn member<'m>(members: &'m Value, name: &str) -> Option<&'m Value> {
    let members = members.as_object()?;
    let mut members = members.iter();
    let found = members.find(|(it, _)| it.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// Templates may write booleans as strings.
fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or(value.as_str() == Some("true"))
}
