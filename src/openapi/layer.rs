//! The layer of a whole API.

use std::{fmt, sync::Arc};

#[cfg(feature = "reload")]
use http::Request;
use tower_layer::Layer;
#[cfg(feature = "reload")]
use tower_service::Service;

use super::{operation::Operation, routing::Routes, service::ApiAuthorizer};
use crate::{
    cache::AuthorizerResults,
    observe::LayerConfiguration,
    service::{guard::Guard, responder::GatewayResponder},
};
#[cfg(feature = "reload")]
use crate::{observe, service::future::ResponseFuture};

/// Guards a service as an [`ApiDefinition`](super::ApiDefinition) describes it: each operation by its own authorizer.
/// [`ApiDefinition::into_layer`](super::ApiDefinition::into_layer) creates it.
///
/// Use it like a [`LambdaAuthorizerLayer`](crate::LambdaAuthorizerLayer). With axum, prefer `Router::layer`, where this
/// layer answers unknown routes; with `Router::route_layer`, axum answers them first.
///
/// # Paths that routers read in different ways
///
/// A request belongs to the operation that API Gateway selects: an exact segment takes precedence over a parameter, and
/// a parameter over a greedy parameter. The service behind the layer routes the request once more, and routers read
/// some paths in different ways. The layer considers all of these readings:
///
/// - An empty segment (`/users//secrets`, `/users/`) is dropped, because the router merges or trims slashes. Or it
///   is kept, and `{id}` may or may not accept it as an empty value.
/// - `/files/{proxy+}` matches `/files`, or only `/files/`, or only paths with something after the slash.
/// - A segment is compared as received, or percent-decoded.
/// - A `;` and what follows it (`/orders;x`, `/orders%3Bx`) belong to the segment, or are dropped, as Java servers do, in
///   the segment or to the end of the path.
/// - What follows two slashes at the beginning is a host (`//x/orders` is `/orders`), to programs that read the path as a
///   reference to a URL.
/// - HEAD is a separate operation, or the handler for GET answers it. The same applies to CONNECT, which begins a WebSocket
///   over HTTP/2.
///
/// If any reading leads to a guarded operation, its authorizer is asked, even if API Gateway would select an open one.
/// If readings lead to operations with different authorizers, the answer is 400
/// ([`SeveralAuthorizers`](crate::PathAmbiguity::SeveralAuthorizers)). To make `/files` open next to a guarded
/// `/files/{proxy+}`, define an operation for it.
///
/// An authorizer may decide by the resource. So the answer is also 400 if the readings of an unusual spelling (`%61`,
/// `//`, `;x`) lead to different resources with one authorizer
/// ([`SeveralResources`](crate::PathAmbiguity::SeveralResources)). A slash at the end and HEAD are common. There, the
/// authorizer is asked about the resource that API Gateway selects, unless `$context.routeKey` or
/// `context.resourcePath` is one of its identity sources: then the answer is 400, too. If your authorizer decides by the
/// resource without such a source, do not let the service treat `/orders/` as `/orders`.
///
/// Paths are case-sensitive, as on API Gateway. If the service ignores case in paths, an open `/{proxy+}` next to a guarded
/// `/orders` lets `/ORDERS` through to it. [`AmbiguousPaths::IgnoreCase`](crate::AmbiguousPaths::IgnoreCase) makes another case
/// a reading, too. It counts as an unusual spelling.
///
/// If no reading leads to another operation, the operation stays open: an open `/pets/health` next to a guarded
/// `/pets/{id}` is open, also as `/pets/health/`. But `/pets//health` needs the token of `/pets/{id}`: a router that is nested
/// at `/pets` may drop the empty segment, and the one around it may not. For the same reason, `/p%65ts/health` and
/// `/pets;x/health` need it, and if case is ignored, `/PETS/health`.
///
/// Put layers that rewrite paths in other ways around this layer, not inside it, and around the outermost axum router.
/// Inside a router, both the path that the client sent and the rewritten one are readings: a guarded operation prevails,
/// and two different authorizers or resources mean a 400.
///
/// ```
/// use http::{Request, Response, StatusCode};
/// use http_body_util::Empty;
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{AuthorizerRequest, AuthorizerResponse, authorizer_fn, openapi::ApiDefinition};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let layer = ApiDefinition::from_openapi(r#"{
///     "openapi": "3.0.1",
///     "components": {"securitySchemes": {"keepers": {
///         "type": "apiKey", "in": "header", "name": "Authorization",
///         "x-amazon-apigateway-authorizer": {"type": "token"}
///     }}},
///     "paths": {
///         "/users/{id}/secrets": {"get": {"security": [{"keepers": []}]}},
///         "/{proxy+}": {"get": {}}
///     }
/// }"#)?
/// .authorizer("keepers", authorizer_fn(|request: AuthorizerRequest| async move {
///     Ok(AuthorizerResponse::deny("*"))
/// }))?
/// .into_layer()?;
///
/// let service = layer.layer(service_fn(|_request| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Empty::<bytes::Bytes>::new()))
/// }));
/// let get = |path| Request::get(path).body(Empty::<bytes::Bytes>::new());
/// let open = service.clone().oneshot(get("/users/7/photos")?).await?;
/// assert_eq!(open.status(), StatusCode::OK);
/// // A router may match this with `/users/{id}/secrets` and an empty `id`.
/// let guarded = service.oneshot(get("/users//secrets")?).await?;
/// assert_eq!(guarded.status(), StatusCode::UNAUTHORIZED);
/// # Ok(())
/// # }
/// ```
///
/// Combine it with axum's `ResponseAxumBodyLayer` around an axum `Router`, or as an optional layer, as shown for
/// [`LambdaAuthorizerLayer`](crate::LambdaAuthorizerLayer#with-axum).
///
/// # Requests without an authorizer
///
/// A request that reaches the service without any of this layer's authorizers (an open operation, or an unknown one
/// that is [passed on](super::UnknownRoutes::PassOn)) has no [`AuthorizerContext`](crate::AuthorizerContext), not even
/// that of a layer around this one. To keep the outer layer's context, copy it into an extension of your own between
/// the two layers.
#[must_use = "a layer does nothing until it is put around a service"]
#[derive(Clone)]
pub struct ApiAuthorizerLayer {
    pub(super) routes: Arc<Routes>,
}

impl ApiAuthorizerLayer {
    pub(super) fn new(routes: Routes) -> Self {
        Self {
            routes: Arc::new(routes),
        }
    }

    /// The operations of the API, each with its authorizer.
    ///
    /// ```
    /// use tower_lambda_authorizer::openapi::ApiDefinition;
    ///
    /// let document = r#"{"openapi": "3.0.1", "paths": {"/pets/{petId}": {"get": {}}}}"#;
    /// let layer = ApiDefinition::from_openapi(document)?.into_layer()?;
    /// let operations: Vec<_> = layer.operations().map(ToString::to_string).collect();
    /// assert_eq!(operations, ["GET /pets/{petId}"]);
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.routes.documented.iter()
    }

    /// How each authorizer is configured. Its [name](LayerConfiguration::authorizer_name) is the one in the document.
    pub fn configurations(&self) -> impl Iterator<Item = LayerConfiguration> {
        let guards = self.routes.guards.iter();
        guards.map(|guard| LayerConfiguration::of(guard.settings()))
    }

    /// The cached results of the authorizer with this name, as
    /// [`LambdaAuthorizerLayer::results`](crate::LambdaAuthorizerLayer::results) returns them. `None` if no operation has
    /// this authorizer.
    #[must_use]
    pub fn results(&self, authorizer: &str) -> Option<AuthorizerResults> {
        let mut guards = self.routes.guards.iter().map(Guard::settings);
        let settings = guards.find(|settings| settings.authorizer_name() == Some(authorizer))?;
        Some(settings.result_handle())
    }

    /// Returns a responder that creates the API's gateway responses for failures that the application itself finds, such
    /// as a server behind it that does not answer. It is the counterpart of
    /// [`LambdaAuthorizerLayer::responder`](crate::LambdaAuthorizerLayer::responder).
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     gateway_responses::{GatewayFailure, ResponseType},
    ///     openapi::ApiDefinition,
    /// };
    ///
    /// let layer = ApiDefinition::from_openapi(r#"{
    ///     "openapi": "3.0.1",
    ///     "paths": {},
    ///     "x-amazon-apigateway-gateway-responses": {"INTEGRATION_TIMEOUT": {"statusCode": 503}}
    /// }"#)?
    /// .into_layer()?;
    /// let failure = GatewayFailure::new(ResponseType::IntegrationTimeout);
    /// let (mut parts, _) = http::Request::new(()).into_parts();
    /// assert_eq!(layer.responder().respond(&failure, &mut parts).status(), 503);
    /// # Ok::<(), tower_lambda_authorizer::openapi::DefinitionError>(())
    /// ```
    #[must_use]
    pub fn responder(&self) -> GatewayResponder {
        GatewayResponder::new(Arc::clone(&self.routes.settings))
    }

    /// Guards a service that is ready, as the layer's own service does.
    #[cfg(feature = "reload")]
    pub(crate) fn serve<S, B>(&self, inner: &mut S, request: Request<B>) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        self.routes.serve(inner, request)
    }

    /// Notifies the observers that this layer has replaced another one.
    #[cfg(feature = "reload")]
    pub(crate) fn notify_reloaded(&self) {
        observe::notify_of_reload(&self.routes.settings);
    }

    /// The results of each authorizer.
    #[cfg(feature = "reload")]
    pub(crate) fn results_by_name(&self) -> impl Iterator<Item = (String, AuthorizerResults)> {
        let guards = self.routes.guards.iter().map(Guard::settings);
        guards.map(|settings| {
            let name = settings.authorizer_name().unwrap_or_default();
            (name.to_owned(), settings.result_handle())
        })
    }
}

impl<S: Clone> Layer<S> for ApiAuthorizerLayer {
    type Service = ApiAuthorizer<S>;

    fn layer(&self, inner: S) -> ApiAuthorizer<S> {
        ApiAuthorizer::new(inner, Arc::clone(&self.routes))
    }
}

impl fmt::Debug for ApiAuthorizerLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ApiAuthorizerLayer");
        self.routes.settings.note_shadow(&mut shown);
        shown.field("routes", &self.routes).finish()
    }
}
