//! Why a request was let through or refused, step by step, and what to do about it.

mod authorizer;
mod cache;
mod circumstances;
mod denial;
mod display;
mod explain;
mod identity;
mod remedies;

use serde::{Serialize, Serializer};

pub(crate) use self::circumstances::{Circumstances, Outcome};
pub use self::{
    authorizer::AuthorizerExplanation,
    cache::CacheExplanation,
    denial::Denial,
    identity::{FoundIdentity, SourceExplanation, ValidationExplanation},
    remedies::Remedy,
};
pub use crate::gateway_response::{EntryUsed, ResponseExplanation};
use crate::{api_type::ApiType, policy::PolicyExplanation};

/// The whole way of one request: what was found of its identity, what the cache had, what the authorizer did, what the
/// policy says, what is answered, and what to do about it.
///
/// Of a refusal it hangs on the response, by [`Denial::explanation`](crate::Denial::explanation); of any request
/// [`LambdaAuthorizerLayer::explain`](crate::LambdaAuthorizerLayer::explain) makes one without calling the service.
/// [`Display`](std::fmt::Display) is for people, serde for programs. No value of a header, of a query parameter or of a
/// cookie shows in it; their names may, and so do the method ARN, which has the path, and the client's address where a
/// condition asks for it. What an authorizer says in its own words is masked where it has a credential of the request as
/// it was sent.
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
///   to do       the request has no header `Authorization`, but one that is called `x-auth`: rename it, or make \
/// `method.request.header.x-auth` the identity source
/// "
/// );
/// # });
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    allowed: bool,
    reason: String,
    #[serde(serialize_with = "text")]
    api_type: ApiType,
    method_arn: String,
    identity: Vec<SourceExplanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    validation_expression: Option<ValidationExplanation>,
    cache: CacheExplanation,
    authorizer: AuthorizerExplanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyExplanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<ResponseExplanation>,
    remedies: Vec<Remedy>,
}

impl Explanation {
    /// Whether the request is let through.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.allowed
    }

    /// Why, in a line.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The type of API whose rules the layer follows.
    #[must_use]
    pub fn api_type(&self) -> ApiType {
        self.api_type
    }

    /// What policies know the request by.
    #[must_use]
    pub fn method_arn(&self) -> &str {
        &self.method_arn
    }

    /// What was found of each identity source, in their order.
    #[must_use]
    pub fn identity(&self) -> &[SourceExplanation] {
        &self.identity
    }

    /// What the identity validation expression said, where there is one and a token to say it of.
    #[must_use]
    pub fn validation_expression(&self) -> Option<&ValidationExplanation> {
        self.validation_expression.as_ref()
    }

    /// Where the authorizer's result came from.
    #[must_use]
    pub fn cache(&self) -> &CacheExplanation {
        &self.cache
    }

    /// What the authorizer did.
    #[must_use]
    pub fn authorizer(&self) -> &AuthorizerExplanation {
        &self.authorizer
    }

    /// What the policy says of the request, where it came to that.
    #[must_use]
    pub fn policy(&self) -> Option<&PolicyExplanation> {
        self.policy.as_ref()
    }

    /// What is answered. None where the request is let through.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseExplanation> {
        self.response.as_ref()
    }

    /// What to do about it, the likeliest first.
    #[must_use]
    pub fn remedies(&self) -> &[Remedy] {
        &self.remedies
    }
}

fn text<T: std::fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
