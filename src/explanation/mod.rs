//! Explains step by step why a request was let through or refused, and what to do about it.

mod authorizer;
mod cache;
mod circumstances;
mod denial;
mod display;
mod explain;
mod identity;
mod policy_hint;
mod remedies;
mod shadow_denial;
mod unknown_api;

use serde::{Serialize, Serializer};

pub(crate) use self::circumstances::{Circumstances, Conclusion};
pub use self::{
    authorizer::AuthorizerExplanation,
    cache::CacheExplanation,
    denial::Denial,
    identity::{FoundIdentity, SourceExplanation, ValidationExplanation},
    remedies::Remedy,
    shadow_denial::ShadowDenial,
};
pub use crate::gateway_response::{EntryUsed, ResponseExplanation};
use crate::{api_type::ApiType, policy::PolicyExplanation};

/// The most entries of a policy that are tried one by one. A policy may have very many, and each of them is evaluated.
const MAX_ENTRIES: usize = 100;

/// Explains one request step by step: its identity sources, the cache, the authorizer, the policy, the response, and what
/// to do about a refusal.
///
/// There are two ways to get one. [`Denial::explanation`](crate::Denial::explanation) explains a refusal; the `Denial` is
/// in the extensions of the response. [`LambdaAuthorizerLayer::explain`](crate::LambdaAuthorizerLayer::explain) explains
/// any request and does not call the service.
///
/// [`Display`](std::fmt::Display) writes it for people, and serde serializes it for programs.
///
/// An explanation never contains the value of a header, a query parameter or a cookie. It may contain their names, the
/// method ARN with the request's path, and the client's address if a condition needs it. If the authorizer's own message
/// repeats a credential as the client sent it, the credential is masked.
///
/// ```
/// # tokio_test::block_on(async {
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*"))
/// }));
/// let request = http::Request::get("/pets").header("x-auth", "t").body(()).unwrap();
/// let explanation = layer.explain(request).await;
///
/// assert!(!explanation.is_allowed());
/// assert_eq!(explanation.remedies()[0].cause(), "identity-source-under-another-name");
/// assert_eq!(
///     explanation.to_string(),
///     "\
/// UNAUTHORIZED 401: the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked
///   request     arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets
///   identity    `method.request.header.Authorization` is missing
///   cache       not asked
///   authorizer  not invoked
///   response    API Gateway's default
///   to do       the request has no header `Authorization`, but it has `x-auth`: rename it, or make \
/// `method.request.header.x-auth` the identity source
/// "
/// );
/// # });
/// ```
///
/// In JSON, `policy`, `validationExpression` and `response` are present only if the request got that far, `shadow` only for a
/// layer in shadow, and `authorizerName` only if an API has several authorizers. Durations are in seconds:
/// `cache.ageSeconds`, `authorizer.tookSeconds`:
///
/// ```
/// # tokio_test::block_on(async {
/// # use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
/// use serde_json::json;
///
/// # let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
/// #     Ok(AuthorizerResponse::allow("*"))
/// # }));
/// let explanation = layer.explain(http::Request::get("/pets").body(())?).await;
/// assert_eq!(
///     serde_json::to_value(&explanation)?,
///     json!({
///         "allowed": false,
///         "reason": explanation.reason(),
///         "apiType": "a REST API",
///         "methodArn": "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets",
///         "identity": [
///             {"source": "method.request.header.Authorization", "found": "missing"},
///         ],
///         "cache": {"state": "notAsked"},
///         "authorizer": {"state": "notInvoked"},
///         "response": {"responseType": "UNAUTHORIZED", "status": 401, "entry": "none"},
///         "remedies": [
///             {"cause": "identity-source-missing", "text": explanation.remedies()[0].text()},
///         ],
///     })
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    allowed: bool,
    #[serde(skip_serializing_if = "is_false")]
    shadow: bool,
    reason: String,
    #[serde(serialize_with = "text")]
    api_type: ApiType,
    method_arn: String,
    identity: Vec<SourceExplanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_expression: Option<ValidationExplanation>,
    cache: CacheExplanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer_name: Option<String>,
    authorizer: AuthorizerExplanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyExplanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<ResponseExplanation>,
    remedies: Vec<Remedy>,
}

impl Explanation {
    /// Whether the request is allowed. A layer in [shadow](Self::is_shadow) also lets through what is not allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    /// Whether the layer is in [shadow](crate::LambdaAuthorizerLayer::unprotected_shadow). Then it lets every request
    /// through, and [`response`](Self::response) is what it would have answered.
    #[must_use]
    pub fn is_shadow(&self) -> bool {
        self.shadow
    }

    /// The reason for the decision, in one line.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The type of API whose rules the layer follows.
    #[must_use]
    pub fn api_type(&self) -> ApiType {
        self.api_type
    }

    /// The request's method ARN, which policies are matched against.
    #[must_use]
    pub fn method_arn(&self) -> &str {
        &self.method_arn
    }

    /// Whether the request has a value for each identity source, in the order of the sources. Of the alternatives of
    /// [`first_of`](crate::IdentitySource::first_of), it contains those up to the first one that is not missing.
    #[must_use]
    pub fn identity(&self) -> &[SourceExplanation] {
        &self.identity
    }

    /// Whether the token matches the identity validation expression. `None` if there is no expression or no token.
    #[must_use]
    pub fn validation_expression(&self) -> Option<&ValidationExplanation> {
        self.validation_expression.as_ref()
    }

    /// Where the authorizer's result came from.
    #[must_use]
    pub fn cache(&self) -> &CacheExplanation {
        &self.cache
    }

    /// The authorizer that decided, if the layer of an API has several. In JSON, it is `authorizerName`.
    #[must_use]
    pub fn authorizer_name(&self) -> Option<&str> {
        self.authorizer_name.as_deref()
    }

    /// What the authorizer did.
    #[must_use]
    pub fn authorizer(&self) -> &AuthorizerExplanation {
        &self.authorizer
    }

    /// How the policy was evaluated. `None` if it was not.
    #[must_use]
    pub fn policy(&self) -> Option<&PolicyExplanation> {
        self.policy.as_ref()
    }

    /// The gateway response. `None` if the request is allowed.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseExplanation> {
        self.response.as_ref()
    }

    /// What to do about the refusal, the most likely remedy first. A request that is let through has a remedy only if the
    /// service may take it for one that would not be (`case-counts`).
    #[must_use]
    pub fn remedies(&self) -> &[Remedy] {
        &self.remedies
    }
}

#[cfg(feature = "openapi")]
impl Explanation {
    /// Adds the operations that a request for an unknown one probably means.
    pub(crate) fn with_similar_operations(mut self, text: String) -> Self {
        self.remedies.insert(0, remedies::similar_operation(text));
        self
    }

    /// Adds what to do if the service serves an open request as one of a guarded operation.
    pub(crate) fn guarded_in_another_case(mut self) -> Self {
        self.remedies.push(remedies::guarded_in_another_case());
        self
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_false(value: &bool) -> bool {
    !value
}

fn text<T: std::fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
