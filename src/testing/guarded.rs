//! Whether an app's routes are guarded: requests without credentials.

use std::future::Future;

use http::Method;

use super::{Harness, TestResponse, app::Answer, checking::Checking, trail::Decision};
use crate::explanation::Denial;

impl Harness {
    /// Asserts that layers of this crate guard all of these methods and paths: it sends a request without credentials to
    /// each, and a layer has to refuse it.
    ///
    /// Which layer refuses, and with which status, does not matter. A route fails if a layer lets it through without
    /// credentials, or if no layer guards it, even if its handler answers 401 or there is no such route. It also fails
    /// if code around the layer replaces the refusal by a success.
    ///
    /// Use it to find routes that were forgotten. axum's `Router::route_layer` guards neither routes that are added after
    /// it nor a fallback:
    ///
    /// ```
    /// use axum::{Router, routing::{get, post}};
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer,
    ///     testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing());
    /// let app: Router = Router::new()
    ///     .route("/pets", get("a cat").post("another cat"))
    ///     .route("/pets/{id}", get("a cat"))
    ///     .route_layer(layer)
    ///     .route("/health", get("well"));
    ///
    /// let harness = Harness::app(app);
    /// harness.assert_guarded([("GET", "/pets"), ("POST", "/pets"), ("GET", "/pets/7")]).await;
    /// harness.get("/health").send().await.assert_unguarded();
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if a method or a path is not valid, or if the list is empty. The returned future panics if a route is not
    /// guarded.
    /// The message names all such routes, and what each of them answered.
    #[track_caller]
    pub fn assert_guarded<'t>(
        &self,
        methods_and_paths: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> impl Future<Output = ()> + Send {
        let mut requests = Vec::new();
        for (method, path) in methods_and_paths {
            match method.parse::<Method>() {
                Ok(method) => requests.push(self.request(method, path)),
                Err(_) => panic!("`{method}` is not a method"),
            }
        }
        assert!(
            !requests.is_empty(),
            "the list of routes is empty, so nothing would be checked"
        );
        Checking::new(async move {
            let count = requests.len();
            let mut failures = Vec::new();
            let mut has_open_route = false;
            for request in requests {
                let response = request.send().await;
                has_open_route |= response.decision.is_none();
                failures.extend(failure(&response));
            }
            if failures.is_empty() {
                return Ok(());
            }
            let hint = if has_open_route { HINT } else { "" };
            Err(format!(
                "routes that are not guarded: {} of {count}\n{}{hint}",
                failures.len(),
                failures.join("\n")
            ))
        })
    }
}

const HINT: &str = "\nA layer guards only the services inside it. axum's `route_layer` guards the routes that were added before \
    it, and never a fallback. `layer` also guards a fallback that was added before it";

fn failure(response: &TestResponse) -> Option<String> {
    match &response.decision {
        Some(Decision::Refused(_)) if !is_replaced(&response.answer) => None,
        Some(Decision::Refused(_)) => {
            Some(response.failure("the refusal of a layer, and not another response in its place"))
        }
        Some(Decision::Passed(_) | Decision::Shadowed(_)) | None => {
            Some(response.failure("refused by a layer, because there are no credentials"))
        }
    }
}

/// Whether code around the layer has replaced the refusal by a success, for example that of another service.
fn is_replaced(answer: &Answer) -> bool {
    let response = answer.as_ref().ok();
    response.is_some_and(|response| {
        response.status().is_success() && response.extensions().get::<Denial>().is_none()
    })
}
