//! Settings for the gateway responses.

use std::sync::Arc;

use super::LambdaAuthorizerLayer;
use crate::{
    error::ConfigError,
    gateway_response::{GatewayResponse, GatewayResponses, ResponseType},
    service::responder::GatewayResponder,
};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets the gateway responses. The defaults are API Gateway's own. Replaces all that were set before, also with
    /// [`gateway_response`](Self::gateway_response).
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, gateway_responses::{Cors, GatewayResponses},
    ///     testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let responses = GatewayResponses::default().cors(Cors::origins(["https://app.example"])?);
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing()).gateway_responses(responses);
    /// let harness = Harness::new(layer);
    /// harness
    ///     .get("/pets")
    ///     .header("origin", "https://app.example")
    ///     .send()
    ///     .await
    ///     .assert_unauthorized()
    ///     .assert_header("access-control-allow-origin", "https://app.example");
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn gateway_responses(self, responses: GatewayResponses) -> Self {
        let responses = Arc::new(responses);
        self.with(|settings| settings.gateway_responses = responses)
    }

    /// Sets the gateway response of one type, and leaves the others as they are.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    ///     gateway_responses::{GatewayResponse, ResponseType},
    ///     testing::Harness,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .gateway_response(
    ///     ResponseType::Unauthorized,
    ///     GatewayResponse::json(r#"{"error":"no token","id":"$context.requestId"}"#),
    /// )?;
    /// let response = Harness::new(layer).get("/pets").send().await;
    /// assert!(response.body().starts_with(br#"{"error":"no token","id":""#));
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`GatewayResponses::with`].
    pub fn gateway_response(
        self,
        response_type: ResponseType,
        response: GatewayResponse,
    ) -> Result<Self, ConfigError> {
        let responses = GatewayResponses::clone(&self.settings.gateway_responses);
        Ok(self.gateway_responses(responses.with(response_type, response)?))
    }

    /// Returns a responder that creates this layer's gateway responses for requests that the application itself
    /// refuses.
    #[must_use]
    pub fn responder(&self) -> GatewayResponder {
        GatewayResponder::new(Arc::clone(&self.settings))
    }
}
