//! The differences between REST and HTTP APIs that matter only for a whole API, as a document describes it
//! (`openapi/`).

use super::differences::{self, Differences, SourceSyntax};
use crate::api_type::ApiType;

/// One row of the table.
#[derive(Debug)]
pub(crate) struct WholeApi {
    /// The row for requests for which no authorizer is called.
    differences: &'static Differences,
    pub(crate) routes: RouteChoice,
    /// Whether the gateway's own responses can be customised in a document.
    pub(crate) has_gateway_responses: bool,
    /// The version with which API Gateway marks the documents that it exports.
    pub(crate) export_version: Option<&'static str>,
}

/// How API Gateway finds the operation for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RouteChoice {
    /// Finds the best resource for the path. If this resource does not have the method, there is no operation.
    PathThenMethod,
    /// Finds the best route for the path among those that have the method.
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

    /// Returns `None` for a WebSocket API. Its routes are not paths, and it has no OpenAPI document.
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

    /// The syntax of its identity sources.
    pub(crate) fn sources(&self) -> &'static SourceSyntax {
        &self.differences.sources
    }

    /// The row for requests that are refused before an authorizer is chosen.
    pub(crate) fn differences(&self) -> &'static Differences {
        self.differences
    }
}
