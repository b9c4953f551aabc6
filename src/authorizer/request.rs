//! The request that an authorizer receives.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt,
    net::IpAddr,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Uri, request::Parts};

use crate::{
    api::{Api, ArnEnd, Differences, EventFormat, Repeated},
    authorizer::{AuthorizerEvent, OwnHosts, RequestTexts},
    observe::Witness,
    policy::{MethodArn, PolicyBuilder},
    request::{
        arn_spellings::Spellings,
        context::{
            Noted, cookie_value, decoded_pairs, header_value, is_cookie_name, is_empty_cookie,
            joined_values, last_value,
        },
        resource::ResourceMatch,
    },
};

/// A request, as an authorizer sees it. Cheap to clone. It has a body only if the layer is configured with
/// [`request_body`](crate::LambdaAuthorizerLayer::request_body).
///
/// API Gateway sends less to the function of a TOKEN authorizer: only the [`token`](Self::token) and the
/// [`method_arn`](Self::method_arn). A TOKEN authorizer that must also run there should use only these.
///
/// `Debug` shows no headers, query parameters or identity values, since they may be credentials.
#[derive(Clone)]
pub struct AuthorizerRequest {
    facts: Arc<RequestFacts>,
}

/// A request that waits for the authorizer. It moves here, and the authorizer looks at it.
#[derive(Clone)]
pub(crate) struct RequestFacts {
    pub(crate) api: Arc<Api>,
    /// Without the extensions, which are not for the authorizer.
    pub(crate) parts: Parts,
    /// The client's `Host` headers, if they were replaced.
    pub(crate) own_hosts: Option<OwnHosts>,
    pub(crate) texts: RequestTexts,
    pub(crate) differences: &'static Differences,
    pub(crate) arrival: Noted,
    pub(crate) matched: ResourceMatch,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) body: Option<Bytes>,
    /// For what the answer's policy decides about the request.
    pub(crate) spellings: Spellings,
    pub(crate) witness: Witness,
}

/// `Parts` is not unwind safe because of its extensions, but they are empty here.
impl UnwindSafe for RequestFacts {}
impl RefUnwindSafe for RequestFacts {}

impl AuthorizerRequest {
    pub(crate) fn new(facts: RequestFacts) -> Self {
        Self {
            facts: Arc::new(facts),
        }
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

    /// Changes the request. Copies it if the authorizer has kept it.
    pub(crate) fn facts_mut(&mut self) -> &mut RequestFacts {
        Arc::make_mut(&mut self.facts)
    }

    /// Takes the request's parts back. Copies them if the authorizer has kept the request.
    pub(crate) fn into_parts(self) -> Parts {
        match Arc::try_unwrap(self.facts) {
            Ok(RequestFacts { parts, .. }) => parts,
            Err(shared) => shared.parts.clone(),
        }
    }

    /// Takes the request back. Copies it if the authorizer has kept it.
    pub(crate) fn into_facts(self) -> RequestFacts {
        Arc::unwrap_or_clone(self.facts)
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

    /// The value of a header, as this type of API reads it for its identity sources, without surrounding spaces and
    /// tabs. `None` if the header is missing or not UTF-8.
    ///
    /// If a header is repeated, the last value counts. An HTTP API joins the values with commas. Cookies are always
    /// joined with `; `, and the lists of a WebSocket handshake (`Sec-WebSocket-Protocol`, `Sec-WebSocket-Extensions`)
    /// with commas.
    ///
    /// Use this method or [`identity`](Self::identity) rather than the first value of [`headers`](Self::headers).
    /// Otherwise a client can send a header twice, and the authorizer checks another value than the one that counts.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, OrUnauthorized, authorizer_fn,
    ///     testing::Harness,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request: AuthorizerRequest| async move {
    ///     let tenant = request.header("x-tenant").or_unauthorized()?;
    ///     match request.header("x-api-key").as_deref() {
    ///         Some("k3y") => Ok(AuthorizerResponse::allow("*").with_context("tenant", tenant)),
    ///         _ => Err(AuthorizerError::unauthorized()),
    ///     }
    /// });
    /// let sources = ["method.request.header.X-Api-Key", "method.request.header.X-Tenant"];
    /// let harness = Harness::new(LambdaAuthorizerLayer::request(authorizer, sources)?);
    /// # tokio_test::block_on(async {
    /// let request = harness.get("/pets").header("x-api-key", "k3y").header("x-tenant", " acme ");
    /// request.send().await.assert_allowed().assert_context("tenant", "acme");
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    #[must_use]
    pub fn header(&self, name: impl TryInto<HeaderName>) -> Option<Cow<'_, str>> {
        let repeated = self.facts.differences.repeated_header;
        let name = name.try_into().ok()?;
        header_value(self.headers(), &name, repeated).ok().flatten()
    }

    /// All headers. To read one as API Gateway does, use [`header`](Self::header). If the request's target has an
    /// authority, as in HTTP/2, `Host` is that authority.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.facts.parts.headers
    }

    /// The decoded value of a query parameter, as this type of API reads it for its identity sources. `None` if the
    /// parameter is missing or not UTF-8.
    ///
    /// If a parameter is repeated, the last value counts. An HTTP API with the payload format 2.0 joins the values with
    /// commas.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = match self.facts.differences.repeated_query_parameter {
            Repeated::Last => last_value(self.raw_query(), name),
            Repeated::JoinedByCommas => joined_values(self.raw_query(), name),
        };
        value.ok().flatten()
    }

    /// All query parameters in their order, decoded. Bytes that are not UTF-8 become U+FFFD.
    pub fn query_parameters(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        decoded_pairs(self.raw_query())
    }

    /// The value of a cookie, as an [identity source](crate::IdentitySource#one-cookie) reads it: with any quotes around
    /// it. `None` if the cookie is missing or empty, or if two programs could read different values from the request.
    ///
    /// If results are cached, an answer that depends on a cookie needs that cookie as an identity source.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerError, AuthorizerResponse, IdentitySources, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     match request.cookie("session") {
    ///         Some("s3cret") => Ok(AuthorizerResponse::allow("*")),
    ///         _ => Err(AuthorizerError::unauthorized()),
    ///     }
    /// });
    /// // Without identity sources, no result is cached.
    /// let layer = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none())?;
    /// for (cookies, is_allowed) in [
    ///     ("theme=dark; session=s3cret", true),
    ///     ("session=s3cret; session=other", false),
    /// ] {
    ///     let request = http::Request::get("/pets").header("cookie", cookies).body(()).unwrap();
    ///     assert_eq!(layer.explain(request).await.is_allowed(), is_allowed);
    /// }
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        if !is_cookie_name(name) {
            return None;
        }
        let value = cookie_value(self.headers(), name).ok()?;
        value.filter(|value| !is_empty_cookie(value))
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

    fn raw_query(&self) -> &str {
        self.uri().query().unwrap_or_default()
    }
}

impl fmt::Debug for AuthorizerRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizerRequest")
            .field("method_arn", self.method_arn())
            .field("resource", &self.facts.matched.resource())
            .field("source_ip", &self.facts.source_ip)
            .finish_non_exhaustive()
    }
}
