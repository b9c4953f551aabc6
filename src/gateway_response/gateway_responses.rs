//! The gateway responses of an API.

use std::{collections::BTreeMap, fmt, sync::Arc};

use bytes::Bytes;
use http::{Response, request::Parts};

use super::{
    additions::Additions,
    entry::{Entry, GatewayResponse},
    failure::GatewayFailure,
    ready_made::ReadyMadeResponses,
    response_type::ResponseType,
    template::UnknownVariables,
    wording::Wording,
};
use crate::error::ConfigError;

/// The gateway responses of an API. By default they are those of API Gateway, byte for byte.
///
/// ```
/// # tokio_test::block_on(async {
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
///     gateway_responses::{Cors, GatewayResponse, GatewayResponses, ResponseType},
///     testing::Harness,
/// };
///
/// let responses = GatewayResponses::default()
///     .with(
///         ResponseType::Unauthorized,
///         GatewayResponse::new()
///             .template("application/json", r#"{"error":$context.error.messageString}"#),
///     )?
///     .cors(Cors::any())
///     .security_headers();
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*"))
/// }))
/// .gateway_responses(responses);
/// let response = Harness::new(layer).get("/pets").send().await;
/// response
///     .assert_header("access-control-allow-origin", "*")
///     .assert_body(r#"{"error":"Unauthorized"}"#);
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// # }).unwrap();
/// ```
///
/// # Which entry is used
///
/// 1. The entry of the response's type. If this entry leaves something open, it is not taken from the family's entry.
/// 2. Otherwise the entry of `DEFAULT_4XX` or `DEFAULT_5XX`, depending on the family of the type.
/// 3. Otherwise the default response, with exactly the body of API Gateway.
///
/// An entry without a status keeps the status of the failure. An entry without a template renders
/// `{"message":$context.error.messageString}`. So an entry for `ACCESS_DENIED` or `DEFAULT_4XX` changes `Message` to
/// `message` in the body of `ACCESS_DENIED`. No entry changes `x-amzn-ErrorType`.
///
/// API Gateway supports custom gateway responses for REST APIs only. [`gateway_responses`](crate::gateway_responses)
/// has recipes, shows how each of its fields is written here, and says what this crate does if API Gateway's behaviour
/// is not known.
///
/// The ready-made choices, such as [`cors`](Self::cors) and [`www_authenticate`](Self::www_authenticate), are applied
/// after the entry and do not replace its headers.
#[derive(Clone, Default)]
#[must_use = "gateway responses do nothing until they are given to a layer"]
pub struct GatewayResponses {
    pub(super) entries: BTreeMap<ResponseType, Entry>,
    pub(super) additions: Additions,
    pub(super) wording: Wording,
    pub(super) problem_json: bool,
    pub(super) grpc: bool,
    pub(super) development: bool,
    pub(super) authorizer_failures: bool,
    pub(super) custom: Option<Arc<Custom>>,
    pub(super) ready_made_responses: ReadyMadeResponses,
}

type Custom = dyn Fn(&GatewayFailure, &Parts, Response<Bytes>) -> Response<Bytes> + Send + Sync;

impl GatewayResponses {
    /// Customises the responses of one type. `DEFAULT_4XX` and `DEFAULT_5XX` customise all types of their family that have
    /// no entry of their own. An earlier entry for the same type is replaced.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the status, a header, an expression or a content type is not valid, or if a template
    /// uses a variable that does not exist.
    ///
    /// ```
    /// use http::StatusCode;
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer,
    ///     gateway_responses::{GatewayResponse, GatewayResponses, ResponseType},
    ///     testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let entry = GatewayResponse::new()
    ///     .status(StatusCode::NOT_FOUND)
    ///     .header("x-path", "context.path")
    ///     .template("application/json", r#"{"error":$context.error.messageString}"#);
    /// let responses = GatewayResponses::default().with(ResponseType::Unauthorized, entry)?;
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing()).gateway_responses(responses);
    /// Harness::new(layer)
    ///     .get("/pets")
    ///     .send()
    ///     .await
    ///     .assert_status(404)
    ///     .assert_header("x-path", "/local/pets")
    ///     .assert_body(r#"{"error":"Unauthorized"}"#);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn with(
        self,
        response_type: ResponseType,
        response: GatewayResponse,
    ) -> Result<Self, ConfigError> {
        self.with_parsed(response_type, response, UnknownVariables::Refuse)
    }

    pub(super) fn with_parsed(
        mut self,
        response_type: ResponseType,
        response: GatewayResponse,
        unknown: UnknownVariables,
    ) -> Result<Self, ConfigError> {
        let entry = Entry::parse(response_type, response, unknown)?;
        self.entries.insert(response_type, entry);
        Ok(self)
    }

    /// Passes every response through a function before it is sent. A second function replaces the first.
    pub fn map_response(
        self,
        function: impl Fn(&GatewayFailure, Response<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        self.map_response_with_request(move |failure, _, response| function(failure, response))
    }

    /// Like [`map_response`](Self::map_response), but the function also receives the request.
    ///
    /// The request's URI is the one that reaches the layer. Inside axum's `nest`, it has no prefix; the extension
    /// `OriginalUri` has the whole URI.
    ///
    /// Values of the request are controlled by the client. Check them before you copy them into a header, and escape them
    /// in HTML.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, gateway_responses::GatewayResponses, testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// let responses = GatewayResponses::default().map_response_with_request(
    ///     |_failure, request, mut response| {
    ///         if let Some(id) = request.headers.get("x-request-id") {
    ///             response.headers_mut().insert("x-request-id", id.clone());
    ///         }
    ///         response
    ///     },
    /// );
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::denying()).gateway_responses(responses);
    /// # tokio_test::block_on(async {
    /// let response = Harness::new(layer).get("/pets").header("x-request-id", "7").send().await;
    /// response.assert_unauthorized().assert_header("x-request-id", "7");
    /// # });
    /// ```
    pub fn map_response_with_request(
        mut self,
        function: impl Fn(&GatewayFailure, &Parts, Response<Bytes>) -> Response<Bytes>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.custom = Some(Arc::new(function));
        self
    }

    /// **Not for production**: creates responses that tell the client why it was refused. Each response also warns about
    /// this.
    ///
    /// The reason is in the body and in the header `x-lambda-authorizer-explanation`: for example, which identity source
    /// is missing, the authorizer's message, or the statement that decided.
    ///
    /// If the authorizer's message repeats identity values, query parameters, or values of headers whose names say that
    /// they are secret (such as `Authorization`, `Cookie`, `X-Api-Key`) as they were sent, they are masked. A
    /// credential in another form, such as a hash or a part of it, is not recognized.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    ///     gateway_responses::GatewayResponses, testing::Harness,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .gateway_responses(GatewayResponses::for_development());
    /// let response = Harness::new(layer).get("/pets").send().await;
    /// response.assert_header(
    ///     "x-lambda-authorizer-explanation",
    ///     "the identity source `method.request.header.Authorization` is missing; \
    ///      the authorizer was not invoked",
    /// );
    /// # });
    /// ```
    pub fn for_development() -> Self {
        Self {
            development: true,
            ..Self::default()
        }
    }

    /// The entry that is used for a type.
    pub(super) fn entry(&self, response_type: ResponseType) -> Option<&Entry> {
        let own = self.entries.get(&response_type);
        own.or_else(|| self.entries.get(&response_type.family().default_type()))
    }
}

impl fmt::Debug for GatewayResponses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let customised: Vec<_> = self.entries.keys().collect();
        f.debug_struct("GatewayResponses")
            .field("customised", &customised)
            .field("additions", &self.additions)
            .field("problem_json", &self.problem_json)
            .field("grpc", &self.grpc)
            .field("development", &self.development)
            .finish_non_exhaustive()
    }
}
