//! Whether an authorizer can use an answer. The layer is asked, so that the lint agrees with the other commands.

use http::{Request, header::AUTHORIZATION};
use tower_lambda_authorizer::{
    ApiType, AuthorizerConfig, AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer,
    authorizer_fn, explanations::AuthorizerExplanation,
};

/// Why none of the authorizers can use the answer. `None` if one of them can: nobody says whose answer it is.
pub(super) async fn problem(
    authorizers: &[AuthorizerConfig],
    answer: &AuthorizerResponse,
) -> Option<String> {
    let mut first = None;
    for config in authorizers {
        let problem = problem_of(config.clone(), answer.clone()).await?;
        first.get_or_insert(problem);
    }
    first
}

async fn problem_of(config: AuthorizerConfig, answer: AuthorizerResponse) -> Option<String> {
    let answering = BoxAuthorizer::new(authorizer_fn(move |_| {
        let answer = answer.clone();
        async { Ok(answer) }
    }));
    let layer = identified_by_one_header(config, answering)?;
    let request = Request::get("/").header(AUTHORIZATION, "-").body(()).ok()?;
    match layer.explain(request).await.authorizer() {
        AuthorizerExplanation::Failed { problem, .. } => Some(problem.clone()),
        _ => None,
    }
}

/// The authorizer with a simple identity source, which each type of API has, and for any token. This has no effect on
/// the answers that it can use.
fn identified_by_one_header(
    config: AuthorizerConfig,
    authorizer: BoxAuthorizer,
) -> Option<LambdaAuthorizerLayer<BoxAuthorizer>> {
    let layer = LambdaAuthorizerLayer::from_config(config, authorizer).ok()?;
    let source = match layer.api_type() {
        ApiType::Http => "$request.header.Authorization",
        ApiType::WebSocket => "route.request.header.Authorization",
        _ => "method.request.header.Authorization",
    };
    let layer = layer.identity_sources(source).ok()?;
    // Only a TOKEN authorizer has an expression.
    let any_token = layer.clone().identity_validation_expression(".*");
    Some(any_token.unwrap_or(layer))
}
