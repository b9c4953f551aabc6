//! Settings for how the layer reads a request: its API, its resource, its path, its host, its client, its time and its
//! body.

use http::request::Parts;

use super::{LambdaAuthorizerLayer, results::check_body};
use crate::{
    api::Api,
    clock::Clock,
    error::ConfigError,
    request::{
        client_ip::ClientIp, host::AmbiguousHosts, path::AmbiguousPaths, resource::ResourceMatch,
        resource_resolver::ResourceResolver,
    },
};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets the API that the service represents. The default is a [placeholder](Api). With that, an `Allow` that names your API
    /// does not apply, and a `Deny` that names any API does:
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::Request;
    /// use tower_lambda_authorizer::{Api, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::from_json(br#"{"policyDocument": {"Statement": [
    ///         {"Effect": "Allow", "Action": "*", "Resource": "*"},
    ///         {"Effect": "Deny", "Action": "*",
    ///          "Resource": "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/admin"}
    ///     ]}}"#)?)
    /// }));
    /// let request = || Request::get("/admin").header("authorization", "t").body(());
    ///
    /// assert!(!layer.explain(request()?).await.is_allowed()); // this may be the API that the `Deny` is for
    /// let layer = layer.api(Api::new("eu-west-1", "123456789012", "another", "prod")?);
    /// assert!(layer.explain(request()?).await.is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn api(self, api: Api) -> Self {
        self.with(|settings| settings.reader.set_api(api))
    }

    /// Sets a function that finds out which of the API's resources a request is for. The layer takes values that the
    /// function does not set from axum's extensions, if the feature `axum` is on.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, ResourceMatch, authorizer_fn, testing::Harness,
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = authorizer_fn(|request| async move {
    ///     assert_eq!(request.resource(), Some("/pets/{petId}"));
    ///     Ok(AuthorizerResponse::allow(request.method_arn()))
    /// });
    /// let layer = LambdaAuthorizerLayer::token(authorizer)
    ///     .resource_resolver(|_| ResourceMatch::new().with_resource("/pets/{petId}").with_path_parameter("petId", "7"));
    /// let harness = Harness::new(layer);
    /// harness.get("/pets/7").header("authorization", "t").send().await.assert_allowed();
    /// # });
    /// ```
    pub fn resource_resolver(
        self,
        resolver: impl Fn(&Parts) -> ResourceMatch + Send + Sync + 'static,
    ) -> Self {
        let resolver = ResourceResolver::custom(resolver);
        self.with(|settings| settings.reader.resource_resolver = resolver)
    }

    /// Sets how the layer handles paths that can be read in more than one way. By default it refuses them with 400.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::Request;
    /// use tower_lambda_authorizer::{
    ///     AmbiguousPaths, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }));
    /// let request = || Request::get("/pets%2F7").header("authorization", "t").body(());
    ///
    /// let refused = layer.explain(request()?).await;
    /// assert_eq!(refused.response().unwrap().status(), 400);
    ///
    /// let layer = layer.ambiguous_paths(AmbiguousPaths::AsReceived);
    /// assert!(layer.explain(request()?).await.is_allowed());
    /// # Ok::<(), http::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn ambiguous_paths(self, paths: AmbiguousPaths) -> Self {
        self.with(|settings| settings.ambiguous_paths = paths)
    }

    /// Sets how the layer handles requests that name two hosts: one in their target (or HTTP/2's `:authority`), and
    /// another in `Host`. By default it refuses them with 400.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::convert::Infallible;
    ///
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use http_body_util::Full;
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{
    ///     AmbiguousHosts, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
    ///     Ok(AuthorizerResponse::allow(request.method_arn()))
    /// }));
    /// let status = async |layer: LambdaAuthorizerLayer<_>| {
    ///     let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
    ///         Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    ///     }));
    ///     let request = Request::get("http://tenant-a/")
    ///         .header("host", "tenant-b")
    ///         .header("authorization", "t");
    ///     service.oneshot(request.body(Full::default()).unwrap()).await.unwrap().status()
    /// };
    /// assert_eq!(status(layer.clone()).await, 400);
    /// // Now the authorizer checks `tenant-a`, but a handler that reads the header serves `tenant-b`.
    /// assert_eq!(status(layer.ambiguous_hosts(AmbiguousHosts::AsReceived)).await, 200);
    /// # });
    /// ```
    pub fn ambiguous_hosts(self, hosts: AmbiguousHosts) -> Self {
        self.with(|settings| settings.ambiguous_hosts = hosts)
    }

    /// Sets where the layer reads the client's address. By default it is the address of the connection, and
    /// `X-Forwarded-For` and `Forwarded` are ignored. Behind proxies, use [`ClientIp::behind_proxies`].
    ///
    /// ```
    /// use tower_lambda_authorizer::{ClientIp, LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = MockAuthorizer::allowing();
    /// let layer = LambdaAuthorizerLayer::token(authorizer.clone())
    ///     .client_ip(ClientIp::behind_proxies(["10.0.0.0/8"])?);
    /// Harness::new(layer)
    ///     .get("/pets")
    ///     .source_ip([10, 0, 0, 1]) // the proxy
    ///     .header("x-forwarded-for", "203.0.113.7")
    ///     .header("authorization", "t")
    ///     .send()
    ///     .await
    ///     .assert_allowed();
    /// assert_eq!(authorizer.requests()[0].source_ip(), Some([203, 0, 113, 7].into()));
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn client_ip(self, client_ip: ClientIp) -> Self {
        self.with(|settings| settings.reader.client_ip = client_ip)
    }

    /// Sets whether clients connect to this service with TLS, for the condition key `aws:SecureTransport`. By default
    /// this is [not known](Self#keys-that-are-not-known). Behind [trusted proxies](ClientIp#which-header), what the
    /// nearest one says takes precedence: the last value of `X-Forwarded-Proto`, or the last `proto` of `Forwarded`. What
    /// the client itself claims, in a header or in HTTP/2's `:scheme`, never counts.
    pub fn secure_transport(self, secure: bool) -> Self {
        self.with(|settings| settings.reader.secure_transport = Some(secure))
    }

    /// Sets the clock. The default is the system's clock.
    pub fn clock(self, clock: Clock) -> Self {
        self.with(|settings| settings.reader.clock = clock)
    }

    /// Gives the authorizer the request's [body](crate::AuthorizerRequest::body), for example to verify its signature.
    /// This needs a [`ReadRequestBodyLayer`](crate::request_body::ReadRequestBodyLayer) around this layer, which reads the
    /// body. Without one, the response to every request is 500. If the body is larger than that layer's limit, the
    /// response is 413, and if reading the body fails, it is 400.
    ///
    /// Results are not cached on any type of API, because the body is not part of the identity.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::RequestBody`] if a time to live is set.
    pub fn request_body(self) -> Result<Self, ConfigError> {
        check_body(true, self.settings.caching.configured_ttl)?;
        Ok(self.with(|settings| settings.gives_body = true))
    }

    /// Passes CORS preflights to the inner service without authorization. A preflight is an `OPTIONS` request with the
    /// headers `Origin` and `Access-Control-Request-Method`. A browser sends it without credentials. So an authorizer
    /// would refuse it, and the browser would never send the actual request.
    ///
    /// On API Gateway, a method `OPTIONS` without an authorizer does the same. You do not need this setting if a CORS
    /// layer around this one answers preflights. Anybody can send a preflight, so the inner service must not act on it.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::deny("*"))
    /// }))
    /// .exempt_preflights();
    /// let service = layer.layer(service_fn(async |_: Request<String>| {
    ///     Ok::<_, std::convert::Infallible>(Response::new("the service".to_owned()))
    /// }));
    ///
    /// let preflight = Request::options("/pets")
    ///     .header("origin", "https://app.example")
    ///     .header("access-control-request-method", "GET");
    /// let response = service.clone().oneshot(preflight.body(String::new())?).await.unwrap();
    /// assert_eq!(response.status(), 200);
    ///
    /// let request = Request::get("/pets").header("authorization", "t").body(String::new())?;
    /// let response = service.oneshot(request).await.unwrap();
    /// assert_eq!(response.status(), 403);
    /// # Ok::<(), http::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn exempt_preflights(self) -> Self {
        self.with(|settings| settings.exempt_preflights = true)
    }
}
