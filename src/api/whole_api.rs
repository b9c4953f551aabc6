//! The part of the table that concerns an API as a whole, of which only a document tells (`openapi/`).

use super::differences::{self, Differences, SourceSyntax};
use crate::api_type::ApiType;

/// One row.
#[derive(Debug)]
pub(crate) struct WholeApi {
    /// What holds where no authorizer is asked.
    differences: &'static Differences,
    pub(crate) routes: RouteChoice,
    /// Whether the gateway's own responses can be customised, and documents have them.
    pub(crate) has_gateway_responses: bool,
    /// What its exports are marked with.
    pub(crate) export_version: Option<&'static str>,
}

/// How the operation for a request is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteChoice {
    /// The best resource for the path. Where it does not have the method, there is no operation.
    PathThenMethod,
    /// The best of the routes that have the method.
    MethodAndPath,
}

static REST: WholeApi = WholeApi {
    differences: &differences::REST_REQUEST,
    routes: RouteChoice::PathThenMethod,
    has_gateway_responses: true,
    export_version: None,
};

static HTTP: WholeApi = WholeApi {
    differences: &differences::HTTP_V2,
    routes: RouteChoice::MethodAndPath,
    has_gateway_responses: false,
    export_version: Some("1.0"),
};

impl WholeApi {
    pub(crate) const fn rest() -> &'static Self {
        &REST
    }

    pub(crate) const fn http() -> &'static Self {
        &HTTP
    }

    /// None for a WebSocket API, whose routes are no paths and which has no OpenAPI document.
    pub(crate) fn of(api_type: ApiType) -> Option<&'static Self> {
        match api_type {
            ApiType::Rest => Some(&REST),
            ApiType::Http => Some(&HTTP),
            ApiType::WebSocket => None,
        }
    }

    pub(crate) fn api_type(&self) -> ApiType {
        self.differences.api_type
    }

    /// How its identity sources are written.
    pub(crate) fn sources(&self) -> &'static SourceSyntax {
        &self.differences.sources
    }

    /// What holds for requests that are refused before an authorizer is chosen.
    pub(crate) fn differences(&self) -> &'static Differences {
        self.differences
    }
}
