//! The table of all in which one type of API is unlike another. No other room asks which type it is.

use std::{borrow::Cow, time::Duration};

use percent_encoding::percent_decode_str;

use super::{
    DEFAULT_STAGE,
    variables::{self, Variables},
};
use crate::api_type::ApiType;

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Differences {
    /// What its results are kept under.
    pub(crate) name: &'static str,
    pub(crate) api_type: ApiType,
    pub(crate) sources: SourceSyntax,
    /// Whether a source that is there with nothing in it is an identity, too.
    pub(crate) empty_is_a_value: bool,
    pub(crate) repeated_header: Repeated,
    pub(crate) repeated_query_parameter: Repeated,
    /// A second `Authorization` header is answered with 400.
    pub(crate) one_authorization_header: bool,
    pub(crate) arn_ends_with: ArnEnd,
    pub(crate) stage_in_path: StageInPath,
    pub(crate) results: ResultsKept,
    pub(crate) authorizer_timeout: Duration,
    pub(crate) event: EventFormat,
    pub(crate) answers: Answers,
    pub(crate) request_id: RequestIdForm,
    /// Whether browsers hold a response back from scripts of other origins.
    pub(crate) cors_applies: bool,
    pub(crate) responses: ResponseStyle,
}

/// How the gateway words and forms the responses that it makes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseStyle {
    /// As recorded for each type of response.
    Rest,
    /// The status and its phrase, so that nothing tells an explicit deny from an implicit one.
    Http,
    /// A REST API's, with the ids of a connection.
    WebSocket,
}

/// How identity sources are written: what stands before the name.
#[derive(Debug)]
pub(crate) struct SourceSyntax {
    pub(crate) header: &'static str,
    pub(crate) query_parameter: &'static str,
    /// An extension: API Gateway has no such source.
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

    /// The path with the stage in front, as `$context.path` has it.
    pub(crate) fn path_with_stage(&self, stage: &str, path: &str) -> String {
        match (self.stage_in_path, stage) {
            (StageInPath::Always, stage) => format!("/{stage}{path}"),
            (StageInPath::UnlessDefault, DEFAULT_STAGE) => decoded(path).into_owned(),
            (StageInPath::UnlessDefault, stage) => format!("/{stage}{}", decoded(path)),
        }
    }
}

/// What is not UTF-8 stays as it is.
fn decoded(path: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(path).decode_utf8();
    decoded.unwrap_or(Cow::Borrowed(path))
}

impl SourceSyntax {
    /// Whether an expression is written so.
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

    /// Of every type of API.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        [&REST_REQUEST, &HTTP_V2, &WEBSOCKET]
            .into_iter()
            .map(|row| &row.sources)
    }
}

/// What becomes of a header or a query parameter that comes more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeated {
    Last,
    JoinedByCommas,
}

/// What stands in a method ARN behind the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArnEnd {
    MethodAndPath,
    MethodAndDecodedPath,
    Connect,
}

/// Whether the stage stands in front of a path in `$context` and in events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageInPath {
    Always,
    /// And the path is percent-decoded.
    UnlessDefault,
}

/// Whether an authorizer's results are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResultsKept {
    /// For so long unless told.
    For(Duration),
    Never,
}

/// What an authorizer function is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventFormat {
    Token,
    Request,
    HttpV1,
    HttpV2,
    Connect,
}

/// What an authorizer may answer.
#[derive(Debug)]
pub(crate) struct Answers {
    /// `isAuthorized` in place of a policy.
    pub(crate) simple: bool,
    /// An answer of the other kind beside the right one spoils it.
    pub(crate) one_kind_only: bool,
    pub(crate) principal_id: PrincipalIds,
    pub(crate) usage_identifier_key: bool,
    pub(crate) context: ContextValues,
    /// A key of the context that is left out.
    pub(crate) dropped_key: Option<&'static str>,
    /// Keys of the context that are the gateway's own.
    pub(crate) reserved_keys: &'static [&'static str],
    /// The most bytes that it may have as JSON, where that is less than what a function can return.
    pub(crate) longest: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalIds {
    Optional,
    OptionalOrNumber,
    Required,
    /// As if it were not there.
    Ignored,
}

/// What may be in a context, and how it is handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContextValues {
    Strings,
    StringsWithoutNull,
    AnyJson,
}

/// Which of a request's ids is `$context.requestId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestIdForm {
    Uuid,
    /// The same as `$context.extendedRequestId`.
    Short,
}

const RESERVED: &[&str] = &["principalId", "integrationLatency"];

const POLICIES: Answers = Answers {
    simple: false,
    one_kind_only: false,
    principal_id: PrincipalIds::Optional,
    usage_identifier_key: true,
    context: ContextValues::Strings,
    dropped_key: None,
    reserved_keys: RESERVED,
    longest: None,
};

pub(crate) static REST_TOKEN: Differences = Differences {
    name: "REST TOKEN",
    event: EventFormat::Token,
    ..REST
};

pub(crate) static REST_REQUEST: Differences = REST;

const REST: Differences = Differences {
    name: "REST REQUEST",
    api_type: ApiType::Rest,
    sources: SourceSyntax {
        header: "method.request.header.",
        query_parameter: "method.request.querystring.",
        cookie: "method.request.cookie.",
        stage_variable: "stageVariables.",
        context: "context.",
        variables: variables::REST,
    },
    empty_is_a_value: false,
    repeated_header: Repeated::Last,
    repeated_query_parameter: Repeated::Last,
    one_authorization_header: false,
    arn_ends_with: ArnEnd::MethodAndPath,
    stage_in_path: StageInPath::Always,
    results: ResultsKept::For(Duration::from_secs(300)),
    // Not documented: as long as a REST API's integration may take.
    authorizer_timeout: Duration::from_secs(29),
    event: EventFormat::Request,
    answers: POLICIES,
    request_id: RequestIdForm::Uuid,
    cors_applies: true,
    responses: ResponseStyle::Rest,
};

pub(crate) static HTTP_V1: Differences = HTTP;

pub(crate) static HTTP_V2: Differences = HTTP_2;

pub(crate) static HTTP_V2_SIMPLE: Differences = Differences {
    name: "HTTP 2.0 simple",
    answers: Answers {
        simple: true,
        principal_id: PrincipalIds::Ignored,
        ..HTTP_2.answers
    },
    ..HTTP_2
};

const HTTP_2: Differences = Differences {
    name: "HTTP 2.0",
    repeated_query_parameter: Repeated::JoinedByCommas,
    event: EventFormat::HttpV2,
    answers: Answers {
        context: ContextValues::AnyJson,
        dropped_key: Some("claims"),
        reserved_keys: &[],
        ..HTTP.answers
    },
    ..HTTP
};

const HTTP: Differences = Differences {
    name: "HTTP 1.0",
    api_type: ApiType::Http,
    sources: SourceSyntax {
        header: "$request.header.",
        query_parameter: "$request.querystring.",
        cookie: "$request.cookie.",
        stage_variable: "$stageVariables.",
        context: "$context.",
        variables: variables::HTTP,
    },
    empty_is_a_value: true,
    repeated_header: Repeated::JoinedByCommas,
    repeated_query_parameter: Repeated::Last,
    one_authorization_header: false,
    arn_ends_with: ArnEnd::MethodAndDecodedPath,
    stage_in_path: StageInPath::UnlessDefault,
    // Documented as on only where a time is given.
    results: ResultsKept::For(Duration::ZERO),
    authorizer_timeout: Duration::from_secs(10),
    event: EventFormat::HttpV1,
    answers: Answers {
        one_kind_only: true,
        principal_id: PrincipalIds::Required,
        usage_identifier_key: false,
        ..POLICIES
    },
    request_id: RequestIdForm::Short,
    cors_applies: true,
    responses: ResponseStyle::Http,
};

pub(crate) static WEBSOCKET: Differences = Differences {
    name: "WebSocket",
    api_type: ApiType::WebSocket,
    sources: SourceSyntax {
        header: "route.request.header.",
        query_parameter: "route.request.querystring.",
        cookie: "route.request.cookie.",
        stage_variable: "stageVariables.",
        context: "context.",
        variables: variables::WEBSOCKET,
    },
    empty_is_a_value: false,
    repeated_header: Repeated::Last,
    repeated_query_parameter: Repeated::Last,
    one_authorization_header: true,
    arn_ends_with: ArnEnd::Connect,
    stage_in_path: StageInPath::Always,
    results: ResultsKept::Never,
    authorizer_timeout: Duration::from_secs(29),
    event: EventFormat::Connect,
    answers: Answers {
        principal_id: PrincipalIds::OptionalOrNumber,
        context: ContextValues::StringsWithoutNull,
        longest: Some(8 * 1024),
        ..POLICIES
    },
    request_id: RequestIdForm::Short,
    cors_applies: false,
    responses: ResponseStyle::WebSocket,
};
