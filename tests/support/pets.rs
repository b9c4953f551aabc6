//! An API with an authorizer, and the response and reason that a client gets.

use axum::{Router, body::Body, routing::get};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;
use tower_lambda_authorizer::{Authorizer, AuthorizerContext, Denial, LambdaAuthorizerLayer};

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: String,
    pub(crate) why: String,
}

/// The protected service's response to `user-1` of `acme`.
pub(crate) const PETS: &str = "user-1 of acme sees a cat and a dog";

pub(crate) fn guarded(layer: LambdaAuthorizerLayer<impl Authorizer>) -> Router {
    Router::new().route("/pets", get(pets)).route_layer(layer)
}

async fn pets(caller: AuthorizerContext) -> String {
    let user = caller.principal_id().unwrap_or("nobody");
    let tenant = caller.get("tenant").unwrap_or("nowhere");
    format!("{user} of {tenant} sees a cat and a dog")
}

/// Sends a request with this token.
pub(crate) async fn get_pets(app: Router, token: &str) -> Answer {
    let request = Request::get("/pets").header("authorization", token);
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await;
    let (parts, body) = response.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let why = parts.extensions.get::<Denial>();
    Answer {
        status: parts.status,
        body: String::from_utf8(body.to_vec()).unwrap(),
        // The reason is neither masked nor cut.
        why: why
            .map(|denial| denial.reason().to_string())
            .unwrap_or_default(),
    }
}

/// Sends a request with this token to a new API with a TOKEN authorizer.
pub(crate) async fn ask(authorizer: impl Authorizer, token: &str) -> Answer {
    get_pets(guarded(LambdaAuthorizerLayer::token(authorizer)), token).await
}
