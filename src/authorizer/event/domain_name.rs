//! The domain name that a request was sent to.

use http::header;

use crate::{authorizer::AuthorizerRequest, request::context};

/// The host that the client asked for. If it named none, API Gateway's own domain name for this API.
pub(super) fn of(request: &AuthorizerRequest) -> String {
    let host = request.header(header::HOST);
    let asked_for = host.and_then(|host| context::domain_name(&host));
    asked_for.unwrap_or_else(|| of_api_gateway(request))
}

fn of_api_gateway(request: &AuthorizerRequest) -> String {
    let api = request.api();
    let suffix = match api.partition() {
        "aws-cn" => ".cn",
        _ => "",
    };
    format!(
        "{}.execute-api.{}.amazonaws.com{suffix}",
        api.api_id(),
        api.region()
    )
}

/// The first label.
pub(super) fn prefix(domain_name: &str) -> &str {
    domain_name.split('.').next().unwrap_or_default()
}
