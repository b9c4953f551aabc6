//! What a test says of a response.

use http::HeaderValue;
use serde_json::Value;

use super::{TestResponse, expected::Expected};
use crate::gateway_response::ResponseType;

/// # Assertions
///
/// Each panics where it does not hold.
impl TestResponse {
    /// The layer let the request through, and the service inside was called. What it answered is another question.
    ///
    /// A request that no layer saw does not count: see [`assert_unguarded`](Self::assert_unguarded).
    #[track_caller]
    pub fn assert_allowed(self) -> Self {
        self.assert(&Expected::Allowed)
    }

    /// No layer of this crate saw the request, and a service answered it: an open route, or a preflight that is
    /// [exempt](crate::LambdaAuthorizerLayer::exempt_preflights).
    #[track_caller]
    pub fn assert_unguarded(self) -> Self {
        self.assert(&Expected::Unguarded)
    }

    /// The caller is unknown: an identity source is missing or not as it should be, or the authorizer said
    /// `Unauthorized`. 401, unless the gateway responses say otherwise.
    #[track_caller]
    pub fn assert_unauthorized(self) -> Self {
        self.assert(&Expected::Unauthorized)
    }

    /// The policy, or a simple answer, does not let the caller in. 403, unless the gateway responses say otherwise.
    #[track_caller]
    pub fn assert_denied(self) -> Self {
        self.assert(&Expected::Denied)
    }

    /// The policy's statement with this `Sid` denies the request.
    #[track_caller]
    pub fn assert_denied_by(self, sid: &str) -> Self {
        self.assert(&Expected::DeniedBy(sid.to_owned()))
    }

    /// The authorizer failed, panicked, was too slow, or gave an answer that cannot be used. 500, unless the gateway
    /// responses say otherwise.
    #[track_caller]
    pub fn assert_authorizer_broken(self) -> Self {
        self.assert(&Expected::AuthorizerBroken)
    }

    /// The response's status.
    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        self.assert(&Expected::Status(status))
    }

    /// The layer refused the request with this gateway response.
    #[track_caller]
    pub fn assert_response_type(self, response_type: ResponseType) -> Self {
        let found = self.denial().map(crate::Denial::response_type);
        self.assert_that(found == Some(response_type), response_type)
    }

    /// The authorizer was asked for this very request.
    #[track_caller]
    pub fn assert_invoked(self) -> Self {
        let is_met = self.was_invoked();
        self.assert_that(is_met, "a request that the authorizer is asked for")
    }

    /// The authorizer was not asked for this request: it had no credentials, a result was kept, or it waited for another
    /// one's call.
    #[track_caller]
    pub fn assert_not_invoked(self) -> Self {
        let is_met = !self.was_invoked();
        self.assert_that(is_met, "a request that the authorizer is not asked for")
    }

    /// How often authorizers were asked for all requests of this harness, until this response came.
    #[track_caller]
    pub fn assert_invocations(self, times: usize) -> Self {
        let found = self.times_asked_in_all;
        let expected = format!("{times} invocations so far, found {found}");
        self.assert_that(found == times, expected)
    }

    /// A value of the context that the protected service got, as [text](crate::AuthorizerContext::get).
    #[track_caller]
    pub fn assert_context(self, key: &str, value: &str) -> Self {
        let found = self.context().and_then(|context| context.get(key));
        let is_met = found == Some(value);
        let expected = format!(
            "`{value}` as the context's `{key}`, found {}",
            quoted(found)
        );
        self.assert_that(is_met, expected)
    }

    /// The principal that the protected service got.
    #[track_caller]
    pub fn assert_principal(self, principal_id: &str) -> Self {
        let found = self
            .context()
            .and_then(crate::AuthorizerContext::principal_id);
        let is_met = found == Some(principal_id);
        let expected = format!("the principal `{principal_id}`, found {}", quoted(found));
        self.assert_that(is_met, expected)
    }

    /// The response's body, byte for byte.
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

    /// The response's body as JSON, whatever its blanks and its members' order.
    #[track_caller]
    pub fn assert_json(self, json: &Value) -> Self {
        let is_met = serde_json::from_slice::<Value>(self.body()).is_ok_and(|found| found == *json);
        let found = String::from_utf8_lossy(self.body());
        let expected = format!("the JSON `{json}`, found `{found}`");
        self.assert_that(is_met, expected)
    }

    /// A header of the response; one of its values, where it has several.
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

    /// The response has no such header.
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
        match is_met {
            true => self,
            false => self.fail(expected),
        }
    }
}

fn quoted(found: Option<&str>) -> String {
    found.map_or_else(|| "none".to_owned(), |found| format!("`{found}`"))
}
