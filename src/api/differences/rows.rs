//! The rows of the table.

use std::time::Duration;

use super::{
    Answers, ArnEnd, ContextValues, Differences, EventFormat, PrincipalIds, Repeated,
    RequestIdForm, ResponseStyle, ResultCaching, SourceSyntax, StageInPath,
};
use crate::{api::variables, api_type::ApiType};

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
    results: ResultCaching::DefaultTtl(Duration::from_secs(300)),
    // Not documented. This is the limit for a REST API's integration.
    authorizer_timeout: Duration::from_secs(29),
    event: EventFormat::Request,
    answers: POLICIES,
    request_id: RequestIdForm::Uuid,
    cors_applies: true,
    responses: ResponseStyle::ByResponseType,
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
    // As documented, results are cached only if a time to live is configured.
    results: ResultCaching::DefaultTtl(Duration::ZERO),
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
    responses: ResponseStyle::StatusPhrase,
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
    results: ResultCaching::Never,
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
    responses: ResponseStyle::WithConnection,
};
