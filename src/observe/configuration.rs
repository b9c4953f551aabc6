//! What a layer is configured to do, for people and programs to read.

use std::time::Duration;

use http::Method;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{
    api::{Differences, Repeated},
    breaker::CircuitBreaker,
    cache::SharedCache,
    decision::DenialReason,
    identity::{AnonymousRequests, IdentitySources},
    pipeline::{policy_question::PolicyQuestion, settings::Settings},
    policy::{KnownParts, entries_of_stage},
    request::{arn_spellings::PathsInArns, host::AmbiguousHosts, path::AmbiguousPaths},
    seconds,
};

/// How a layer is configured. [`LambdaAuthorizerLayer::configuration`](crate::LambdaAuthorizerLayer::configuration)
/// returns it.
///
/// serde writes JSON for dashboards and for the output of a `--check`. Times are in seconds. A circuit breaker is an
/// object with `consecutiveFailures`, `pauseSeconds` and `longestPauseSeconds`:
///
/// ```
/// use serde_json::json;
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }))
///     .authorizer_name("pets");
/// let configuration = layer.configuration();
/// assert_eq!(configuration.authorizer_name(), Some("pets"));
///
/// assert_eq!(
///     serde_json::to_value(&configuration)?,
///     json!({
///         "authorizerName": "pets",
///         "kind": "REST TOKEN",
///         "stageArn": "arn:aws:execute-api:us-east-1:000000000000:placeholder/local/",
///         "identitySources": ["method.request.header.Authorization"],
///         "identityValidationExpression": null,
///         "resultTtlSeconds": 300.0,
///         "hasSharedCache": false,
///         "revocationBoundSeconds": null,
///         "sharedCacheBreaker": null,
///         "readsEarlierSecret": false,
///         "authorizerBreaker": null,
///         "authorizerTimeoutSeconds": 29.0,
///         "methodArnLimit": 1600,
///         "clientIp": "the connection's peer",
///         "ambiguousPaths": "refused",
///         "ambiguousHosts": "refused",
///         "anonymousRequests": "refused",
///         "exemptsPreflights": false,
///         "givesRequestBody": false,
///         "isShadow": false,
///         "gatewayResponses": {},
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerConfiguration {
    authorizer_name: Option<String>,
    kind: &'static str,
    stage_arn: String,
    #[serde(skip)]
    known: KnownParts,
    #[serde(serialize_with = "expressions")]
    identity_sources: IdentitySources,
    identity_validation_expression: Option<String>,
    #[serde(rename = "resultTtlSeconds", serialize_with = "seconds::serialize")]
    result_ttl: Duration,
    has_shared_cache: bool,
    #[serde(
        rename = "revocationBoundSeconds",
        serialize_with = "seconds::serialize_optional"
    )]
    revocation_bound: Option<Duration>,
    shared_cache_breaker: Option<Breaker>,
    reads_earlier_secret: bool,
    authorizer_breaker: Option<Breaker>,
    #[serde(
        rename = "authorizerTimeoutSeconds",
        serialize_with = "seconds::serialize_optional"
    )]
    authorizer_timeout: Option<Duration>,
    method_arn_limit: usize,
    client_ip: String,
    ambiguous_paths: &'static str,
    ambiguous_hosts: &'static str,
    anonymous_requests: &'static str,
    exempts_preflights: bool,
    gives_request_body: bool,
    is_shadow: bool,
    gateway_responses: Value,
    #[serde(skip)]
    differences: &'static Differences,
    #[serde(skip)]
    paths: AmbiguousPaths,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Breaker {
    consecutive_failures: u32,
    #[serde(rename = "pauseSeconds", serialize_with = "seconds::serialize")]
    pause: Duration,
    #[serde(rename = "longestPauseSeconds", serialize_with = "seconds::serialize")]
    longest_pause: Duration,
}

impl From<CircuitBreaker> for Breaker {
    fn from(settings: CircuitBreaker) -> Self {
        Self {
            consecutive_failures: settings.failures,
            pause: settings.pause,
            longest_pause: settings.longest_pause,
        }
    }
}

impl LayerConfiguration {
    pub(crate) fn of(settings: &Settings) -> Self {
        let (kind, reader) = (&settings.kind, &settings.reader);
        let shared = settings.caching.shared.as_ref();
        let breaker = settings.calls.breaker.as_ref();
        Self {
            authorizer_name: settings.authorizer_name().map(str::to_owned),
            kind: kind.differences().name,
            stage_arn: format!("arn:{}:{}", reader.arn_base.head, reader.arn_base.name),
            known: reader.api.known(),
            identity_sources: kind.sources().clone(),
            identity_validation_expression: kind
                .expression()
                .map(|expression| expression.text().to_owned()),
            result_ttl: settings.caching.ttl,
            has_shared_cache: shared.is_some(),
            revocation_bound: shared.and_then(SharedCache::bound),
            shared_cache_breaker: shared
                .and_then(SharedCache::breaker_settings)
                .map(Breaker::from),
            reads_earlier_secret: shared.is_some_and(SharedCache::has_earlier_secret),
            authorizer_breaker: breaker.map(|breaker| breaker.settings().into()),
            authorizer_timeout: settings.calls.timeout,
            method_arn_limit: settings.method_arn_limit,
            client_ip: reader.client_ip.described(),
            ambiguous_paths: match settings.ambiguous_paths {
                AmbiguousPaths::Refuse => "refused",
                AmbiguousPaths::AsReceived => "used as received",
                AmbiguousPaths::IgnoreCase => "refused, and case is ignored",
            },
            ambiguous_hosts: match settings.ambiguous_hosts {
                AmbiguousHosts::Refuse => "refused",
                AmbiguousHosts::AsReceived => "used as received",
            },
            anonymous_requests: match settings.anonymous_requests {
                AnonymousRequests::Refuse => "refused",
                AnonymousRequests::PassOn => "passed on without the authorizer",
                AnonymousRequests::Ask => "decided by the authorizer",
            },
            exempts_preflights: settings.exempt_preflights,
            gives_request_body: settings.gives_body,
            is_shadow: settings.is_shadow,
            gateway_responses: settings.gateway_responses.to_openapi(),
            differences: kind.differences(),
            paths: settings.ambiguous_paths,
        }
    }

    /// The authorizer's [name](crate::LambdaAuthorizerLayer::authorizer_name), if it has one.
    #[must_use]
    pub fn authorizer_name(&self) -> Option<&str> {
        self.authorizer_name.as_deref()
    }

    /// The identity sources, in their order.
    #[must_use]
    pub fn identity_sources(&self) -> &IdentitySources {
        &self.identity_sources
    }

    /// Whether the authorizer gets all values of a repeated query parameter, joined by commas. Otherwise it gets the last one.
    #[must_use]
    pub fn joins_repeated_parameters(&self) -> bool {
        self.differences.repeated_query_parameter == Repeated::JoinedByCommas
    }

    /// Whether the authorizer gets all values of a repeated header, joined by commas. Otherwise it gets the last one.
    #[must_use]
    pub fn joins_repeated_headers(&self) -> bool {
        self.differences.repeated_header == Repeated::JoinedByCommas
    }

    /// Whether the layer itself refuses a request with a second `Authorization` header, with 400.
    #[must_use]
    pub fn refuses_repeated_authorization(&self) -> bool {
        self.differences.one_authorization_header
    }

    /// How long results are cached. Zero if they are not.
    #[must_use]
    pub fn result_ttl(&self) -> Duration {
        self.result_ttl
    }

    /// The beginning of the API's method ARNs, with a slash at the end.
    #[must_use]
    pub fn stage_arn(&self) -> &str {
        &self.stage_arn
    }

    /// What the layer asks a policy about a request with this method and this path.
    ///
    /// # Errors
    ///
    /// Why the layer refuses the request whatever the policy says: [`DenialReason::AmbiguousPath`] or
    /// [`DenialReason::MethodArnTooLong`].
    pub fn policy_question(
        &self,
        method: &Method,
        path: &str,
    ) -> Result<PolicyQuestion, DenialReason> {
        let paths = PathsInArns::new(&self.stage_arn, self.differences, self.paths);
        PolicyQuestion::about(&paths, self.method_arn_limit, self.known, method, path)
    }

    /// What an entry of a policy that *excludes* (the `Resource` of a `Deny`, the `NotResource` of an `Allow`) covers of this
    /// layer's requests, as entries for its stage. This is the entry itself, unless the layer represents the
    /// [placeholder](crate::Api) of an API: then entries of other APIs count there, too. If the entry has a policy variable in
    /// front of the method, it may cover less than the result.
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }));
    /// let entry = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/admin";
    /// assert_eq!(
    ///     layer.configuration().excluding_entries(entry),
    ///     ["arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/admin"]
    /// );
    /// ```
    #[must_use]
    pub fn excluding_entries(&self, entry: &str) -> Vec<String> {
        entries_of_stage(entry, &self.stage_arn, self.known)
    }

    /// Whether the layer is in [shadow](crate::LambdaAuthorizerLayer::unprotected_shadow), and lets every request through.
    #[must_use]
    pub fn is_shadow(&self) -> bool {
        self.is_shadow
    }

    /// The entries of the gateway responses, as in the OpenAPI extension `x-amazon-apigateway-gateway-responses`.
    #[must_use]
    pub fn gateway_responses(&self) -> &Value {
        &self.gateway_responses
    }
}

fn expressions<S: Serializer>(sources: &IdentitySources, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(sources.iter().map(ToString::to_string))
}
