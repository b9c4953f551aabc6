//! Settings for the gateway responses.

use std::sync::Arc;

use super::LambdaAuthorizerLayer;
use crate::{gateway_response::GatewayResponses, service::responder::GatewayResponder};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets the gateway responses. The defaults are API Gateway's own.
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

    /// Returns a responder that creates this layer's gateway responses for requests that the application itself
    /// refuses.
    #[must_use]
    pub fn responder(&self) -> GatewayResponder {
        GatewayResponder::new(Arc::clone(&self.settings))
    }
}
