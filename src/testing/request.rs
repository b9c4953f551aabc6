//! A request, step by step.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use http::{HeaderName, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Harness, RequestBody, TestResponse};
use crate::{policy::ConditionContext, request::resource::ResourceMatch};

/// What needs no encoding in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A `GET` request for a path or a URL, without any header, for who sends it without a [`Harness`], or by [`Harness::send`].
///
/// ```
/// use tower_lambda_authorizer::testing::request;
///
/// assert_eq!(request("/pets?tenant=acme").uri().query(), Some("tenant=acme"));
/// ```
///
/// # Panics
///
/// As [`Harness::get`].
#[must_use]
#[track_caller]
pub fn request(path: &str) -> Request<RequestBody> {
    let mut request = Request::new(RequestBody::default());
    match path.parse::<Uri>() {
        Ok(uri) if path.starts_with('/') || uri.scheme().is_some() => *request.uri_mut() = uri,
        Ok(_) => panic!("a path begins with `/`"),
        Err(error) => panic!("this is no path: {error}"),
    }
    request
}

/// A request that is being made; [`send`](Self::send) sends it.
///
/// `Debug`, as everything here, shows neither headers nor query.
#[must_use = "a request does nothing until it is sent"]
#[derive(Clone)]
pub struct TestRequest {
    harness: Harness,
    request: Request<RequestBody>,
}

impl TestRequest {
    pub(super) fn new(harness: Harness, request: Request<RequestBody>) -> Self {
        Self { harness, request }
    }

    /// Adds a header; one of the same name stays.
    ///
    /// # Panics
    ///
    /// Where no header has such a name or value.
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let Ok(known) = HeaderName::try_from(name) else {
            panic!("`{name}` is no header's name");
        };
        let Ok(value) = HeaderValue::from_bytes(value.as_ref()) else {
            panic!("no header has a value such as that given for `{name}`");
        };
        self.request.headers_mut().append(known, value);
        self
    }

    /// Adds a query parameter, both parts as they are meant: they are percent-encoded here.
    ///
    /// ```
    /// # use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::request(
    ///     MockAuthorizer::allowing(),
    ///     "method.request.querystring.tenant",
    /// );
    /// let harness = Harness::new(layer.unwrap());
    /// harness.get("/pets").query("tenant", "a & b").send().await.assert_allowed();
    /// assert_eq!(harness.reached()[0].uri().query(), Some("tenant=a%20%26%20b"));
    /// # });
    /// ```
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let uri = self.request.uri();
        let joint = if uri.query().is_some() { '&' } else { '?' };
        let (name, value) = (
            utf8_percent_encode(name, QUERY),
            utf8_percent_encode(value, QUERY),
        );
        let with_query = format!("{uri}{joint}{name}={value}").parse();
        // What is added is a URI's, so only its length can be wrong.
        *self.request.uri_mut() = with_query.unwrap_or_else(|error| panic!("no URI: {error}"));
        self
    }

    /// Sets the body, which no authorizer sees.
    pub fn body(mut self, body: impl Into<RequestBody>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Sets the address that the connection comes from: the peer's, which is the client's unless there are
    /// [proxies](crate::ClientIp::behind_proxies).
    pub fn source_ip(mut self, address: impl Into<IpAddr>) -> Self {
        let address = SocketAddr::new(address.into(), 49152);
        let extensions = self.request.extensions_mut();
        extensions.insert(address);
        #[cfg(feature = "axum")]
        crate::request::axum::set_connect_info(extensions, address);
        self
    }

    /// Says whether the client came by TLS, for the condition key `aws:SecureTransport`, whatever the
    /// [layer](crate::LambdaAuthorizerLayer::secure_transport) and proxies say.
    pub fn secure_transport(self, secure: bool) -> Self {
        self.condition_key("aws:SecureTransport", secure)
    }

    /// Sets a [condition key](crate::LambdaAuthorizerLayer#condition-keys), as an application supplies it.
    pub fn condition_key(mut self, key: &str, value: impl fmt::Display) -> Self {
        let extensions = self.request.extensions_mut();
        let keys: ConditionContext = extensions.remove().unwrap_or_default();
        extensions.insert(keys.with(key, value));
        self
    }

    /// Says which resource the request is for, such as `/pets/{petId}`, in place of a router.
    ///
    /// # Panics
    ///
    /// Around a whole app, whose router says so.
    #[track_caller]
    pub fn resource(self, resource: &str) -> Self {
        self.matched(|matched| matched.with_resource(resource))
    }

    /// Adds a parameter of the path, in place of a router.
    ///
    /// # Panics
    ///
    /// As [`resource`](Self::resource).
    #[track_caller]
    pub fn path_parameter(self, name: &str, value: &str) -> Self {
        self.matched(|matched| matched.with_path_parameter(name, value))
    }

    #[track_caller]
    fn matched(mut self, change: impl FnOnce(ResourceMatch) -> ResourceMatch) -> Self {
        assert!(
            self.harness.has_no_router(),
            "an app's router says which resource a request is for, and what is in its path"
        );
        let extensions = self.request.extensions_mut();
        let matched = extensions.remove().unwrap_or_default();
        extensions.insert(change(matched));
        self
    }

    /// Puts something into the request's extensions, as a layer in front would.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, extension: T) -> Self {
        self.request.extensions_mut().insert(extension);
        self
    }

    /// Sends it.
    pub async fn send(self) -> TestResponse {
        self.harness.send(self.request).await
    }
}

impl fmt::Debug for TestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestRequest")
            .field("method", self.request.method())
            .field("path", &self.request.uri().path())
            .finish_non_exhaustive()
    }
}
