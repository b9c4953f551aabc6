//! What the code adds to a definition, and the layer that comes of both.

use std::sync::Arc;

use super::{
    assembly::assemble,
    definition::{ApiDefinition, AuthorizerLayer},
    error::{DefinitionError, quoted, quoted_list},
    layer::ApiAuthorizerLayer,
    routing::UnknownRoutes,
};
use crate::{
    api::Api,
    api_type::ApiType,
    authorizer::{Authorizer, BoxAuthorizer},
    error::ConfigError,
    gateway_response::GatewayResponses,
    request::path::AmbiguousPaths,
};

impl ApiDefinition {
    /// Supplies the authorizer of this name: the name of its security scheme. Each may be of its own type.
    ///
    /// # Errors
    ///
    /// [`DefinitionError`] where the document has no Lambda authorizer of this name, or it is supplied
    /// already.
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

    /// Says that the application, or a layer around this one, checks this security scheme, which is no
    /// Lambda authorizer: an API key, a Cognito user pool, `AWS_IAM`. **An operation that has no other
    /// scheme is let through without any check.**
    ///
    /// # Errors
    ///
    /// [`DefinitionError`] where the document has no such scheme, or it is a Lambda authorizer.
    pub fn checked_elsewhere(mut self, scheme: &str) -> Result<Self, DefinitionError> {
        if !self.definition.other_schemes.contains_key(scheme) {
            return Err(DefinitionError::NoSuchScheme {
                name: quoted(scheme),
                known: known_names(self.definition.other_schemes.keys()),
            });
        }
        self.checked_elsewhere.insert(scheme.to_owned());
        Ok(self)
    }

    /// Says which type of API this is, where the document has nothing that only one type has. It is a REST API's
    /// unless told.
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
    /// [`DefinitionError::ApiType`] if the document says something else, or for a WebSocket API.
    pub fn for_api_type(mut self, api_type: ApiType) -> Result<Self, DefinitionError> {
        self.definition.known_api.tell(api_type)?;
        Ok(self)
    }

    /// Sets the API that the service stands for. The default is a [placeholder](Api).
    #[must_use]
    pub fn api(mut self, api: Api) -> Self {
        self.api = api;
        self
    }

    /// Sets what becomes of requests that the document has no operation for. They are refused unless set.
    #[must_use]
    pub fn unknown_routes(mut self, unknown_routes: UnknownRoutes) -> Self {
        self.unknown_routes = unknown_routes;
        self
    }

    /// Sets what becomes of paths that can be read in more than one way, as for
    /// [one authorizer](crate::LambdaAuthorizerLayer::ambiguous_paths). With `AsReceived` a guarded operation's
    /// other spellings are other routes, if the document has any for them, or unknown ones; but on an HTTP API, whose
    /// authorizers see the decoded path, the decoded path's operation counts as well, and the guarded one prevails.
    /// An empty segment may still be the value of a parameter, and a greedy parameter may take nothing.
    #[must_use]
    pub fn ambiguous_paths(mut self, paths: AmbiguousPaths) -> Self {
        self.ambiguous_paths = paths;
        self
    }

    /// Adds to the document's gateway responses, or replaces them.
    ///
    /// ```
    /// # use tower_lambda_authorizer::{Cors, openapi::ApiDefinition};
    /// let definition = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {}}"#)?
    ///     .gateway_responses(|responses| responses.cors(Cors::any()));
    /// # assert!(definition.into_layer().is_ok());
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

    /// Sets everything else of an authorizer's layer, which is given by the authorizer's name: time limit,
    /// client address, clock. The API, the path's spellings and the resource stay those of the definition.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use tower_lambda_authorizer::openapi::ApiDefinition;
    /// let definition = ApiDefinition::from_openapi("{openapi: 3.0.1, paths: {}}");
    /// # assert!(definition.is_err(), "a text that begins with a brace is JSON");
    /// let definition = ApiDefinition::from_openapi(r#"{"openapi": "3.0.1", "paths": {}}"#)?
    ///     .configure(|_name, layer| layer.authorizer_timeout(Duration::from_secs(5)));
    /// # assert!(definition.into_layer().is_ok());
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

    /// Makes one layer of the document and the authorizers.
    ///
    /// # Errors
    ///
    /// [`DefinitionError`] where an operation's authorizer was not supplied, a supplied one guards nothing,
    /// an operation has a scheme that this crate cannot check, two paths cannot be told apart, or an
    /// authorizer's configuration is none that API Gateway accepts.
    pub fn into_layer(self) -> Result<ApiAuthorizerLayer, DefinitionError> {
        let routes = assemble(&self)?;
        Ok(ApiAuthorizerLayer::new(routes))
    }
}

fn known_names<'n>(names: impl Iterator<Item = &'n String>) -> String {
    let names: Vec<_> = names.collect();
    match names.is_empty() {
        true => "none".into(),
        false => quoted_list(&names),
    }
}
