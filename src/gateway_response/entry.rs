//! One customised gateway response: as it is configured, and parsed.

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    header_mapping::HeaderMapping,
    response_type::ResponseType,
    template::{Syntax, Template, UnknownVariables},
};
use crate::error::ConfigError;

/// One customised gateway response: a status, headers and body templates, all optional.
///
/// ```
/// use http::StatusCode;
/// use tower_lambda_authorizer::gateway_responses::{
///     GatewayResponse, GatewayResponses, ResponseType,
/// };
///
/// let hidden = GatewayResponse::new()
///     .status(StatusCode::NOT_FOUND)
///     .header("x-stage", "context.stage")
///     .header("cache-control", "'no-store'")
///     .template("application/json", r#"{"message":"no such thing","id":"$context.requestId"}"#);
/// let responses = GatewayResponses::default().with(ResponseType::AccessDenied, hidden)?;
///
/// // Errors are reported when the response is added.
/// let unquoted = GatewayResponse::new().header("x-why", "hidden");
/// let error = responses.with(ResponseType::Unauthorized, unquoted).unwrap_err();
/// assert!(error.to_string().contains("`hidden`"));
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "a response does nothing until it is added to `GatewayResponses`"]
pub struct GatewayResponse {
    status: Option<StatusCode>,
    headers: Vec<(String, String)>,
    templates: Vec<(String, String)>,
}

impl GatewayResponse {
    /// Creates an entry without a status, headers or templates.
    ///
    /// Even such an entry changes one thing: the body of `ACCESS_DENIED` has `message` instead of `Message`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates an entry with a [template](Self::template) for `application/json`.
    pub fn json(template: impl Into<String>) -> Self {
        Self::new().template("application/json", template)
    }

    /// Sets the status, from 200 to 599.
    ///
    /// The statuses 204, 205 and 304 are not allowed, because they have no body. API Gateway also accepts 100 to 199,
    /// which are not allowed here because they are not final.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets a header to a text in single quotes or to the value of an expression. The console of API Gateway calls it a
    /// *response header*; in OpenAPI it is `gatewayresponse.header.NAME`.
    ///
    /// | expression | value |
    /// |---|---|
    /// | `'text'` | this text |
    /// | `method.request.header.NAME`, `method.request.querystring.NAME`, `method.request.path.NAME` | the value in the request; the last one if there are several |
    /// | `method.request.multivalueheader.NAME`, `method.request.multivaluequerystring.NAME` | all values, separated by commas |
    /// | `context.NAME`, `stageVariables.NAME` | the variable |
    ///
    /// The header is left out if the value does not exist or is not a valid header value.
    pub fn header(mut self, name: impl Into<String>, expression: impl Into<String>) -> Self {
        self.headers.push((name.into(), expression.into()));
        self
    }

    /// Sets the body for clients that accept this content type.
    ///
    /// The first media type of the request's `Accept` header chooses the template. If there is no template for it, the one
    /// for `application/json` is used, and otherwise the template that was set first.
    ///
    /// In a template, `$context.NAME`, `$stageVariables.NAME` and `$method.request.header.NAME` (also `querystring` and
    /// `path`) are replaced by their values. A missing value is replaced by nothing. Any other word after a `$` stays as it
    /// is. In a JSON template, values are escaped, except `$context.error.messageString`, which is already a JSON string
    /// or `null`.
    ///
    /// A JSON template that does not make JSON is an error when the response is added, for example because a text is
    /// not in quotes. (API Gateway accepts such a template. This crate's functions that read API Gateway's
    /// configuration also accept it.)
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
    /// The media type in lower case, without parameters.
    pub(super) essence: String,
    pub(super) content_type: HeaderValue,
    pub(super) template: Template,
    /// The template as it was configured.
    pub(super) text: String,
}

impl Entry {
    pub(super) fn parse(
        response_type: ResponseType,
        response: GatewayResponse,
        unknown: UnknownVariables,
    ) -> Result<Self, ConfigError> {
        let headers = header_mappings(response.headers)?;
        // A mapped `Content-Type` replaces the template's, so it decides whether values are escaped for JSON.
        let content_type = headers
            .iter()
            .find(|mapping| *mapping.name() == header::CONTENT_TYPE);
        let sent_as = content_type
            .map(HeaderMapping::static_text)
            .unwrap_or_default();
        let mut templates = Vec::new();
        for (content_type, text) in response.templates {
            let syntax = Syntax::of(sent_as.unwrap_or(&content_type));
            let template = content_template(&content_type, syntax, text, unknown);
            let template = template.and_then(|template| only_one(template, &templates));
            templates.push(template.map_err(|problem| ConfigError::ResponseTemplate {
                response_type,
                content_type,
                problem,
            })?);
        }
        Ok(Self {
            status: response.status.map(usable).transpose()?,
            headers,
            templates,
        })
    }

    /// The template for a request with these headers.
    pub(super) fn template(&self, headers: &HeaderMap) -> Option<&ContentTemplate> {
        if let [only] = &*self.templates {
            return Some(only);
        }
        let accepted = headers
            .get(header::ACCEPT)
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

fn header_mappings(headers: Vec<(String, String)>) -> Result<Vec<HeaderMapping>, ConfigError> {
    let mut mappings: Vec<HeaderMapping> = Vec::new();
    for (header, expression) in headers {
        let mapping = HeaderMapping::parse(&header, &expression)?;
        if mappings.iter().any(|known| known.name() == mapping.name()) {
            return Err(ConfigError::HeaderMapping {
                header,
                expression,
                problem: "this header is already mapped; map it once".to_owned(),
            });
        }
        mappings.push(mapping);
    }
    Ok(mappings)
}

fn only_one(
    template: ContentTemplate,
    others: &[ContentTemplate],
) -> Result<ContentTemplate, String> {
    if others.iter().any(|other| other.essence == template.essence) {
        return Err("there is already a template for this content type; keep one".to_owned());
    }
    Ok(template)
}

fn content_template(
    content_type: &str,
    syntax: Syntax,
    text: String,
    unknown: UnknownVariables,
) -> Result<ContentTemplate, String> {
    let essence = essence(content_type);
    let value = HeaderValue::from_str(content_type).ok();
    // Only ASCII can be written to OpenAPI again.
    let is_type = essence.split('/').count() == 2 && !essence.contains(' ');
    let value = value.filter(|value| is_type && value.to_str().is_ok());
    Ok(ContentTemplate {
        content_type: value.ok_or("a content type has the form `type/subtype`")?,
        template: Template::parse(syntax, &text, unknown)?,
        essence,
        text,
    })
}

fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn usable(status: StatusCode) -> Result<StatusCode, ConfigError> {
    let code = status.as_u16();
    let has_body = ![204, 205, 304].contains(&code);
    if (200..600).contains(&code) && has_body {
        Ok(status)
    } else {
        Err(ConfigError::ResponseStatus { status: code })
    }
}
