//! An API's document, with the code that goes with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use serde_json::Value;

use super::{
    document,
    error::DefinitionError,
    function_definition::FunctionDefinition,
    model::{AuthorizerDefinition, Definition, Operation},
    routing::UnknownRoutes,
    text,
    unknown::Unknowns,
    write,
};
use crate::{
    api::Api,
    api_type::ApiType,
    authorizer::BoxAuthorizer,
    error::ConfigError,
    gateway_response::GatewayResponses,
    layer::LambdaAuthorizerLayer,
    observe::{Observers, OnDenial},
    request::{client_ip::ClientIp, path::AmbiguousPaths},
};

/// An API as its document describes it. It becomes one layer for all of the operations.
///
/// ```
/// # tokio_test::block_on(async {
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{AuthorizerResponse, authorizer_fn, openapi::ApiDefinition};
///
/// let layer = ApiDefinition::from_openapi(r#"
/// openapi: 3.0.1
/// paths:
///   /pets:
///     get: {}
///     post: {security: [{tokens: []}]}
/// components:
///   securitySchemes:
///     tokens:
///       type: apiKey
///       name: Authorization
///       in: header
///       x-amazon-apigateway-authtype: custom
///       x-amazon-apigateway-authorizer: {type: token}
/// "#)?
/// .authorizer("tokens", authorizer_fn(|request| async move {
///     Ok(AuthorizerResponse::allow(request.method_arn()))
/// }))?
/// .into_layer()?;
///
/// let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
///     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
/// }));
/// let status = async |method: &str, path: &str, token: Option<&str>| {
///     let mut request = Request::builder().method(method).uri(path);
///     if let Some(token) = token {
///         request = request.header("authorization", token);
///     }
///     let request = request.body(Full::default()).unwrap();
///     service.clone().oneshot(request).await.unwrap().status().as_u16()
/// };
/// // An operation without an authorizer is let through.
/// assert_eq!(status("GET", "/pets", None).await, 200);
/// assert_eq!(status("POST", "/pets", None).await, 401);
/// assert_eq!(status("POST", "/pets", Some("t")).await, 200);
/// // Other operations are refused, unless `unknown_routes` says otherwise.
/// assert_eq!(status("PUT", "/pets", Some("t")).await, 403);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct ApiDefinition {
    pub(super) definition: Definition,
    pub(super) functions: BTreeMap<String, FunctionDefinition>,
    pub(super) stage_name: Option<String>,
    pub(super) supplied: BTreeMap<String, BoxAuthorizer>,
    pub(super) left_unchecked: BTreeSet<String>,
    pub(super) api: Api,
    pub(super) unknown_routes: UnknownRoutes,
    pub(super) is_shadow: bool,
    pub(super) ambiguous_paths: AmbiguousPaths,
    pub(super) gateway_responses: GatewayResponses,
    pub(super) client_ip: ClientIp,
    pub(super) on_denial: Option<OnDenial>,
    pub(super) observers: Option<Observers>,
    pub(super) configure: Option<Configure>,
}

/// The application's changes to the layer of each authorizer.
pub(super) type Configure =
    Arc<dyn Fn(&str, AuthorizerLayer) -> Result<AuthorizerLayer, ConfigError> + Send + Sync>;

pub(super) type AuthorizerLayer = LambdaAuthorizerLayer<BoxAuthorizer>;

impl ApiDefinition {
    /// Reads an API Gateway export: OpenAPI 3.0 or Swagger 2.0, as JSON or YAML. Reading takes time and memory linear
    /// in the size of the document, which may have up to 16 MiB.
    ///
    /// # Errors
    ///
    /// Returns [`DefinitionError`], with the place in the document, if it is not such a document, or if it has
    /// something that matters here and cannot be understood.
    pub fn from_openapi(text: &str) -> Result<Self, DefinitionError> {
        let document = text::parse(text)?;
        let unknowns = Unknowns::default();
        let read = document::read(&document.root().noting(&unknowns));
        unknowns.if_known(read).and_then(Self::new)
    }

    pub(super) fn new(mut definition: Definition) -> Result<Self, DefinitionError> {
        let written = definition.gateway_responses.take();
        let gateway_responses = written.as_ref().map(GatewayResponses::from_openapi);
        let gateway_responses = gateway_responses.transpose();
        Ok(Self {
            gateway_responses: gateway_responses
                .map_err(|problem| DefinitionError::GatewayResponses { problem })?
                .unwrap_or_default(),
            functions: std::mem::take(&mut definition.functions),
            stage_name: definition.stage_name.take(),
            definition,
            supplied: BTreeMap::new(),
            left_unchecked: BTreeSet::new(),
            api: Api::default(),
            unknown_routes: UnknownRoutes::default(),
            is_shadow: false,
            ambiguous_paths: AmbiguousPaths::default(),
            client_ip: ClientIp::default(),
            on_denial: None,
            observers: None,
            configure: None,
        })
    }

    /// The type of the API. The features of the document tell it, or [`for_api_type`](Self::for_api_type) sets it.
    #[must_use]
    pub fn api_type(&self) -> ApiType {
        self.definition.api().api_type()
    }

    /// The name of the stage that a template deploys: a `StageName`, the `Prod` of an API that SAM creates for
    /// functions' events, or the `$default` of an HTTP API in SAM. `None` if the template has several stages or none,
    /// or if the name is not known. A layer does not use it unless [`api`](Self::api) says so:
    ///
    /// ```
    /// use tower_lambda_authorizer::{Api, openapi::ApiDefinition};
    ///
    /// let definition = ApiDefinition::from_cloudformation(r#"
    /// Resources:
    ///   Shop: {Type: AWS::Serverless::Api, Properties: {StageName: live}}
    /// "#)?;
    /// assert_eq!(definition.stage_name(), Some("live"));
    /// let stage = definition.stage_name().unwrap_or("prod").to_owned();
    /// let definition = definition.api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", stage)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn stage_name(&self) -> Option<&str> {
        self.stage_name.as_deref()
    }

    /// The Lambda authorizers of the document by name, used or not.
    pub fn authorizers(&self) -> impl Iterator<Item = (&str, &AuthorizerDefinition)> {
        let authorizers = self.definition.authorizers.iter();
        authorizers.map(|(name, authorizer)| (name.as_str(), authorizer))
    }

    /// The Lambda functions of a template (`AWS::Serverless::Function`, `AWS::Lambda::Function`), whether an authorizer
    /// uses them or not. An OpenAPI document has none.
    pub fn functions(&self) -> impl Iterator<Item = &FunctionDefinition> {
        self.functions.values()
    }

    /// The template's Lambda function behind the authorizer with this name. `None` if there is no such authorizer, if
    /// its function is not part of the template, or if it depends on a value that is not known.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    ///
    /// let definition = ApiDefinition::from_cloudformation(r#"
    /// Resources:
    ///   Shop: {Type: AWS::ApiGateway::RestApi, Properties: {Name: shop}}
    ///   Customers:
    ///     Type: AWS::ApiGateway::Authorizer
    ///     Properties:
    ///       Name: customers
    ///       RestApiId: !Ref Shop
    ///       Type: TOKEN
    ///       IdentitySource: method.request.header.Authorization
    ///       AuthorizerUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Gate.Arn}/invocations
    ///   Gate:
    ///     Type: AWS::Lambda::Function
    ///     Properties: {Handler: index.handler, Runtime: nodejs20.x, Code: {ZipFile: "exports.handler = async () => {}"}}
    /// "#)?;
    /// let function = definition.function_of("Customers").unwrap();
    /// assert_eq!(function.logical_id(), "Gate");
    /// assert!(definition.function_of("Somebody").is_none());
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn function_of(&self, authorizer: &str) -> Option<&FunctionDefinition> {
        let target = &self.definition.authorizers.get(authorizer)?.function;
        self.functions().find(|function| target.is_of(function))
    }

    /// The operations of the document, each with its authorizer.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.definition.operations.iter()
    }

    /// Warnings: how the layer differs from what the document leads a reader to expect.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.definition.cors.is_some() {
            notes.push(
                "the API's CORS configuration is not applied: preflights are treated like other requests, and may be \
                 refused; put a layer that answers preflights (tower-http's `CorsLayer`) around this one"
                    .into(),
            );
        }
        if self.definition.has_resource_policy {
            notes.push("the API's resource policy is not evaluated; refuse the callers that it denies by other \
                        means".into());
        }
        if self.definition.is_private {
            notes.push(
                "the API is private: API Gateway accepts requests from certain networks only, and this crate does not \
                 check that"
                    .into(),
            );
        }
        let schemes = &self.definition.other_schemes;
        if self.definition.has_keys_of_authorizers && schemes.values().any(|it| it.is_api_key) {
            notes.push(
                "the API takes its API keys from the authorizers' responses (`usageIdentifierKey`), not from requests; \
                 to check keys elsewhere, read them from the `AuthorizerContext`"
                    .into(),
            );
        }
        notes.extend(self.definition.notes.iter().cloned());
        notes
    }

    /// Writes the authorizers, the operations' security and the gateway responses as a fragment of an OpenAPI 3.0
    /// document, which can be merged into a document for API Gateway. Reading the fragment gives the same definition,
    /// except for the [functions](Self::functions) and the [stage](Self::stage_name) of a template, and for gateway
    /// responses that the application has set for an HTTP API: an HTTP API's document has no place for them.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    ///
    /// let definition = ApiDefinition::from_openapi(r#"
    /// swagger: "2.0"
    /// paths:
    ///   /pets: {get: {security: [{tokens: []}]}}
    /// securityDefinitions:
    ///   tokens: {type: apiKey, in: header, name: auth, x-amazon-apigateway-authorizer: {type: token}}
    /// "#)?;
    /// let fragment = definition.to_openapi();
    /// assert_eq!(fragment["components"]["securitySchemes"]["tokens"]["name"], "auth");
    /// let again = ApiDefinition::from_openapi(&fragment.to_string())?;
    /// assert_eq!(again.to_openapi(), fragment);
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn to_openapi(&self) -> Value {
        write::write(&self.definition, &self.gateway_responses)
    }
}

impl fmt::Debug for ApiDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiDefinition")
            .field("definition", &self.definition)
            .field("gateway_responses", &self.gateway_responses)
            .field("supplied", &self.supplied.keys())
            .field("left_unchecked", &self.left_unchecked)
            .field("api", &self.api)
            .field("unknown_routes", &self.unknown_routes)
            .field("is_shadow", &self.is_shadow)
            .field("ambiguous_paths", &self.ambiguous_paths)
            .finish_non_exhaustive()
    }
}
