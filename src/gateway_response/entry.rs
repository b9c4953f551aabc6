//! One customised gateway response, as it is written and as it is used.

use http::{HeaderValue, StatusCode, header};

use super::{
    header_mapping::HeaderMapping,
    response_type::ResponseType,
    template::{Template, UnknownVariables, is_json},
};
use crate::error::ConfigError;

/// One customised gateway response: a status, headers and body templates, each of them optional.
///
/// ```
/// use tower_lambda_authorizer::{GatewayResponse, GatewayResponses, ResponseType};
///
/// let hidden = GatewayResponse::new()
///     .status(404)
///     .header("x-stage", "context.stage")
///     .header("cache-control", "'no-store'")
///     .template("application/json", r#"{"message":"no such thing","id":"$context.requestId"}"#);
/// let responses = GatewayResponses::default().with(ResponseType::AccessDenied, hidden)?;
///
/// // What is wrong with it is said where it is put in.
/// let unquoted = GatewayResponse::new().header("x-why", "hidden");
/// let error = responses.with(ResponseType::Unauthorized, unquoted).unwrap_err();
/// assert!(error.to_string().contains("`hidden`"));
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "a response does nothing until it is put into `GatewayResponses`"]
pub struct GatewayResponse {
    status: Option<u16>,
    headers: Vec<(String, String)>,
    templates: Vec<(String, String)>,
}

impl GatewayResponse {
    /// A response like the default one, but customised: `ACCESS_DENIED` loses its capital `M`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the status: 100 to 599 on API Gateway, 200 to 599 here, for a response that is final; and none of
    /// 204, 205 and 304, which have no body.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets a header: a text in single quotes, as API Gateway has it, or an expression. In the console it is
    /// a *response header*, in OpenAPI `gatewayresponse.header.NAME`.
    ///
    /// | expression | |
    /// |---|---|
    /// | `'text'` | this text |
    /// | `method.request.header.NAME`, `method.request.querystring.NAME`, `method.request.path.NAME` | what the client sent; of a repeated one the last |
    /// | `method.request.multivalueheader.NAME`, `method.request.multivaluequerystring.NAME` | all values, with commas between them |
    /// | `context.NAME`, `stageVariables.NAME` | the variable |
    ///
    /// Where there is no such value, or one that no header can have, the header is left out.
    pub fn header(mut self, name: impl Into<String>, expression: impl Into<String>) -> Self {
        self.headers.push((name.into(), expression.into()));
        self
    }

    /// Sets the body for clients that accept this content type: the first media type of `Accept` counts,
    /// else `application/json`, else the first template that was set.
    ///
    /// In a template, `$context.NAME`, `$stageVariables.NAME` and `$method.request.header.NAME` (also
    /// `querystring`, `path`) stand for their values; a value that is absent is an empty text, and any other
    /// word behind a `$` is text. In a JSON template values are escaped, except
    /// `$context.error.messageString`, which is a JSON string (or `null`) by itself.
    pub fn template(
        mut self,
        content_type: impl Into<String>,
        template: impl Into<String>,
    ) -> Self {
        self.templates.push((content_type.into(), template.into()));
        self
    }
}

/// A customised response, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) status: Option<StatusCode>,
    pub(super) headers: Vec<HeaderMapping>,
    pub(super) templates: Vec<ContentTemplate>,
}

/// A template for a content type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ContentTemplate {
    /// The type without its parameters, in lower case.
    pub(super) essence: String,
    pub(super) content_type: HeaderValue,
    pub(super) template: Template,
    /// As it was written.
    pub(super) text: String,
}

impl Entry {
    pub(super) fn parse(
        response_type: ResponseType,
        response: GatewayResponse,
        unknown: UnknownVariables,
    ) -> Result<Self, ConfigError> {
        let mut headers: Vec<HeaderMapping> = Vec::new();
        for (name, expression) in &response.headers {
            let mapping = HeaderMapping::parse(name, expression)?;
            if headers.iter().any(|known| known.name() == mapping.name()) {
                return Err(ConfigError::HeaderMapping {
                    header: name.clone(),
                    expression: expression.clone(),
                    problem: "this header is there already".to_owned(),
                });
            }
            headers.push(mapping);
        }
        // A mapped header replaces the content type, and what it says is what clients will believe.
        let content_type = headers
            .iter()
            .find(|mapping| *mapping.name() == header::CONTENT_TYPE);
        let sent_as = content_type
            .map(HeaderMapping::static_text)
            .unwrap_or_default();
        let mut templates: Vec<ContentTemplate> = Vec::new();
        for (content_type, text) in response.templates {
            let refused = |problem: String| ConfigError::ResponseTemplate {
                response_type,
                content_type: content_type.clone(),
                problem,
            };
            let sent_as = sent_as.unwrap_or(&content_type);
            let json = is_json(sent_as);
            let template = content_template(&content_type, json, text, unknown);
            let template = template.map_err(&refused)?;
            if templates
                .iter()
                .any(|known| known.essence == template.essence)
            {
                return Err(refused(
                    "there is a template for this type already".to_owned(),
                ));
            }
            templates.push(template);
        }
        Ok(Self {
            status: response.status.map(status).transpose()?,
            headers,
            templates,
        })
    }

    /// The template for a client that accepts this.
    pub(super) fn template(&self, accept: Option<&HeaderValue>) -> Option<&ContentTemplate> {
        let accepted = accept
            .and_then(|accept| accept.to_str().ok())
            .map(|accept| {
                let first = accept.split(',').next().unwrap_or_default();
                essence(first)
            });
        let of = |essence: &str| self.templates.iter().find(|known| known.essence == essence);
        accepted
            .and_then(|accepted| of(&accepted))
            .or_else(|| of("application/json"))
            .or(self.templates.first())
    }
}

fn content_template(
    content_type: &str,
    json: bool,
    text: String,
    unknown: UnknownVariables,
) -> Result<ContentTemplate, String> {
    let essence = essence(content_type);
    let value = HeaderValue::from_str(content_type).ok();
    // Beyond ASCII it could not be written to OpenAPI again.
    let is_type = essence.split('/').count() == 2 && !essence.contains(' ');
    let value = value.filter(|value| is_type && value.to_str().is_ok());
    Ok(ContentTemplate {
        content_type: value.ok_or("a content type is `type/subtype`")?,
        template: Template::parse(json, &text, unknown)?,
        essence,
        text,
    })
}

fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn status(status: u16) -> Result<StatusCode, ConfigError> {
    let code = StatusCode::from_u16(status).ok();
    let code = code.filter(|code| {
        let has_body = ![204, 205, 304].contains(&code.as_u16());
        (200..600).contains(&code.as_u16()) && has_body
    });
    code.ok_or(ConfigError::ResponseStatus {
        status: status.to_string(),
    })
}
