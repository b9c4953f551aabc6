//! Reads and writes the OpenAPI extension `x-amazon-apigateway-gateway-responses`.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    entry::{Entry, GatewayResponse},
    gateway_responses::GatewayResponses,
    response_type::ResponseType,
    template::UnknownVariables,
};
use crate::error::ConfigError;

/// The most characters of a value that an error shows.
const MAX_SHOWN: usize = 80;

impl GatewayResponses {
    /// Reads the object of the OpenAPI extension `x-amazon-apigateway-gateway-responses`, as in an export.
    ///
    /// It accepts what API Gateway accepts. The status may be a number or a string. In a template, a variable that does not
    /// exist stays as it is. Response parameters for `path` and `querystring` are checked but have no effect, because a
    /// response has neither.
    ///
    /// ```
    /// use tower_lambda_authorizer::gateway_responses::GatewayResponses;
    ///
    /// let extension = serde_json::json!({
    ///     "DEFAULT_4XX": {"responseParameters": {
    ///         "gatewayresponse.header.Access-Control-Allow-Origin": "'*'"
    ///     }},
    ///     "ACCESS_DENIED": {"statusCode": "404", "responseTemplates": {
    ///         "application/json": "{\"message\":\"$context.authorizer.reason\"}"
    ///     }}
    /// });
    /// let responses = GatewayResponses::from_openapi(&extension)?;
    /// assert_eq!(responses.to_openapi(), extension);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] with the place of a type, member, status, mapping or template that is not valid.
    pub fn from_openapi(extension: &Value) -> Result<Self, ConfigError> {
        let mut responses = Self::default();
        for (name, response) in object(extension, "$")? {
            let response_type: ResponseType = name.parse()?;
            let response = read(name, response)?;
            responses = responses.with_parsed(response_type, response, UnknownVariables::Keep)?;
        }
        Ok(responses)
    }

    /// Writes the object of the extension with all entries. The ready-made choices are left out, because API Gateway does
    /// not have them.
    #[must_use]
    pub fn to_openapi(&self) -> Value {
        let entries = self.entries.iter();
        let written = entries.map(|(name, entry)| (name.to_string(), write(entry)));
        Value::Object(written.collect())
    }
}

fn read(name: &str, response: &Value) -> Result<GatewayResponse, ConfigError> {
    let mut read = GatewayResponse::new();
    for (member, value) in object(response, name)? {
        let path = format!("{name}.{member}");
        match (member.as_str(), value) {
            // API Gateway's management API adds these to its answers.
            (_, Value::Null) | ("responseType" | "defaultResponse", _) => {}
            ("statusCode", value) => read = read.status(status(value, &path)?),
            ("responseParameters", value) => {
                for (parameter, expression) in object(value, &path)? {
                    let path = format!("{path}.{parameter}");
                    let expression = text(expression, &path)?;
                    read = read_parameter(read, parameter, expression, &path)?;
                }
            }
            ("responseTemplates", value) => {
                for (content_type, template) in object(value, &path)? {
                    let template = text(template, &format!("{path}.{content_type}"))?;
                    read = read.template(content_type, template);
                }
            }
            _ => {
                return Err(refused(
                    &path,
                    "does not exist; allowed are `statusCode`, `responseParameters` and \
                     `responseTemplates`",
                ));
            }
        }
    }
    Ok(read)
}

fn read_parameter(
    read: GatewayResponse,
    parameter: &str,
    expression: &str,
    path: &str,
) -> Result<GatewayResponse, ConfigError> {
    let place = parameter.strip_prefix("gatewayresponse.");
    match place.and_then(|place| place.split_once('.')) {
        Some(("header", header)) => Ok(read.header(header, expression)),
        Some(("path" | "querystring", _)) => {
            super::header_mapping::HeaderMapping::parse("x-checked", expression).map(|_| read)
        }
        _ => Err(refused(path, "must be `gatewayresponse.header.NAME`")),
    }
}

/// A status as a number, or as a string as in an export.
fn status(value: &Value, path: &str) -> Result<StatusCode, ConfigError> {
    let number = match value {
        Value::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
        Value::String(text) => {
            let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        }
        _ => None,
    };
    let status = number.and_then(|number| StatusCode::from_u16(number).ok());
    status.ok_or_else(|| mismatch(path, "a status such as `\"404\"`", value))
}

fn object<'v>(value: &'v Value, path: &str) -> Result<&'v Map<String, Value>, ConfigError> {
    value
        .as_object()
        .ok_or_else(|| mismatch(path, "an object", value))
}

fn text<'v>(value: &'v Value, path: &str) -> Result<&'v str, ConfigError> {
    value
        .as_str()
        .ok_or_else(|| mismatch(path, "a string", value))
}

fn mismatch(path: &str, expected: &str, value: &Value) -> ConfigError {
    let text = value.to_string();
    let shown: String = text.chars().take(MAX_SHOWN).collect();
    let ellipsis = if shown == text { "" } else { "…" };
    refused(
        path,
        &format!("must be {expected}, not `{shown}{ellipsis}`"),
    )
}

fn refused(path: &str, problem: &str) -> ConfigError {
    ConfigError::GatewayResponses {
        path: path.to_owned(),
        problem: problem.to_owned(),
    }
}

fn write(entry: &Entry) -> Value {
    let mut written = Map::new();
    if let Some(status) = entry.status {
        written.insert("statusCode".into(), json!(status.as_str()));
    }
    let headers = entry.headers.iter().map(|mapping| {
        let name = format!("gatewayresponse.header.{}", mapping.written_name());
        (name, Value::from(mapping.expression()))
    });
    let templates = entry.templates.iter().map(|template| {
        let content_type = template.content_type.to_str().unwrap_or_default();
        (content_type.to_owned(), Value::from(template.text.as_str()))
    });
    for (member, values) in [
        ("responseParameters", headers.collect::<Map<_, _>>()),
        ("responseTemplates", templates.collect()),
    ] {
        if !values.is_empty() {
            written.insert(member.into(), values.into());
        }
    }
    Value::Object(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_place() {
        for (extension, words) in [
            (json!([]), "`$` of the gateway responses must be an object"),
            (
                json!({"UNAUTHORISED": {}}),
                "`UNAUTHORISED` is not a gateway response type",
            ),
            (
                json!({"UNAUTHORIZED": 1}),
                "`UNAUTHORIZED` of the gateway responses must be an object",
            ),
            (
                json!({"UNAUTHORIZED": {"status": 1}}),
                "`UNAUTHORIZED.status` of the gateway responses does not exist",
            ),
            (
                json!({"UNAUTHORIZED": {"statusCode": "4O4"}}),
                "`UNAUTHORIZED.statusCode` of the gateway responses must be a status",
            ),
            (
                json!({"UNAUTHORIZED": {"statusCode": 99}}),
                "must be a status such as `\"404\"`",
            ),
            (
                json!({"UNAUTHORIZED": {"statusCode": "600"}}),
                "the status `600`",
            ),
            (
                json!({"UNAUTHORIZED": {"responseParameters": {"header.x": "'a'"}}}),
                "must be `gatewayresponse.header.NAME`",
            ),
            (
                json!({"UNAUTHORIZED": {"responseParameters": {"gatewayresponse.header.x": "a"}}}),
                "`x` cannot be mapped from `a`",
            ),
            (
                json!({"UNAUTHORIZED": {"responseParameters": {"gatewayresponse.header.x": "'a'", "gatewayresponse.header.X": "'b'"}}}),
                "this header is already mapped",
            ),
            (
                json!({"UNAUTHORIZED": {"responseParameters": {"gatewayresponse.path.x": "a"}}}),
                "cannot be mapped from `a`",
            ),
            (
                json!({"UNAUTHORIZED": {"responseTemplates": {"json": ""}}}),
                "a content type has the form `type/subtype`",
            ),
            (
                json!({"UNAUTHORIZED": {"responseTemplates": {"é/json": ""}}}),
                "a content type has the form `type/subtype`",
            ),
            (
                json!({"UNAUTHORIZED": {"responseTemplates": {"a/b; c=é": ""}}}),
                "a content type has the form `type/subtype`",
            ),
            (
                json!({"UNAUTHORIZED": {"responseTemplates": {"a/b": null}}}),
                "must be a string",
            ),
        ] {
            let error = GatewayResponses::from_openapi(&extension)
                .unwrap_err()
                .to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
