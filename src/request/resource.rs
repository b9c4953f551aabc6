//! The resource that a request is for. A router knows it, and the URI alone does not contain it.

use std::{borrow::Cow, fmt, sync::Arc};

use http::{Method, Uri};

/// The route key of an HTTP API's requests that match no other route.
pub(crate) const DEFAULT_ROUTE_KEY: &str = "$default";

/// What a router knows about a request: its resource (the template of the path), the path parameters, and the original
/// URI if a router has rewritten it.
///
/// With the feature `axum`, a layer inside a `Router` finds all three by itself. The resource is in API Gateway's
/// syntax, so axum's `{*rest}` becomes `{rest+}`. In a fallback and in `nest_service`, axum has no route, so the route
/// key is `$default`.
///
/// For other frameworks, configure a resolver:
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, ResourceMatch, authorizer_fn, testing::Harness,
/// };
///
/// /// What the router puts into the request's extensions.
/// #[derive(Clone)]
/// struct MyRoute { template: String, id: String }
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     let resource = request.resource().unwrap_or("none").to_owned();
///     Ok(AuthorizerResponse::allow(request.method_arn()).with_context("resource", resource))
/// }))
/// .resource_resolver(|parts| match parts.extensions.get::<MyRoute>() {
///     Some(route) => ResourceMatch::new()
///         .with_resource(&route.template)
///         .with_path_parameter("petId", &route.id),
///     None => ResourceMatch::new(),
/// });
/// # tokio_test::block_on(async {
/// let route = MyRoute { template: "/pets/{petId}".into(), id: "7".into() };
/// let request = Harness::new(layer).get("/pets/7").header("authorization", "t").extension(route);
/// request.send().await.assert_context("resource", "/pets/{petId}");
/// # });
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ResourceMatch {
    /// `None` if nothing is known, as for most requests. Boxed, because a match moves with its request.
    known: Option<Box<Known>>,
}

#[derive(Clone, PartialEq, Eq, Default)]
struct Known {
    resource: Option<String>,
    route_key: Option<Arc<str>>,
    path_parameters: Vec<(String, String)>,
    original_uri: Option<Uri>,
}

impl ResourceMatch {
    /// Creates an empty match. Only the request's own URI is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the resource, in API Gateway's syntax: `/pets/{petId}`, `/files/{rest+}`.
    #[must_use]
    pub fn with_resource(mut self, resource: impl Into<String>) -> Self {
        self.known_mut().resource = Some(resource.into());
        self
    }

    /// Sets the route key for an HTTP API, such as `ANY /pets` or `$default`.
    ///
    /// Without it, the route key is the request's method and the resource.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, ResourceMatch, authorizer_fn, testing::Harness,
    /// };
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
    /// let request = Harness::new(layer).get("/pets").header("authorization", "t");
    /// request.send().await.assert_allowed();
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    #[must_use]
    pub fn with_route_key(mut self, route_key: impl Into<Arc<str>>) -> Self {
        self.known_mut().route_key = Some(route_key.into());
        self
    }

    /// Adds a path parameter. The value must be percent-decoded.
    #[must_use]
    pub fn with_path_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let parameters = &mut self.known_mut().path_parameters;
        parameters.push((name.into(), value.into()));
        self
    }

    /// Sets the URI that the client sent, if a router has rewritten the request's own URI.
    ///
    /// The method ARN, the query parameters and `$context.path` are taken from it.
    #[must_use]
    pub fn with_original_uri(mut self, uri: Uri) -> Self {
        self.known_mut().original_uri = Some(uri);
        self
    }

    fn known(&self) -> Option<&Known> {
        self.known.as_deref()
    }

    fn known_mut(&mut self) -> &mut Known {
        self.known.get_or_insert_default()
    }

    /// Fills in the values that are missing here.
    pub(crate) fn or(self, other: Self) -> Self {
        let known = match (self.known, other.known) {
            (Some(known), Some(other)) => Some(Box::new(known.or(*other))),
            (known, other) => known.or(other),
        };
        Self { known }
    }

    /// The same with the original URI of the other match, if that has one.
    #[cfg(feature = "openapi")]
    pub(crate) fn with_original_uri_of(self, other: Self) -> Self {
        match other.known.and_then(|other| other.original_uri) {
            Some(uri) => self.with_original_uri(uri),
            None => self,
        }
    }

    pub(crate) fn resource(&self) -> Option<&str> {
        self.known()?.resource.as_deref()
    }

    /// The route key for a request with this method. `None` if the route is not known.
    pub(crate) fn route_key(&self, method: &Method) -> Option<Cow<'_, str>> {
        let known = self.known()?;
        match (&known.route_key, &known.resource) {
            (Some(route_key), _) => Some(Cow::Borrowed(route_key)),
            (None, Some(resource)) => Some(format!("{method} {resource}").into()),
            (None, None) => None,
        }
    }

    pub(crate) fn path_parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.path_parameters().iter();
        let found = parameters.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn original_uri<'u>(&'u self, request_uri: &'u Uri) -> &'u Uri {
        let original = self.known().and_then(|known| known.original_uri.as_ref());
        original.unwrap_or(request_uri)
    }

    pub(crate) fn path_parameters(&self) -> &[(String, String)] {
        self.known().map_or(&[], |known| &known.path_parameters)
    }
}

impl Known {
    fn or(self, other: Self) -> Self {
        let path_parameters = if self.path_parameters.is_empty() {
            other.path_parameters
        } else {
            self.path_parameters
        };
        Self {
            // A resource without a route key must not get the route key of another resource.
            route_key: match self.resource {
                Some(_) => self.route_key,
                None => self.route_key.or(other.route_key),
            },
            resource: self.resource.or(other.resource),
            path_parameters,
            original_uri: self.original_uri.or(other.original_uri),
        }
    }
}

/// Omits the query, which may contain a credential.
impl fmt::Debug for ResourceMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known();
        let original = known.and_then(|known| known.original_uri.as_ref());
        f.debug_struct("ResourceMatch")
            .field("resource", &self.resource())
            .field(
                "route_key",
                &known.and_then(|known| known.route_key.as_ref()),
            )
            .field("path_parameters", &self.path_parameters())
            .field("original_path", &original.map(Uri::path))
            .finish()
    }
}
