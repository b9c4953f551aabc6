//! The errors of a configuration. They appear when the layer is built, never at a request.

use std::{convert::Infallible, time::Duration};

use crate::{api_type::ApiType, gateway_response::ResponseType, policy::OneLine};

/// The error of a configuration that is not valid.
///
/// Each message quotes the offending input and says what is allowed.
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
/// let error = LambdaAuthorizerLayer::request(authorizer, "header.Authorization").unwrap_err();
/// assert!(error.to_string().starts_with("`header.Authorization` is not an identity source: "), "{error}");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A string is not an identity source of this type of API.
    #[error("`{expression}` is not an identity source: {problem}", expression = OneLine(expression), problem = OneLine(problem))]
    #[non_exhaustive]
    IdentitySource {
        /// The expression as given.
        expression: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A TOKEN authorizer was given something other than one header or one `first_of`.
    #[error(
        "a TOKEN authorizer has exactly one identity source, a request header \
         (`method.request.header.NAME`), but was given {given}; use a REQUEST authorizer for others \
         (`LambdaAuthorizerLayer::request`)", given = OneLine(given)
    )]
    #[non_exhaustive]
    TokenIdentitySource {
        /// The expressions as given.
        given: String,
    },
    /// A REQUEST authorizer was given an empty list of identity sources, or a time to live without any source.
    #[error(
        "no identity source was given: name at least one, or, to call the authorizer for every request, use \
         `IdentitySources::none()` without a time to live (in an `AuthorizerConfig`: `authorizerResultTtlInSeconds` 0)"
    )]
    NoIdentitySource,
    /// The identity validation expression is not a regular expression.
    #[error("`{expression}` is not a valid identity validation expression: {problem}", expression = OneLine(expression), problem = OneLine(problem))]
    #[non_exhaustive]
    ValidationExpression {
        /// The expression as given.
        expression: String,
        /// The message of the regular expression parser.
        problem: String,
    },
    /// An identity validation expression was given to a REQUEST authorizer.
    #[error(
        "the identity validation expression `{expression}` has no effect on a REQUEST authorizer; \
         leave it out, or use a TOKEN authorizer", expression = OneLine(expression)
    )]
    #[non_exhaustive]
    ValidationExpressionWithoutToken {
        /// The expression as given.
        expression: String,
    },
    /// A part of an API's identity is not valid in an ARN, or is obviously another part.
    #[error("the API's {part} cannot be `{value}`: {allowed}", value = OneLine(value))]
    #[non_exhaustive]
    Api {
        /// The name of the part.
        part: &'static str,
        /// The value as given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// An `AuthorizerConfig` has a type that this type of API does not have.
    #[error(
        "the authorizer's `type` is `{given}`; a Lambda authorizer of {api_type} has the type {allowed}{}",
        verified_by_api_gateway(given), given = OneLine(given)
    )]
    #[non_exhaustive]
    AuthorizerType {
        /// The type as given.
        given: String,
        /// The type of the authorizer's API.
        api_type: ApiType,
        /// What is allowed.
        allowed: &'static str,
    },
    /// An authorizer of this kind does not have this setting.
    #[error("`{setting}` cannot be set for an authorizer {authorizer}; {instead}")]
    #[non_exhaustive]
    NotForThisAuthorizer {
        /// The setting's name in API Gateway's configuration.
        setting: &'static str,
        /// The kind of authorizer.
        authorizer: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The payload format version of an HTTP API's authorizer is missing, or does not exist.
    #[error(
        "`authorizerPayloadFormatVersion` is {}; an HTTP API's authorizer needs `1.0` or `2.0`",
        given.as_deref().map_or_else(|| "missing".to_owned(), |given| format!("`{}`", OneLine(given)))
    )]
    #[non_exhaustive]
    PayloadFormatVersion {
        /// The version as given, if any.
        given: Option<String>,
    },
    /// The time to live of cached results is out of range.
    #[error(
        "the time to live of results (`authorizerResultTtlInSeconds`) is {seconds}; API Gateway allows 0 (no caching) to 3600"
    )]
    #[non_exhaustive]
    ResultTtl {
        /// The number of seconds that was given.
        seconds: u64,
    },
    /// The secret of a shared cache is so short that it could be guessed.
    #[error("the shared cache's secret has {bytes} bytes; use at least 32 random bytes")]
    #[non_exhaustive]
    SharedCacheSecret {
        /// The length of the secret.
        bytes: usize,
    },
    /// A shared cache with revocations would also read with an earlier secret.
    #[error(
        "a shared cache with revocations cannot read with an earlier secret, because processes that know only that \
         secret follow another log of revocations; leave `also_reading` out, so that all earlier results are void, and \
         revoke with both secrets until all processes have the new one (docs/caching.md, \"A new secret\")"
    )]
    EarlierSecretWithRevocations,
    /// The URL of a Redis server cannot be used.
    #[error("the URL of the Redis server cannot be used: {problem}", problem = OneLine(problem))]
    #[non_exhaustive]
    RedisUrl {
        /// What is wrong with it. The URL itself is not quoted, because it may contain a password.
        problem: String,
    },
    /// A gateway response type does not exist.
    #[error(
        "`{name}` is not a gateway response type; the types are {}",
        response_type_names(), name = OneLine(name)
    )]
    #[non_exhaustive]
    ResponseType {
        /// The name as given.
        name: String,
    },
    /// A gateway response cannot have this status.
    #[error(
        "a gateway response cannot have the status `{status}`; allowed are 200 to 599, except for 204, 205 and 304, which have no body"
    )]
    #[non_exhaustive]
    ResponseStatus {
        /// The status as given.
        status: u16,
    },
    /// A header of a gateway response cannot be mapped.
    #[error("the header `{header}` cannot be mapped from `{expression}`: {problem}", header = OneLine(header), expression = OneLine(expression), problem = OneLine(problem))]
    #[non_exhaustive]
    HeaderMapping {
        /// The header's name as given.
        header: String,
        /// The expression as given.
        expression: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A body template of a gateway response cannot be used.
    #[error("the `{content_type}` template of {response_type} cannot be used: {problem}", content_type = OneLine(content_type), problem = OneLine(problem))]
    #[non_exhaustive]
    ResponseTemplate {
        /// The type of the gateway response.
        response_type: ResponseType,
        /// The content type as given.
        content_type: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A configuration of gateway responses has an invalid member.
    #[error("`{path}` of the gateway responses {problem}", path = OneLine(path), problem = OneLine(problem))]
    #[non_exhaustive]
    GatewayResponses {
        /// The path of the member.
        path: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A value is not valid in a header of gateway responses.
    #[error("`{value}` is not valid in the header `{header}`: {allowed}", value = OneLine(value))]
    #[non_exhaustive]
    ResponseHeader {
        /// The header.
        header: &'static str,
        /// The value as given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The format string of an [`AccessLog`](crate::observing::AccessLog) cannot be used.
    #[error("the {format} access log format cannot be used: {problem}", problem = OneLine(problem))]
    #[non_exhaustive]
    AccessLog {
        /// The format of the lines.
        format: &'static str,
        /// What is wrong with the format string, and what to write instead.
        problem: String,
    },
    /// The prefix of a [`ContextHeadersLayer`](crate::context_headers::ContextHeadersLayer) cannot be used.
    #[error("`{prefix}` cannot be the prefix of context headers: {problem}", prefix = OneLine(prefix), problem = OneLine(problem))]
    #[non_exhaustive]
    ContextHeaders {
        /// The prefix in lower case.
        prefix: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// Anonymous requests are allowed, but the authorizer has no identity source that a client sends.
    #[error(
        "a request is anonymous if it has none of the identity sources that a client sends, but this authorizer has no \
         such source: add a header, a query parameter or a cookie, or leave the setting out and let the authorizer check \
         each request"
    )]
    AnonymousRequests,
    /// A result that depends on a body cannot be cached.
    #[error(
        "the results of an authorizer that receives the request's body cannot be cached: set the time to live to 0, or \
         leave it out"
    )]
    RequestBody,
    /// A setting is zero, which makes no sense there. If zero turns something off, such as caching, it is allowed.
    #[error(
        "`{setting}` cannot be zero, because then {effect}; set a larger value, or leave the setting out"
    )]
    #[non_exhaustive]
    Zero {
        /// The name of the setting.
        setting: &'static str,
        /// What would happen.
        effect: &'static str,
    },
    /// The bound of a shared cache's revocations is shorter than layers can keep to.
    #[error("the revocation bound is {bound:?}; use at least 100ms")]
    #[non_exhaustive]
    RevocationBound {
        /// The bound as given.
        bound: Duration,
    },
    /// A string is not a Lambda function's name, ARN or version.
    #[error("`{name}` is not a Lambda function: {problem}", name = OneLine(name))]
    #[non_exhaustive]
    Function {
        /// The string as given.
        name: String,
        /// What is wrong with it, and what is allowed instead.
        problem: &'static str,
    },
    /// The authorizer's circuit breaker counts identities, and there are none.
    #[error(
        "the authorizer's circuit breaker counts the identities whose calls fail, but this authorizer has no identity \
         source: name at least one, or leave the circuit breaker out"
    )]
    CircuitBreaker,
    /// A string is not an IP address or a range of addresses.
    #[error(
        "`{range}` is not an IP address or a CIDR range such as `10.0.0.0/8` or `fd00::/8` (IPv4 ranges \
         are written as IPv4)", range = OneLine(range)
    )]
    #[non_exhaustive]
    TrustedProxy {
        /// The string as given.
        range: String,
    },
}

/// The value of a setting that cannot be zero.
pub(crate) fn not_zero<N: Default + PartialEq>(
    value: N,
    setting: &'static str,
    effect: &'static str,
) -> Result<N, ConfigError> {
    if value == N::default() {
        return Err(ConfigError::Zero { setting, effect });
    }
    Ok(value)
}

/// The remedy for an authorizer that has no function.
fn verified_by_api_gateway(authorizer_type: &str) -> &'static str {
    match authorizer_type {
        "JWT" | "COGNITO_USER_POOLS" => {
            "; for this type, API Gateway itself verifies the tokens: verify them in an `Authorizer` of your own"
        }
        _ => "",
    }
}

fn response_type_names() -> String {
    let names = ResponseType::ALL.iter().map(|known| known.as_str());
    names.collect::<Vec<_>>().join(", ")
}

impl From<Infallible> for ConfigError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
