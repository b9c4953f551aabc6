//! What can be wrong with a configuration. Every such error appears when the layer is built, never at
//! a request.

use std::convert::Infallible;

use crate::{api_type::ApiType, gateway_response::ResponseType, policy::OneLine};

/// A layer could not be built from what it was given.
///
/// Each message quotes the offending input and says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A text is not an identity source of this kind of API.
    #[error("`{expression}` is not an identity source: {problem}", expression = OneLine(expression), problem = OneLine(problem))]
    IdentitySource {
        /// The expression as it was given.
        expression: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A TOKEN authorizer was given something other than one header.
    #[error(
        "a TOKEN authorizer reads exactly one identity source, a request header \
         (`method.request.header.NAME`), and was given {given}; use a REQUEST authorizer for others", given = OneLine(given)
    )]
    TokenIdentitySource {
        /// The expressions as they were given.
        given: String,
    },
    /// A REQUEST authorizer was given an empty list of identity sources.
    #[error(
        "no identity source was given: name at least one, or say `IdentitySources::none()` (in an \
         `AuthorizerConfig`: `authorizerResultTtlInSeconds` 0) to have the authorizer run on every request"
    )]
    NoIdentitySource,
    /// The identity validation expression is not a regular expression.
    #[error("`{expression}` is not a valid identity validation expression: {problem}", expression = OneLine(expression), problem = OneLine(problem))]
    ValidationExpression {
        /// The expression as it was given.
        expression: String,
        /// What the regular expression parser says.
        problem: String,
    },
    /// An identity validation expression was given to a REQUEST authorizer.
    #[error(
        "the identity validation expression `{expression}` has no effect on a REQUEST authorizer; \
         leave it out, or use a TOKEN authorizer", expression = OneLine(expression)
    )]
    ValidationExpressionWithoutToken {
        /// The expression as it was given.
        expression: String,
    },
    /// A part of an API's identity cannot stand in an ARN.
    #[error("the API's {part} `{value}` cannot stand in an ARN: {allowed}", value = OneLine(value))]
    Api {
        /// Which part it is.
        part: &'static str,
        /// The value as it was given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// An `AuthorizerConfig` is of another type.
    #[error(
        "the authorizer's `type` is `{given}`; {api_type} has Lambda authorizers of the type {allowed}{}",
        verified_by_api_gateway(given), given = OneLine(given)
    )]
    AuthorizerType {
        /// The type as it was given.
        given: String,
        /// The type of API that it was given for.
        api_type: ApiType,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A setting is one that an authorizer of this kind does not have.
    #[error("`{setting}` cannot be set for an authorizer {authorizer}; {instead}")]
    NotForThisAuthorizer {
        /// The setting, as API Gateway's configuration calls it.
        setting: &'static str,
        /// The kind of authorizer.
        authorizer: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The payload format of an HTTP API's authorizer is missing, or there is none of this version.
    #[error(
        "`authorizerPayloadFormatVersion` is {}; an HTTP API's authorizer has to have `1.0` or `2.0`",
        given.as_deref().map_or_else(|| "missing".to_owned(), |given| format!("`{}`", OneLine(given)))
    )]
    PayloadFormatVersion {
        /// The version as it was given.
        given: Option<String>,
    },
    /// The time to live of cached results is out of range.
    #[error(
        "the time to live of results (`authorizerResultTtlInSeconds`) is {seconds}; API Gateway allows 0 (no caching) to 3600"
    )]
    ResultTtl {
        /// The number of seconds that was given.
        seconds: u64,
    },
    /// The secret of a shared cache could be guessed.
    #[error("the shared cache's secret has {bytes} bytes; give it 32 or more that are random")]
    SharedCacheSecret {
        /// How long it is.
        bytes: usize,
    },
    /// The URL of a Redis server cannot be used.
    #[error("the URL of the Redis server cannot be used: {problem}", problem = OneLine(problem))]
    RedisUrl {
        /// What is wrong with it. The URL itself, which may hold a password, is not quoted.
        problem: String,
    },
    /// There is no gateway response of this type.
    #[error(
        "`{name}` is not a type of gateway responses; there are {}",
        response_type_names(), name = OneLine(name)
    )]
    ResponseType {
        /// The name as it was given.
        name: String,
    },
    /// A gateway response's status is not one that a response can have.
    #[error(
        "the status `{status}` cannot be answered with; allowed are 200 to 599, and not 204, 205 and 304, which have no body", status = OneLine(status)
    )]
    ResponseStatus {
        /// The status as it was given.
        status: String,
    },
    /// A header of a gateway response cannot be mapped.
    #[error("the header `{header}` cannot be mapped from `{expression}`: {problem}", header = OneLine(header), expression = OneLine(expression), problem = OneLine(problem))]
    HeaderMapping {
        /// The header's name as it was given.
        header: String,
        /// The expression as it was given.
        expression: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A body template of a gateway response cannot be used.
    #[error("the `{content_type}` template of {response_type} cannot be used: {problem}", content_type = OneLine(content_type), problem = OneLine(problem))]
    ResponseTemplate {
        /// The type of the gateway response.
        response_type: ResponseType,
        /// The content type as it was given.
        content_type: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A configuration of gateway responses has a member that it cannot have.
    #[error("`{path}` of the gateway responses {problem}", path = OneLine(path), problem = OneLine(problem))]
    GatewayResponses {
        /// The member's place.
        path: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// A ready-made choice was given something that it cannot use.
    #[error("`{value}` cannot stand in the header `{header}`: {allowed}", value = OneLine(value))]
    ResponseHeader {
        /// The header.
        header: &'static str,
        /// The value as it was given.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A prefix for headers that hand the context on cannot be used.
    #[error("`{prefix}` cannot be the prefix of context headers: {problem}", prefix = OneLine(prefix), problem = OneLine(problem))]
    ContextHeaders {
        /// The prefix in lower case.
        prefix: String,
        /// What is wrong with it, and what is allowed instead.
        problem: String,
    },
    /// No request of this layer is anonymous.
    #[error(
        "anonymous requests are those without the identity sources that a client sends, and this authorizer has none: \
         name a header, a query parameter or a cookie, or leave the setting out and let the authorizer look at each request"
    )]
    AnonymousRequests,
    /// A result that depends on a body cannot be kept.
    #[error(
        "an authorizer that is given the request's body has no result that could be kept: set the time to live to 0, or \
         leave it out"
    )]
    RequestBody,
    /// A time limit of zero would refuse every request.
    #[error("an authorizer timeout of zero refuses every request; give it some time")]
    AuthorizerTimeout,
    /// A text is not a Lambda function's name, ARN or version.
    #[error("`{name}` is not a Lambda function: {problem}", name = OneLine(name))]
    Function {
        /// The text as it was given.
        name: String,
        /// What is wrong with it, and what is allowed instead.
        problem: &'static str,
    },
    /// An invocation that is never attempted would refuse every request.
    #[error("zero attempts refuse every request; allow at least one")]
    Attempts,
    /// No authorizer may be called at all.
    #[error("a limit of zero concurrent calls refuses every request; allow at least one")]
    ConcurrentCalls,
    /// A text is not an address or a range of addresses.
    #[error(
        "`{range}` is not an IP address or a CIDR range such as `10.0.0.0/8` or `fd00::/8` (IPv4 ranges \
         are written as IPv4)", range = OneLine(range)
    )]
    TrustedProxy {
        /// The text as it was given.
        range: String,
    },
}

/// What to do about an authorizer without a function.
fn verified_by_api_gateway(authorizer_type: &str) -> &'static str {
    match authorizer_type {
        "JWT" | "COGNITO_USER_POOLS" => {
            "; API Gateway itself verifies the tokens of that one: verify them in an `Authorizer` of your own"
        }
        _ => "",
    }
}

fn response_type_names() -> String {
    ResponseType::ALL.map(ResponseType::as_str).join(", ")
}

impl From<Infallible> for ConfigError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
