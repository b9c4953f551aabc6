//! What the code adds to a definition, and the layer that results.

use std::sync::Arc;

use super::{
    assembly::assemble,
    definition::{ApiDefinition, AuthorizerLayer},
    error::DefinitionError,
    layer::ApiAuthorizerLayer,
    quoting::{quoted, quoted_list},
    routing::UnknownRoutes,
};
use crate::{
    api::Api,
    api_type::ApiType,
    authorizer::{Authorizer, BoxAuthorizer},
    error::ConfigError,
    explanation::Denial,
    gateway_response::GatewayResponses,
    observe::{Observer, Observers, OnDenial, events},
    request::{client_ip::ClientIp, path::AmbiguousPaths},
};

impl ApiDefinition {
    /// Supplies the authorizer with this name, which is the name of its security scheme. The authorizers may have
    /// different types.
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`] if the document has no Lambda authorizer with this name, or if the authorizer was
    /// supplied before.
    pub fn authorizer(
        mut self,
        name: &str,
        authorizer: impl Authorizer,
    ) -> Result<Self, DefinitionError> {
        if !self.definition.authorizers.contains_key(name) {
            return Err(DefinitionError::NoSuchAuthorizer {
                name: quoted(name),
                known: known_names(self.definition.authorizers.keys()),
            });
        }
        let authorizer = BoxAuthorizer::new(authorizer);
        match self.supplied.insert(name.to_owned(), authorizer) {
            None => Ok(self),
            Some(_) => Err(DefinitionError::SuppliedTwice { name: quoted(name) }),
        }
    }

    /// Confirms that the application, or a layer around this one, checks this security scheme: an API key, a Cognito
    /// user pool, `AWS_IAM`. **An operation that has no other scheme is let through without any check.**
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`] if the document has no such scheme, or if the scheme is a Lambda authorizer.
    pub fn leave_unchecked(mut self, scheme: &str) -> Result<Self, DefinitionError> {
        if !self.definition.other_schemes.contains_key(scheme) {
            return Err(DefinitionError::NoSuchScheme {
                name: quoted(scheme),
                known: known_names(self.definition.other_schemes.keys()),
            });
        }
        self.left_unchecked.insert(scheme.to_owned());
        Ok(self)
    }

    /// Sets the type of the API, if the document has nothing that only one type has. By default such an API is a REST
    /// API.
    ///
    /// ```
    /// use tower_lambda_authorizer::{ApiType, openapi::ApiDefinition};
    ///
    /// let definition = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {"/": {"get": {}}}}"#)?;
    /// assert_eq!(definition.api_type(), ApiType::Rest);
    /// assert_eq!(definition.for_api_type(ApiType::Http)?.api_type(), ApiType::Http);
    ///
    /// let definition = ApiDefinition::from_openapi(
    ///     r#"{"openapi": "3.0.1", "paths": {"/$default": {"x-amazon-apigateway-any-method": {}}}}"#,
    /// )?;
    /// assert_eq!(definition.api_type(), ApiType::Http);
    /// assert!(definition.for_api_type(ApiType::Rest).is_err());
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError::ApiType`] if the document describes another type, or if `api_type` is a WebSocket API.
    pub fn for_api_type(mut self, api_type: ApiType) -> Result<Self, DefinitionError> {
        self.definition.known_api.set(api_type)?;
        Ok(self)
    }

    /// Sets the API that the service represents. The default is a [placeholder](Api). With that, an `Allow` that names your API
    /// does not apply, and a `Deny` that names any API does.
    #[must_use]
    pub fn api(mut self, api: Api) -> Self {
        self.api = api;
        self
    }

    /// Sets what happens to requests that match no operation of the document. By default they are refused.
    #[must_use]
    pub fn unknown_routes(mut self, unknown_routes: UnknownRoutes) -> Self {
        self.unknown_routes = unknown_routes;
        self
    }

    /// Sets what happens to paths that can be read in more than one way, as
    /// [`LambdaAuthorizerLayer::ambiguous_paths`](crate::LambdaAuthorizerLayer::ambiguous_paths) does. With
    /// `AsReceived`, other spellings of a guarded operation's path are looked up as they are, and may match other
    /// operations or none. On an HTTP API, whose authorizers see the decoded path, the operation of the decoded path
    /// counts as well. If one of the two is guarded, its authorizer is asked. An empty segment may still be the value
    /// of a parameter, and a greedy parameter may match nothing.
    #[must_use]
    pub fn ambiguous_paths(mut self, paths: AmbiguousPaths) -> Self {
        self.ambiguous_paths = paths;
        self
    }

    /// Sets where the layer reads the client's address, as
    /// [`LambdaAuthorizerLayer::client_ip`](crate::LambdaAuthorizerLayer::client_ip) does. It applies to every request,
    /// including those that no authorizer is asked about. [`configure`](Self::configure) can change it for one
    /// authorizer.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower::Layer;
    /// use tower_lambda_authorizer::{
    ///     ClientIp, gateway_responses::*, openapi::ApiDefinition, testing::{Harness, ProtectedService},
    /// };
    ///
    /// let told = GatewayResponse::new().header("x-seen", "context.identity.sourceIp");
    /// let layer = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {"/": {"get": {}}}}"#)?
    ///     .client_ip(ClientIp::from_fn(|_| Some([203, 0, 113, 7].into())))
    ///     .gateway_responses(|responses| responses.with(ResponseType::Default4xx, told).unwrap())
    ///     .into_layer()?;
    /// let harness = Harness::app(layer.layer(ProtectedService::new()));
    /// let response = harness.get("/unknown").send().await;
    /// assert_eq!(response.headers()["x-seen"], "203.0.113.7");
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn client_ip(mut self, client_ip: ClientIp) -> Self {
        self.client_ip = client_ip;
        self
    }

    /// Adds to the document's gateway responses, or replaces them.
    ///
    /// ```
    /// use tower::Layer;
    /// use tower_lambda_authorizer::{
    ///     gateway_responses::Cors, openapi::ApiDefinition, testing::{Harness, ProtectedService},
    /// };
    ///
    /// let layer = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {}}"#)?
    ///     .gateway_responses(|responses| responses.cors(Cors::any()))
    ///     .into_layer()?;
    /// # tokio_test::block_on(async {
    /// let harness = Harness::app(layer.layer(ProtectedService::new()));
    /// let request = harness.get("/unknown").header("origin", "https://app.example");
    /// request.send().await.assert_status(403).assert_header("access-control-allow-origin", "*");
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn gateway_responses(
        mut self,
        change: impl FnOnce(GatewayResponses) -> GatewayResponses,
    ) -> Self {
        self.gateway_responses = change(self.gateway_responses);
        self
    }

    /// Calls a function for each request that the layer refuses, including those that match no operation. See
    /// [`LambdaAuthorizerLayer::on_denial`](crate::LambdaAuthorizerLayer::on_denial).
    ///
    /// ```
    /// use std::sync::mpsc::channel;
    /// use tower::Layer;
    /// use tower_lambda_authorizer::{openapi::ApiDefinition, testing::{Harness, ProtectedService}};
    ///
    /// let (log, lines) = channel();
    /// let layer = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {}}"#)?
    ///     .on_denial(move |denial| log.send(denial.to_string()).unwrap())
    ///     .into_layer()?;
    /// # tokio_test::block_on(async {
    /// Harness::app(layer.layer(ProtectedService::new())).get("/unknown").send().await;
    /// assert!(lines.recv().unwrap().starts_with("the API has no operation for this path and method"));
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn on_denial(mut self, on_denial: impl Fn(&Denial) + Send + Sync + 'static) -> Self {
        self.on_denial = Some(OnDenial::new(on_denial));
        self
    }

    /// Adds an observer of all decisions of the API: also about requests that match no operation, or whose operation has
    /// no authorizer. See [`LambdaAuthorizerLayer::observe`](crate::LambdaAuthorizerLayer::observe).
    ///
    /// ```
    /// use std::sync::mpsc::channel;
    /// use tower::Layer;
    /// use tower_lambda_authorizer::{
    ///     observing::Decision, openapi::ApiDefinition, testing::{Harness, ProtectedService},
    /// };
    ///
    /// let (log, lines) = channel();
    /// let layer = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {"/": {"get": {}}}}"#)?
    ///     .observe(move |decision: &Decision<'_>| {
    ///         log.send(format!("{} {}", decision.path(), decision.outcome())).unwrap();
    ///     })
    ///     .into_layer()?;
    /// # tokio_test::block_on(async {
    /// let harness = Harness::app(layer.layer(ProtectedService::new()));
    /// harness.get("/").send().await;
    /// harness.get("/unknown").send().await;
    /// assert_eq!(lines.try_iter().collect::<Vec<_>>(), ["/ open", "/unknown refused"]);
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn observe(mut self, observer: impl Observer) -> Self {
        self.observers = Some(Observers::add(self.observers.as_ref(), observer));
        self
    }

    /// Changes the layer of each authorizer: its timeout, client address, clock. The closure receives the
    /// authorizer's name. The API, the treatment of paths, the resources and the names for observers remain those of the
    /// definition.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    ///
    /// let definition = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {}}"#)?
    ///     .configure(|_name, layer| layer.authorizer_timeout(Duration::from_secs(5)));
    /// assert!(definition.into_layer().is_ok());
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn configure(
        mut self,
        configure: impl Fn(&str, AuthorizerLayer) -> Result<AuthorizerLayer, ConfigError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.configure = Some(Arc::new(configure));
        self
    }

    /// Puts the whole layer in shadow: **it lets every request through** and reports what it would have refused, also
    /// unknown operations. See
    /// [`LambdaAuthorizerLayer::unprotected_shadow`](crate::LambdaAuthorizerLayer::unprotected_shadow). To put only one
    /// authorizer in shadow, call that in [`configure`](Self::configure).
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    ///
    /// let layer = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {"/": {"get": {}}}}"#)?
    ///     .unprotected_shadow()
    ///     .into_layer()?;
    /// let why = layer.explain(http::Request::get("/unknown").body(()).unwrap()).await;
    /// assert!(!why.is_allowed() && why.is_shadow());
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn unprotected_shadow(mut self) -> Self {
        events::put_in_shadow();
        self.is_shadow = true;
        self
    }

    /// Builds one layer from the document and the authorizers.
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`] if an operation's authorizer was not supplied, a supplied authorizer guards nothing, an
    /// operation has a scheme that this crate cannot check, two paths cannot be told apart, or API Gateway does not
    /// accept an authorizer's configuration.
    pub fn into_layer(self) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let routes = assemble(&self)?;
        Ok(ApiAuthorizerLayer::new(routes))
    }
}

fn known_names<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        "none".into()
    } else {
        quoted_list(&names)
    }
}
