//! The table of everything in which the types of APIs differ. While a request is handled, the other modules read the
//! layer's row and not the type of API.

mod rows;

use std::{borrow::Cow, time::Duration};

use percent_encoding::percent_decode_str;

pub(crate) use self::rows::{
    HTTP_V1, HTTP_V2, HTTP_V2_SIMPLE, REST_REQUEST, REST_TOKEN, WEBSOCKET,
};
use super::{DEFAULT_STAGE, variables::Variables};
use crate::api_type::ApiType;

/// One row of the table: one kind of authorizer of one type of API.
#[derive(Debug, PartialEq)]
pub(crate) struct Differences {
    /// The name of the row, which is part of the keys of its cached results.
    pub(crate) name: &'static str,
    pub(crate) api_type: ApiType,
    pub(crate) sources: SourceSyntax,
    /// Whether an empty identity source is a value. Otherwise it counts as missing.
    pub(crate) empty_is_a_value: bool,
    pub(crate) repeated_header: Repeated,
    pub(crate) repeated_query_parameter: Repeated,
    /// Whether a second `Authorization` header is refused with 400.
    pub(crate) one_authorization_header: bool,
    pub(crate) arn_ends_with: ArnEnd,
    pub(crate) stage_in_path: StageInPath,
    pub(crate) results: ResultCaching,
    pub(crate) authorizer_timeout: Duration,
    pub(crate) event: EventFormat,
    pub(crate) answers: Answers,
    pub(crate) request_id: RequestIdForm,
    /// Whether browsers apply CORS to the responses.
    pub(crate) cors_applies: bool,
    pub(crate) responses: ResponseStyle,
}

/// The form and the words of the responses that the gateway creates itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseStyle {
    /// The recorded response for each type of gateway response.
    ByResponseType,
    /// Only the status and its phrase. So an explicit deny looks like an implicit one.
    StatusPhrase,
    /// The same as for a REST API, with the ids of a connection.
    WithConnection,
}

/// The syntax of identity sources: the prefix of each kind, and the names of the `$context` variables.
#[derive(Debug, PartialEq)]
pub(crate) struct SourceSyntax {
    pub(crate) header: &'static str,
    pub(crate) query_parameter: &'static str,
    /// An extension of this crate. API Gateway has no such source.
    pub(crate) cookie: &'static str,
    pub(crate) stage_variable: &'static str,
    pub(crate) context: &'static str,
    pub(crate) variables: Variables,
}

impl Differences {
    pub(crate) fn rest() -> &'static Self {
        &REST_REQUEST
    }

    pub(crate) fn http() -> &'static Self {
        &HTTP_V2
    }

    pub(crate) fn websocket() -> &'static Self {
        &WEBSOCKET
    }

    pub(crate) fn of(api_type: ApiType) -> &'static Self {
        match api_type {
            ApiType::Rest => Self::rest(),
            ApiType::Http => Self::http(),
            ApiType::WebSocket => Self::websocket(),
        }
    }

    /// The value of `$context.path`: the path after the stage, or only the path on an HTTP API's stage `$default`.
    pub(crate) fn path_with_stage(&self, stage: &str, path: &str) -> String {
        match (self.stage_in_path, stage) {
            (StageInPath::Always, stage) => format!("/{stage}{path}"),
            (StageInPath::UnlessDefault, DEFAULT_STAGE) => decoded(path).into_owned(),
            (StageInPath::UnlessDefault, stage) => format!("/{stage}{}", decoded(path)),
        }
    }
}

/// Percent-decodes a path. If the result is not UTF-8, the path stays as it is.
fn decoded(path: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(path).decode_utf8();
    decoded.unwrap_or(Cow::Borrowed(path))
}

impl SourceSyntax {
    /// Whether an expression begins with one of the prefixes.
    #[cfg(feature = "openapi")]
    pub(crate) fn is_of(&self, expression: &str) -> bool {
        let prefixes = [
            self.header,
            self.query_parameter,
            self.cookie,
            self.stage_variable,
            self.context,
        ];
        prefixes.iter().any(|prefix| expression.starts_with(prefix))
    }

    /// The syntax of every type of API.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        [&REST_REQUEST, &HTTP_V2, &WEBSOCKET]
            .into_iter()
            .map(|row| &row.sources)
    }
}

/// Which values count if a header or a query parameter is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeated {
    Last,
    JoinedByCommas,
}

/// What follows the stage in a method ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArnEnd {
    MethodAndPath,
    MethodAndDecodedPath,
    Connect,
}

/// Whether a path in `$context` and in events begins with the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageInPath {
    Always,
    /// Unless the stage is `$default`. The path is percent-decoded, too.
    UnlessDefault,
}

/// Whether an authorizer's results are cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResultCaching {
    DefaultTtl(Duration),
    Never,
}

/// The format of the event that an authorizer function receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventFormat {
    Token,
    Request,
    HttpV1,
    HttpV2,
    Connect,
}

/// What an authorizer may answer, and what its answer means.
#[derive(Debug, PartialEq)]
pub(crate) struct Answers {
    /// Whether the answer is `isAuthorized` instead of a policy.
    pub(crate) simple: bool,
    /// Whether an answer that contains both kinds is invalid.
    pub(crate) one_kind_only: bool,
    pub(crate) principal_id: PrincipalIds,
    pub(crate) usage_identifier_key: bool,
    pub(crate) context: ContextValues,
    /// A key that is removed from the context.
    pub(crate) dropped_key: Option<&'static str>,
    /// Keys that an authorizer must not use in the context, because the gateway sets them.
    pub(crate) reserved_keys: &'static [&'static str],
    /// The largest size in bytes of the answer as JSON, if it is less than a function can return.
    pub(crate) longest: Option<usize>,
}

/// Whether an answer must or may have a `principalId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalIds {
    Optional,
    OptionalOrNumber,
    Required,
    /// It counts as missing.
    Ignored,
}

/// Which values a context may contain, and how the service receives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContextValues {
    Strings,
    StringsWithoutNull,
    AnyJson,
}

/// Which id of a request is `$context.requestId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestIdForm {
    Uuid,
    /// The same as `$context.extendedRequestId`.
    Short,
}
