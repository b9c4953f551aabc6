//! A request that a test builds step by step.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use http::{HeaderName, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Harness, TestBody, TestResponse};
use crate::{
    policy::{ConditionContext, OneLine},
    request::resource::ResourceMatch,
};

/// The characters that need no encoding in a query are removed from the set.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Creates a `GET` request for a path or a URL, without headers.
///
/// Use it to send a request without a [`Harness`], or with [`Harness::send`].
///
/// ```
/// use tower_lambda_authorizer::testing::request;
///
/// assert_eq!(request("/pets?tenant=acme").uri().query(), Some("tenant=acme"));
/// ```
///
/// # Panics
///
/// Panics like [`Harness::get`].
#[must_use]
#[track_caller]
pub fn request(path: &str) -> Request<TestBody> {
    let mut request = Request::new(TestBody::default());
    match path.parse::<Uri>() {
        Ok(uri) if path.starts_with('/') || uri.scheme().is_some() => *request.uri_mut() = uri,
        Ok(_) => panic!(
            "`{}` is not a path; a path begins with `/`",
            without_query(path)
        ),
        Err(error) => panic!("`{}` is not a path: {error}", without_query(path)),
    }
    request
}

/// A message shows no query, because its values may be credentials.
fn without_query(path: &str) -> OneLine<&str> {
    OneLine(path.split('?').next().unwrap_or_default())
}

/// A request that is being built. [`send`](Self::send) sends it.
///
/// `Debug` shows neither the headers nor the query.
///
/// ```
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
///
/// # tokio_test::block_on(async {
/// let authorizer = MockAuthorizer::answering(MockAnswer::allow_only([("POST", "/pets")]));
/// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
/// harness
///     .post("/pets")
///     .header("authorization", "t")
///     .query("dry-run", "true")
///     .body("a cat")
///     .send()
///     .await
///     .assert_allowed();
/// assert_eq!(harness.reached()[0].body(), "a cat");
/// # });
/// ```
#[must_use = "a request does nothing until it is sent"]
#[derive(Clone)]
pub struct TestRequest {
    harness: Harness,
    request: Request<TestBody>,
}

impl TestRequest {
    pub(super) fn new(harness: Harness, request: Request<TestBody>) -> Self {
        Self { harness, request }
    }

    /// Adds a header. It does not replace a header of the same name.
    ///
    /// # Panics
    ///
    /// Panics if the name or the value is not valid in a header.
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let Ok(known) = HeaderName::try_from(name) else {
            panic!("`{name}` is not a header name");
        };
        let Ok(value) = HeaderValue::from_bytes(value.as_ref()) else {
            panic!("the value given for `{name}` is not a header value");
        };
        self.request.headers_mut().append(known, value);
        self
    }

    /// Adds a query parameter. The name and the value are percent-encoded.
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
    ///
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
    ///
    /// # Panics
    ///
    /// Panics if the URI becomes longer than a URI may be.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let uri = self.request.uri();
        let joint = if uri.query().is_some() { '&' } else { '?' };
        let (name, value) = (
            utf8_percent_encode(name, QUERY),
            utf8_percent_encode(value, QUERY),
        );
        let with_query = format!("{uri}{joint}{name}={value}").parse();
        // The added text is encoded, so the URI can only be too long.
        *self.request.uri_mut() =
            with_query.unwrap_or_else(|error| panic!("this is not a URI: {error}"));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<TestBody>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Sets the peer address of the connection. It is the client's address, unless there are
    /// [proxies](crate::ClientIp::behind_proxies).
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness};
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::from_json(br#"{"policyDocument": {"Statement": {
    ///         "Effect": "Allow", "Action": "*", "Resource": "*",
    ///         "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    ///     }}}"#)?)
    /// });
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
    /// let from = |address: [u8; 4]| harness.get("/pets").header("authorization", "t").source_ip(address).send();
    /// from([203, 0, 113, 7]).await.assert_allowed();
    /// from([192, 0, 2, 1]).await.assert_denied();
    /// # });
    /// ```
    pub fn source_ip(mut self, address: impl Into<IpAddr>) -> Self {
        let address = SocketAddr::new(address.into(), 49152);
        let extensions = self.request.extensions_mut();
        extensions.insert(address);
        #[cfg(feature = "axum")]
        crate::request::axum::set_connect_info(extensions, address);
        self
    }

    /// Sets the condition key `aws:SecureTransport`: whether the client used TLS. It overrides the
    /// [layer's setting](crate::LambdaAuthorizerLayer::secure_transport) and the proxies.
    pub fn secure_transport(self, secure: bool) -> Self {
        self.condition_key("aws:SecureTransport", secure)
    }

    /// Sets a [condition key](crate::LambdaAuthorizerLayer#condition-keys), as an application would.
    pub fn condition_key(mut self, key: &str, value: impl fmt::Display) -> Self {
        let extensions = self.request.extensions_mut();
        let keys: ConditionContext = extensions.remove().unwrap_or_default();
        extensions.insert(keys.with(key, value));
        self
    }

    /// Sets the resource that the request is for, such as `/pets/{petId}`, as a router would.
    ///
    /// # Panics
    ///
    /// Panics if the harness is around an app, because the app's router sets the resource.
    #[track_caller]
    pub fn resource(self, resource: &str) -> Self {
        self.matched(|matched| matched.with_resource(resource))
    }

    /// Adds a path parameter, as a router would.
    ///
    /// # Panics
    ///
    /// Panics like [`resource`](Self::resource).
    #[track_caller]
    pub fn path_parameter(self, name: &str, value: &str) -> Self {
        self.matched(|matched| matched.with_path_parameter(name, value))
    }

    #[track_caller]
    fn matched(mut self, change: impl FnOnce(ResourceMatch) -> ResourceMatch) -> Self {
        assert!(
            self.harness.has_no_router(),
            "an app's own router sets the resource and the path parameters"
        );
        let extensions = self.request.extensions_mut();
        let matched = extensions.remove().unwrap_or_default();
        extensions.insert(change(matched));
        self
    }

    /// Adds a value to the request's extensions, as a layer in front would.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, extension: T) -> Self {
        self.request.extensions_mut().insert(extension);
        self
    }

    /// Sends the request.
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
