//! The assertions on a response.

use http::HeaderValue;
use serde_json::Value;

use super::{TestResponse, expected::Expected};
use crate::gateway_response::ResponseType;

/// # Assertions
///
/// Each assertion panics if it does not hold.
impl TestResponse {
    /// Asserts that the layer let the request through and called the service. The answer of the service does not
    /// matter.
    ///
    /// It fails if no layer saw the request; see [`assert_unguarded`](Self::assert_unguarded).
    #[track_caller]
    pub fn assert_allowed(self) -> Self {
        self.assert(&Expected::Allowed)
    }

    /// Asserts that a service answered the request and no layer of this crate saw it. This holds on an open route, and
    /// for a preflight that is [exempt](crate::LambdaAuthorizerLayer::exempt_preflights).
    #[track_caller]
    pub fn assert_unguarded(self) -> Self {
        self.assert(&Expected::Unguarded)
    }

    /// Asserts that the caller is unknown: an identity source is missing or invalid, or the authorizer answered
    /// `Unauthorized`. The status is 401, unless the gateway responses change it.
    #[track_caller]
    pub fn assert_unauthorized(self) -> Self {
        self.assert(&Expected::Unauthorized)
    }

    /// Asserts that the policy, or a simple response, refuses the caller. The status is 403, unless the gateway responses
    /// change it.
    #[track_caller]
    pub fn assert_denied(self) -> Self {
        self.assert(&Expected::Denied)
    }

    /// Asserts that the policy's statement with this `Sid` denies the request.
    #[track_caller]
    pub fn assert_denied_by(self, sid: &str) -> Self {
        self.assert(&Expected::DeniedBy(sid.to_owned()))
    }

    /// Asserts that the authorizer failed, panicked, was too slow or gave an invalid answer. The status is 500, unless the
    /// gateway responses change it.
    #[track_caller]
    pub fn assert_authorizer_broken(self) -> Self {
        self.assert(&Expected::AuthorizerBroken)
    }

    /// Asserts the status of the response.
    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        self.assert(&Expected::Status(status))
    }

    /// Asserts that the layer refused the request with a gateway response of this type.
    #[track_caller]
    pub fn assert_response_type(self, response_type: ResponseType) -> Self {
        let found = self.denial().map(crate::Denial::response_type);
        self.assert_that(found == Some(response_type), response_type)
    }

    /// Asserts that a layer in [shadow](crate::LambdaAuthorizerLayer::unprotected_shadow) let the request through
    /// instead of a gateway response of this type. All assertions about a refused or an allowed request fail for it.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer},
    ///     gateway_responses::ResponseType,
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing()).unprotected_shadow();
    /// let response = Harness::new(layer).get("/pets").send().await;
    /// response.assert_shadowed(ResponseType::Unauthorized).assert_status(200);
    /// # });
    /// ```
    #[track_caller]
    pub fn assert_shadowed(self, response_type: ResponseType) -> Self {
        let found = self.shadow_denial().map(crate::Denial::response_type);
        let expected = format!("let through in shadow instead of {response_type}");
        self.assert_that(found == Some(response_type), expected)
    }

    /// Asserts that the authorizer was invoked for this request.
    #[track_caller]
    pub fn assert_invoked(self) -> Self {
        let is_met = self.was_invoked();
        self.assert_that(is_met, "the authorizer to be invoked")
    }

    /// Asserts that the authorizer was not invoked for this request. This holds if the request has no credentials, if a
    /// result is cached, or if the request waited for another request's call.
    #[track_caller]
    pub fn assert_not_invoked(self) -> Self {
        let is_met = !self.was_invoked();
        self.assert_that(is_met, "the authorizer not to be invoked")
    }

    /// Asserts how often authorizers were invoked for all requests of this harness, up to this response.
    #[track_caller]
    pub fn assert_invocations(self, times: usize) -> Self {
        let found = self.times_asked_in_all;
        let expected = format!("{times} invocations so far, found {found}");
        self.assert_that(found == times, expected)
    }

    /// Asserts a value of the context that the protected service received, as [text](crate::AuthorizerContext::get).
    #[track_caller]
    pub fn assert_context(self, key: &str, value: &str) -> Self {
        let found = self.context().and_then(|context| context.get(key));
        let is_met = found == Some(value);
        let expected = format!(
            "`{value}` for the context key `{key}`, found {}",
            quoted(found)
        );
        self.assert_that(is_met, expected)
    }

    /// Asserts the principal that the protected service received.
    #[track_caller]
    pub fn assert_principal(self, principal_id: &str) -> Self {
        let found = self
            .context()
            .and_then(crate::AuthorizerContext::principal_id);
        let is_met = found == Some(principal_id);
        let expected = format!("the principal `{principal_id}`, found {}", quoted(found));
        self.assert_that(is_met, expected)
    }

    /// Asserts the response's body, byte for byte.
    #[track_caller]
    pub fn assert_body(self, body: impl AsRef<[u8]>) -> Self {
        let (found, body) = (self.body(), body.as_ref());
        let is_met = found == body;
        let (found, body) = (
            String::from_utf8_lossy(found),
            String::from_utf8_lossy(body),
        );
        let expected = format!("the body `{body}`, found `{found}`");
        self.assert_that(is_met, expected)
    }

    /// Asserts the response's body as JSON. Whitespace and the order of members do not matter.
    #[track_caller]
    pub fn assert_json(self, json: &Value) -> Self {
        let is_met = serde_json::from_slice::<Value>(self.body()).is_ok_and(|found| found == *json);
        let found = String::from_utf8_lossy(self.body());
        let expected = format!("the JSON `{json}`, found `{found}`");
        self.assert_that(is_met, expected)
    }

    /// Asserts a header of the response. If it has several values, one of them must be equal.
    #[track_caller]
    pub fn assert_header(self, name: &str, value: &str) -> Self {
        let found: Vec<_> = self.headers().get_all(name).iter().collect();
        let is_met = found.iter().any(|found| *found == value);
        let found = found.into_iter().map(HeaderValue::as_bytes);
        let found: Vec<_> = found.map(String::from_utf8_lossy).collect();
        let found = (!found.is_empty()).then(|| found.join(", "));
        let found = quoted(found.as_deref());
        let expected = format!("`{value}` in the header `{name}`, found {found}");
        self.assert_that(is_met, expected)
    }

    /// Asserts that the response has no such header.
    #[track_caller]
    pub fn assert_no_header(self, name: &str) -> Self {
        let is_met = !self.headers().contains_key(name);
        self.assert_that(is_met, format!("no header `{name}`"))
    }

    #[track_caller]
    fn assert(self, expected: &Expected) -> Self {
        let is_met = expected.is_met_by(&self);
        self.assert_that(is_met, expected)
    }

    #[track_caller]
    fn assert_that(self, is_met: bool, expected: impl std::fmt::Display) -> Self {
        if is_met { self } else { self.fail(expected) }
    }
}

fn quoted(found: Option<&str>) -> String {
    found.map_or_else(|| "none".to_owned(), |found| format!("`{found}`"))
}
