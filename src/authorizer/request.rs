//! The request that an authorizer receives.

mod bearer;
mod facts;
mod values;

use std::{
    collections::BTreeMap,
    fmt, mem,
    net::IpAddr,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

use bytes::Bytes;
use http::{Extensions, Method, Uri};

pub(crate) use self::facts::RequestFacts;
use crate::{
    api::{Api, ArnEnd, EventFormat},
    authorizer::AuthorizerEvent,
    policy::{MethodArn, PolicyBuilder},
};

/// A request, as an authorizer sees it. Cheap to clone. It has a body only if the layer is configured with
/// [`request_body`](crate::LambdaAuthorizerLayer::request_body).
///
/// API Gateway sends less to the function of a TOKEN authorizer: only the [`token`](Self::token) and the
/// [`method_arn`](Self::method_arn). A TOKEN authorizer that must also run there should use only these.
///
/// `Debug` shows no headers, query parameters or identity values, since they may be credentials.
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, OrUnauthorized, authorizer_fn,
///     testing::Harness,
/// };
///
/// let authorizer = authorizer_fn(|request: AuthorizerRequest| async move {
///     let tenant = request.header("x-tenant").or_unauthorized()?;
///     let policy = request.policy_builder().allow_under("GET", ["tenants", &tenant]).build()?;
///     Ok(AuthorizerResponse::policy(policy))
/// });
///
/// # tokio_test::block_on(async {
/// let layer = LambdaAuthorizerLayer::request(authorizer, "method.request.header.X-Tenant")?;
/// let harness = Harness::new(layer);
/// let get = |path| harness.get(path).header("x-tenant", "acme").send();
/// get("/tenants/acme/orders").await.assert_allowed();
/// get("/tenants/other/orders").await.assert_denied();
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct AuthorizerRequest {
    facts: Arc<RequestFacts>,
}

impl AuthorizerRequest {
    /// Also returns the request's extensions, which are not for the authorizer.
    #[inline] // Otherwise the request would be moved once more.
    pub(crate) fn new(facts: RequestFacts) -> (Self, Extensions) {
        let mut facts = Arc::new(facts);
        let own = Arc::get_mut(&mut facts);
        let extensions = own.map(|facts| mem::take(&mut facts.parts.extensions));
        (Self { facts }, extensions.unwrap_or_default())
    }

    /// Takes the request back, with its extensions. Copies it if the authorizer has kept it.
    pub(crate) fn take_back(self, extensions: Extensions) -> Arc<RequestFacts> {
        let mut facts = self.facts;
        Arc::make_mut(&mut facts).parts.extensions = extensions;
        facts
    }

    /// The token of a TOKEN authorizer: the whole value of the header, including a prefix such as `Bearer `, or the value
    /// that [`first_of`](crate::IdentitySource::first_of) has found. `None` for other authorizers.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        let is_token = self.facts.differences.event == EventFormat::Token;
        is_token.then(|| self.facts.texts.first_of_identity())?
    }

    /// The event that API Gateway would send an authorizer function for this request. The layer's configuration selects
    /// the format: TOKEN or REQUEST of a REST API, payload format 1.0 or 2.0 of an HTTP API, or `$connect` of a
    /// WebSocket API.
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, authorizer_fn};
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     assert_eq!(
    ///         request.to_event().to_string(),
    ///         r#"{"type":"TOKEN","methodArn":"arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets","authorizationToken":"t"}"#,
    ///     );
    ///     Ok(AuthorizerResponse::allow(request.method_arn()))
    /// });
    /// # tokio_test::block_on(async {
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # type Body = http_body_util::Full<bytes::Bytes>;
    /// # let layer = tower_lambda_authorizer::LambdaAuthorizerLayer::token(authorizer);
    /// # let service = layer.layer(service_fn(async |_: http::Request<Body>| {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new(Body::default()))
    /// # }));
    /// # let request = http::Request::get("/pets").header("authorization", "t");
    /// # let response = service.oneshot(request.body(Body::default()).unwrap()).await.unwrap();
    /// # assert_eq!(response.status(), 200);
    /// # });
    /// ```
    #[must_use]
    pub fn to_event(&self) -> AuthorizerEvent {
        AuthorizerEvent::new(self.clone())
    }

    pub(crate) fn facts(&self) -> &RequestFacts {
        &self.facts
    }

    /// The values of the identity sources, in the order of the sources.
    #[must_use]
    pub fn identity(&self) -> &[String] {
        self.facts.texts.identity()
    }

    /// The ARN of the request. A policy allows the request only if a statement covers this ARN.
    #[must_use]
    pub fn method_arn(&self) -> &MethodArn {
        self.facts.texts.method_arn()
    }

    /// Creates a builder for a policy of this API. It knows how this type of API writes paths, so it accepts any text as
    /// a segment of a path, such as the name of a tenant: [segments](PolicyBuilder#segments) are always literal.
    ///
    /// The method ARN of a WebSocket API ends in `$connect` and has no path. There, use `AuthorizerResponse::allow` with
    /// [`method_arn`](Self::method_arn).
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request: AuthorizerRequest| async move {
    ///     let tenant = request.token().unwrap_or_default(); // here, the token is the tenant's name
    ///     let policy = request.policy_builder().allow_under("GET", ["tenants", tenant]).build()?;
    ///     Ok(AuthorizerResponse::policy(policy))
    /// });
    ///
    /// # tokio_test::block_on(async {
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
    /// for (tenant, path, is_allowed) in [
    ///     ("acme", "/tenants/acme", true),
    ///     ("acme", "/tenants/acme/orders/7", true),
    ///     ("acme", "/tenants/other/orders/7", false),
    ///     ("Café 7", "/tenants/Caf%C3%A9%207/orders", true),
    ///     ("*", "/tenants/other", false),
    /// ] {
    ///     let response = harness.get(path).header("authorization", tenant).send().await;
    ///     assert_eq!(response.status() == 200, is_allowed, "{tenant} {path}");
    /// }
    /// # });
    /// ```
    pub fn policy_builder(&self) -> PolicyBuilder {
        let stage = self.method_arn().stage_arn();
        match self.facts.differences.arn_ends_with {
            ArnEnd::MethodAndPath => PolicyBuilder::for_rest_api(stage),
            ArnEnd::MethodAndDecodedPath => PolicyBuilder::for_http_api(stage),
            ArnEnd::Connect => PolicyBuilder::for_api(stage),
        }
    }

    /// The API that the request is for.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.facts.api
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.facts.parts.method
    }

    /// The URI as the client sent it, even if a router has rewritten the request's URI.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        self.facts.matched.original_uri(&self.facts.parts.uri)
    }

    /// The path as the client sent it: percent-encoded, without the stage.
    #[must_use]
    pub fn path(&self) -> &str {
        self.uri().path()
    }

    /// The template of the path, such as `/pets/{petId}`, if the router in front of the layer has found one.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.facts.matched.resource()
    }

    /// The decoded path parameters.
    pub fn path_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let parameters = self.facts.matched.path_parameters().iter();
        parameters.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The stage variables.
    #[must_use]
    pub fn stage_variables(&self) -> &BTreeMap<String, String> {
        self.facts.api.stage_variables()
    }

    /// The client's address, if it is known. [`ClientIp`](crate::ClientIp) describes where it comes from.
    #[must_use]
    pub fn source_ip(&self) -> Option<IpAddr> {
        self.facts.source_ip
    }

    /// The body, if the layer [passes it](crate::LambdaAuthorizerLayer::request_body) to the authorizer. Compare
    /// signatures in constant time.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.facts.body.as_ref()
    }
}

// Parts are not unwind safe only because of their extensions. Here they have none: `new` takes them out, and what
// `take_back` puts them into is not an `AuthorizerRequest` any more.
impl UnwindSafe for AuthorizerRequest {}
impl RefUnwindSafe for AuthorizerRequest {}

impl fmt::Debug for AuthorizerRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizerRequest")
            .field("method_arn", self.method_arn())
            .field("resource", &self.facts.matched.resource())
            .field("source_ip", &self.facts.source_ip)
            .finish_non_exhaustive()
    }
}
