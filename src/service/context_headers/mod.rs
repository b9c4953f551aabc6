//! Passes the authorizer's context as request headers to a service that forwards requests to another server.

mod headers;
mod prefix;

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use crate::{authorizer::AuthorizerContext, error::ConfigError};

/// A layer that passes the [`AuthorizerContext`] to an upstream server, in request headers with a prefix that you
/// choose.
///
/// Put it between the layer that authorizes and the service that forwards requests. It removes every header with this
/// prefix that a client sends, even if there is no context: on open operations, exempt preflights and anonymous
/// requests.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response};
/// use http_body_util::Empty;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
///     context_headers::ContextHeadersLayer,
/// };
///
/// type Body = Empty<bytes::Bytes>;
///
/// let authorizer = authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*")
///         .with_principal_id("user-1")
///         .with_context("tenantId", "Käse & Co"))
/// });
/// let service = ServiceBuilder::new()
///     .layer(LambdaAuthorizerLayer::token(authorizer))
///     .layer(ContextHeadersLayer::new("x-authorizer-")?)
///     .service(service_fn(async |request: Request<Body>| {
///         // A proxy would forward the request here.
///         assert_eq!(request.headers()["x-authorizer-principal-id"], "user-1");
///         assert_eq!(request.headers()["x-authorizer-tenantid"], "K%C3%A4se%20&%20Co");
///         assert!(!request.headers().contains_key("x-authorizer-admin"));
///         Ok::<_, std::convert::Infallible>(Response::new(Body::new()))
///     }));
///
/// let request = Request::get("/pets")
///     .header("authorization", "t")
///     .header("x-authorizer-tenantid", "another")
///     .header("x_authorizer_admin", "true")
///     .body(Body::new())?;
/// assert_eq!(service.oneshot(request).await?.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// # Names
///
/// The header of the principal is `{prefix}principal-id`. The header of a context value is the prefix and the key.
/// Letters of the key become lower case, and all characters other than ASCII letters and digits become `-`: `tenantId`
/// becomes `tenantid`, and `user_id` becomes `user-id`. If several keys become the same name, all of them are left out,
/// so that none is mistaken for another. A key that becomes `principal-id` is left out, too. The usage identifier key
/// is a credential, so it is not passed on.
///
/// # Values
///
/// A value is the string that [`AuthorizerContext::get`] returns. The character `%` and all characters other than
/// visible ASCII characters are percent-encoded as UTF-8, so percent-decoding restores the value. The headers are
/// [sensitive](http::HeaderValue::set_sensitive): `Debug` does not show them, and HTTP/2 does not index them.
///
/// # Headers that are removed
///
/// The layer removes every header whose name begins with the prefix, in upper or lower case, and with any other
/// character instead of a `-`, because some servers treat `x_authorizer_tenantid` or `x.authorizer.tenantid` as
/// the same name. It also removes these names from the header `Connection`, because a proxy removes the headers that
/// are named there. It does not look at trailers.
///
/// On API Gateway, the parameter mappings of an integration do the same (`context.authorizer.KEY`).
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is put around a service"]
pub struct ContextHeadersLayer {
    prefix: Arc<str>,
}

impl ContextHeadersLayer {
    /// Creates a layer with this prefix, such as `x-authorizer-`.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::ContextHeaders`] if the prefix does not consist of words of ASCII letters and digits,
    /// each followed by one `-`, or if a header that HTTP or proxies use begins with it (`content-`, `x-forwarded-`).
    pub fn new(prefix: &str) -> Result<Self, ConfigError> {
        let prefix = prefix::parse(prefix)?;
        Ok(Self { prefix })
    }
}

impl<S> Layer<S> for ContextHeadersLayer {
    type Service = ContextHeaders<S>;

    fn layer(&self, inner: S) -> ContextHeaders<S> {
        ContextHeaders {
            inner,
            prefix: Arc::clone(&self.prefix),
        }
    }
}

/// A service that writes the authorizer's context into the headers of a request. Created by [`ContextHeadersLayer`].
#[derive(Debug, Clone)]
pub struct ContextHeaders<S> {
    inner: S,
    prefix: Arc<str>,
}

impl<S> ContextHeaders<S> {
    /// Returns a reference to the inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns a mutable reference to the inner service. Requests that you send to it directly keep the client's
    /// headers.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Returns the inner service.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for ContextHeaders<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        headers::remove(request.headers_mut(), &self.prefix);
        let caller = request.extensions().get::<AuthorizerContext>().cloned();
        if let Some(caller) = caller {
            headers::write(request.headers_mut(), &self.prefix, &caller);
        }
        self.inner.call(request)
    }
}
