//! Settings for the gateway responses.

use std::sync::Arc;

use super::LambdaAuthorizerLayer;
use crate::{gateway_response::GatewayResponses, service::responder::GatewayResponder};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets the gateway responses. The defaults are API Gateway's own.
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
