//! Mistakes that a builder refuses.

use tower_lambda_authorizer::{AuthorizerConfig, ClientIp};

use super::super::*;

fn authorizer() -> BoxAuthorizer {
    answering(OPEN)
}

fn error<T>(built: Result<T, ConfigError>) -> String {
    built.err().unwrap().to_string()
}

/// The name of a header as an identity source
///
/// An identity source also says where the value is.
pub(super) async fn a_header_without_its_place() -> String {
    let layer = LambdaAuthorizerLayer::request(authorizer(), "X-Api-Key");
    error(layer)
}

/// An identity source in the syntax of another type of API
///
/// Tutorials are mostly about REST APIs, and HTTP APIs write their sources differently.
pub(super) async fn a_source_of_another_type_of_api() -> String {
    let layer = LambdaAuthorizerLayer::http_api(authorizer())
        .identity_sources("method.request.querystring.token");
    error(layer)
}

/// A TOKEN authorizer for a query parameter
///
/// A TOKEN authorizer reads one header. A REQUEST authorizer reads anything.
pub(super) async fn a_token_authorizer_for_a_query_parameter() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer())
        .identity_sources("method.request.querystring.token");
    error(layer)
}

/// Region and account swapped
///
/// Both are valid in an ARN, so no policy would match, and every request would get a 403.
pub(super) async fn region_and_account_swapped() -> String {
    let api = Api::new("123456789012", "eu-west-1", "a1b2c3d4e5", "prod");
    error(api)
}

/// Simple responses of a REST API
///
/// Only HTTP APIs know `isAuthorized`.
pub(super) async fn simple_responses_of_a_rest_api() -> String {
    let layer = LambdaAuthorizerLayer::token(authorizer()).simple_responses();
    error(layer)
}

/// A variable without quotes in a JSON template
///
/// API Gateway accepts such a template, and clients then receive a body that is not JSON.
pub(super) async fn a_variable_without_quotes_in_a_template() -> String {
    let response =
        GatewayResponse::new().template("application/json", r#"{"error": $context.error.message}"#);
    let responses = GatewayResponses::default().with(ResponseType::AccessDenied, response);
    error(responses)
}

/// The host name of a proxy
///
/// The address behind a host name can change, so a name does not prove who sent a header.
pub(super) async fn a_proxy_by_its_name() -> String {
    let client_ip = ClientIp::behind_proxies(["proxy.internal"]);
    error(client_ip)
}

/// A time to live of a day
///
/// A result can be cached for at most one hour.
pub(super) async fn a_time_to_live_of_a_day() -> String {
    let layer =
        LambdaAuthorizerLayer::token(authorizer()).result_ttl(Duration::from_secs(24 * 60 * 60));
    error(layer)
}

/// The configuration of a JWT authorizer
///
/// A JWT authorizer has no function, because API Gateway verifies the tokens itself.
pub(super) async fn a_jwt_authorizer() -> String {
    let config: Result<AuthorizerConfig, _> = serde_json::from_str(
        r#"{
            "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": {"Audience": ["pets"], "Issuer": "https://issuer.example"}
        }"#,
    );
    config.err().unwrap().to_string()
}
