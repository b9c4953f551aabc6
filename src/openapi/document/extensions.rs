//! The names of API Gateway's extensions to OpenAPI, and the values that exports write for "nothing".

pub(super) const GATEWAY_RESPONSES: &str = "x-amazon-apigateway-gateway-responses";
pub(super) const RESOURCE_POLICY: &str = "x-amazon-apigateway-policy";
pub(super) const API_KEY_SOURCE: &str = "x-amazon-apigateway-api-key-source";
pub(super) const INTEGRATION: &str = "x-amazon-apigateway-integration";
pub(super) const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
pub(super) const AUTH_TYPE: &str = "x-amazon-apigateway-authtype";
pub(in crate::openapi) const CORS: &str = "x-amazon-apigateway-cors";
pub(in crate::openapi) const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
pub(in crate::openapi) const IS_DEFAULT_ROUTE: &str = "isDefaultRoute";

/// Every export of an HTTP API has this member, and no export of a REST API.
pub(in crate::openapi) const EXPORT_VERSION: &str = "x-amazon-apigateway-importexport-version";

/// The label of a Lambda authorizer that has no label of its own.
pub(in crate::openapi) const DEFAULT_AUTH_TYPE: &str = "custom";

/// The `name` that API Gateway writes in a scheme whose `name` means nothing.
pub(in crate::openapi) const NO_HEADER: &str = "Unused";
