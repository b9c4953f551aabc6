//! All gateway responses of an API.

use std::{collections::BTreeMap, fmt, sync::Arc};

use bytes::Bytes;
use http::{Response, request::Parts};

use super::{
    additions::Additions,
    entry::{Entry, GatewayResponse},
    failure::GatewayFailure,
    response_type::ResponseType,
    template::UnknownVariables,
    wording::Wording,
};
use crate::error::ConfigError;

/// The gateway responses of an API: API Gateway's own, unless customised.
///
/// ```
/// # tokio_test::block_on(async {
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use http_body_util::{BodyExt, Full};
/// # use tower::{Layer, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, Cors, GatewayResponse, GatewayResponses, LambdaAuthorizerLayer,
///     ResponseType, authorizer_fn,
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
/// # let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
/// #     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
/// # }));
/// let response = service.oneshot(Request::default()).await.unwrap();
/// assert_eq!(response.headers()["access-control-allow-origin"], "*");
/// let body = response.into_body().collect().await.unwrap().to_bytes();
/// assert_eq!(body, r#"{"error":"Unauthorized"}"#);
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// # }).unwrap();
/// ```
///
/// # Which entry counts
///
/// 1. A type's own entry, alone: nothing is taken from the family's, not even what the own entry leaves open.
/// 2. Else the entry of `DEFAULT_4XX` or `DEFAULT_5XX`, by the type's family.
/// 3. Else the default response, with a body to the letter as API Gateway writes it.
///
/// An entry without a status leaves the failure's own; one without a template renders
/// `{"message":$context.error.messageString}`. So `ACCESS_DENIED` says `message` in place of `Message` as
/// soon as it, or `DEFAULT_4XX`, is customised. `x-amzn-ErrorType` never changes.
///
/// API Gateway has this for REST APIs only. How each of its fields is written here, what was decided where its
/// behaviour is not known, and recipes: [`gateway_responses`](crate::gateway_responses).
///
/// The ready-made choices below ([`cors`](Self::cors), [`www_authenticate`](Self::www_authenticate) and so on)
/// come on top of whichever entry counts, and take the place of no header that it has set.
#[derive(Clone, Default)]
#[must_use = "responses do nothing until a layer has them"]
pub struct GatewayResponses {
    pub(super) entries: BTreeMap<ResponseType, Entry>,
    pub(super) additions: Additions,
    pub(super) wording: Wording,
    pub(super) problem_json: bool,
    pub(super) grpc: bool,
    pub(super) development: bool,
    pub(super) authorizer_failures: bool,
    pub(super) custom: Option<Arc<Custom>>,
}

type Custom = dyn Fn(&GatewayFailure, &Parts, Response<Bytes>) -> Response<Bytes> + Send + Sync;

impl GatewayResponses {
    /// Customises one type, or with `DEFAULT_4XX` or `DEFAULT_5XX` all of a family that have no entry of their
    /// own. An entry that was there is replaced.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where the status is none that a response can have, a header or a content type is none,
    /// an expression is none, or a template refers to a variable that does not exist.
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

    /// Answers with problem details ([RFC 9457], `application/problem+json`) wherever an entry has no template
    /// of its own.
    ///
    /// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
    pub fn problem_json(mut self) -> Self {
        self.problem_json = true;
        self
    }

    /// Words a denial by the policy `Forbidden`: the default texts speak of policies, which is no client's
    /// business, and tell an explicit deny from an implicit one.
    pub fn neutral_denials(mut self) -> Self {
        self.wording = Wording::Neutral;
        self
    }

    /// Words a denial by the policy as API Gateway did until some time before October 2025: `User is not
    /// authorized to access this resource`, for an explicit deny with `with an explicit deny` behind.
    pub fn older_wording(mut self) -> Self {
        self.wording = Wording::Older;
        self
    }

    /// Answers a gRPC request (POST with `Content-Type: application/grpc`) in a way that a gRPC client understands: HTTP
    /// status 200, no body, `Cache-Control: no-store`, `grpc-status` 16 (unauthenticated) for a 401, 7 (permission denied) for a 403, 13
    /// (internal) for a broken authorizer, and the message as `grpc-message`.
    ///
    /// It has the mapped headers of its entry, [`cors`](Self::cors) and what else comes on top, as other gateway responses
    /// have; but nothing else sets the four headers named here, or the status. So a browser's page can read the refusal
    /// if gRPC-Web (`tonic_web::GrpcWebLayer`) is in front: CORS exposes `grpc-status` and `grpc-message`.
    pub fn grpc(mut self) -> Self {
        self.grpc = true;
        self
    }

    /// Answers with `AUTHORIZER_FAILURE` where the authorizer failed, panicked or took too long, and with
    /// `AUTHORIZER_CONFIGURATION_ERROR` only where its answer cannot be used. API Gateway documents both types,
    /// and in every recording answers with the latter, which is the default here.
    pub fn authorizer_failures_apart(mut self) -> Self {
        self.authorizer_failures = true;
        self
    }

    /// Gives a function the last word on every response. It gets the response as it would go out. A second function
    /// takes the place of the first.
    pub fn map_response(
        self,
        function: impl Fn(&GatewayFailure, Response<Bytes>) -> Response<Bytes> + Send + Sync + 'static,
    ) -> Self {
        self.map_response_with_request(move |failure, _, response| function(failure, response))
    }

    /// As [`map_response`](Self::map_response), with the request that is answered. Its URI is the one that reaches the
    /// layer: inside axum's `nest` that is without the prefix, and the extension `OriginalUri` has the whole.
    ///
    /// Whatever the function copies out of the request into the response is the client's: it belongs into a header only
    /// after a check, and into HTML only escaped.
    ///
    /// ```
    /// use tower_lambda_authorizer::GatewayResponses;
    ///
    /// let responses = GatewayResponses::default().map_response_with_request(
    ///     |_failure, request, mut response| {
    ///         if let Some(id) = request.headers.get("x-request-id") {
    ///             response.headers_mut().insert("x-request-id", id.clone());
    ///         }
    ///         response
    ///     },
    /// );
    /// # let _ = responses;
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

    /// **Not for production**: responses that tell the client why, with the explanation in the body and in the
    /// header `x-lambda-authorizer-explanation`: which identity source was missing, what the authorizer said,
    /// which statement decided. It says so in each response, too.
    ///
    /// Identity values, and the values of `Authorization`, `Cookie`, `Proxy-Authorization` and `X-Api-Key`, are
    /// masked where the authorizer's own message has them as they were sent. What an authorizer makes of a
    /// credential before it complains of it cannot be recognized.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// # use bytes::Bytes;
    /// # use http::{Request, Response};
    /// # use http_body_util::Full;
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, GatewayResponses, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .gateway_responses(GatewayResponses::for_development());
    /// # let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
    /// #     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
    /// # }));
    /// let response = service.oneshot(Request::default()).await.unwrap();
    /// assert_eq!(
    ///     response.headers()["x-lambda-authorizer-explanation"],
    ///     "the identity source `method.request.header.Authorization` is missing; \
    ///      the authorizer was not invoked"
    /// );
    /// # });
    /// ```
    pub fn for_development() -> Self {
        Self {
            development: true,
            ..Self::default()
        }
    }

    /// The entry that counts for a type.
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
