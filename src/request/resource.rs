//! Which of an API's resources a request is for: what the router in front knows and the URI alone does
//! not tell.

use std::{borrow::Cow, fmt, sync::Arc};

use http::{Method, Uri};

/// The route key of an HTTP API's requests that no other route takes.
pub(crate) const DEFAULT_ROUTE_KEY: &str = "$default";

/// What a router knows of a request: the resource (the path's template), the path's parameters, and
/// the URI as the client sent it, where a router has rewritten it.
///
/// With the feature `axum` the layer finds all three by itself wherever axum has left them (that is,
/// where the layer is inside the `Router`). The resource is written as API Gateway writes it, so axum's `{*rest}` is
/// `{rest+}`. In a fallback and in `nest_service` axum names no route of its own; there the route key is `$default`.
/// For other frameworks a resolver supplies them:
///
/// ```
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, ResourceMatch, AuthorizerResponse, authorizer_fn};
/// # #[derive(Clone)] struct MyRoute { template: String, id: String }
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     Ok(AuthorizerResponse::allow(request.method_arn()))
/// }))
/// .resource_resolver(|parts| match parts.extensions.get::<MyRoute>() {
///     Some(route) => ResourceMatch::new()
///         .with_resource(&route.template)
///         .with_path_parameter("petId", &route.id),
///     None => ResourceMatch::new(),
/// });
/// # let _ = layer;
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ResourceMatch {
    resource: Option<String>,
    route_key: Option<Arc<str>>,
    path_parameters: Vec<(String, String)>,
    original_uri: Option<Uri>,
}

impl ResourceMatch {
    /// Nothing known beyond the request's own URI.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the resource, such as `/pets/{petId}`.
    #[must_use]
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Sets an HTTP API's route key, where it is not the request's method and the resource: `ANY /pets`,
    /// `$default`.
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, ResourceMatch, authorizer_fn};
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     let event = request.to_event().to_string();
    ///     Ok(AuthorizerResponse::simple(event.contains(r#""routeKey":"ANY /pets""#)))
    /// });
    /// let layer = LambdaAuthorizerLayer::http_api(authorizer)
    ///     .simple_responses()?
    ///     .resource_resolver(|_| {
    ///         ResourceMatch::new().with_resource("/pets").with_route_key("ANY /pets")
    ///     });
    /// # tokio_test::block_on(async {
    /// # use tower::{Layer, ServiceExt};
    /// # let service = layer.layer(tower::service_fn(async |_: http::Request<()>| {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new(http_body_util::Empty::<bytes::Bytes>::new()))
    /// # }));
    /// # let request = http::Request::get("/pets").header("authorization", "t").body(()).unwrap();
    /// # assert_eq!(service.oneshot(request).await.unwrap().status(), 200);
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    #[must_use]
    pub fn with_route_key(mut self, route_key: impl Into<Arc<str>>) -> Self {
        self.route_key = Some(route_key.into());
        self
    }

    /// Adds a parameter of the path, percent-decoded.
    #[must_use]
    pub fn with_path_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.path_parameters.push((name.into(), value.into()));
        self
    }

    /// Sets the URI that the client sent, where the request's own has been rewritten since. The method
    /// ARN, the query parameters and `$context.path` are taken from it.
    #[must_use]
    pub fn with_original_uri(mut self, uri: Uri) -> Self {
        self.original_uri = Some(uri);
        self
    }

    /// Fills in what is open here.
    pub(crate) fn or(self, other: Self) -> Self {
        let path_parameters = match self.path_parameters.is_empty() {
            true => other.path_parameters,
            false => self.path_parameters,
        };
        Self {
            // A resource without a route key must not get that of another resource.
            route_key: match self.resource {
                Some(_) => self.route_key,
                None => self.route_key.or(other.route_key),
            },
            resource: self.resource.or(other.resource),
            path_parameters,
            original_uri: self.original_uri.or(other.original_uri),
        }
    }

    pub(crate) fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    /// The route key for a request of this method, where anything is known of the route.
    pub(crate) fn route_key(&self, method: &Method) -> Option<Cow<'_, str>> {
        match (&self.route_key, &self.resource) {
            (Some(route_key), _) => Some(Cow::Borrowed(route_key)),
            (None, Some(resource)) => Some(format!("{method} {resource}").into()),
            (None, None) => None,
        }
    }

    pub(crate) fn path_parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.path_parameters.iter();
        let found = parameters.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn original_uri<'u>(&'u self, request_uri: &'u Uri) -> &'u Uri {
        self.original_uri.as_ref().unwrap_or(request_uri)
    }

    pub(crate) fn path_parameters(&self) -> &[(String, String)] {
        &self.path_parameters
    }
}

/// Without the query, which may hold a credential.
impl fmt::Debug for ResourceMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceMatch")
            .field("resource", &self.resource)
            .field("route_key", &self.route_key)
            .field("path_parameters", &self.path_parameters)
            .field("original_path", &self.original_uri.as_ref().map(Uri::path))
            .finish()
    }
}
