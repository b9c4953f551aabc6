//! Changes the settings of a layer while its services run.
//!
//! `reloadable` makes a layer and a [`ReloadHandle`] of a [`LambdaAuthorizerLayer`] or of an
//! `ApiAuthorizerLayer`. All services of the layer use the settings that the handle was given last:
//!
//! ```
//! # tokio_test::block_on(async {
//! use std::{convert::Infallible, time::Duration};
//!
//! use http::{Request, Response};
//! use http_body_util::Empty;
//! use tower::{Layer, ServiceExt, service_fn};
//! use tower_lambda_authorizer::{AuthorizerResponse, BoxAuthorizer, LambdaAuthorizerLayer, authorizer_fn};
//!
//! type Body = Empty<bytes::Bytes>;
//!
//! let allows = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
//! let denies = authorizer_fn(|_| async { Ok(AuthorizerResponse::deny("*")) });
//! let (layer, handle) = LambdaAuthorizerLayer::token(BoxAuthorizer::new(allows)).reloadable();
//! let service = layer.layer(service_fn(async |_: Request<Body>| {
//!     Ok::<_, Infallible>(Response::new(Body::new()))
//! }));
//! let request = || Request::get("/pets").header("authorization", "t").body(Body::new()).unwrap();
//! assert_eq!(service.clone().oneshot(request()).await?.status(), 200);
//!
//! // Another setting of the same layer. If it is wrong, nothing changes.
//! handle.modify(|layer| layer.result_ttl(Duration::from_secs(60)))?;
//! assert!(handle.modify(|layer| layer.result_ttl(Duration::from_secs(86_400))).is_err());
//! assert_eq!(service.clone().oneshot(request()).await?.status(), 200);
//!
//! // Another layer.
//! handle.replace(LambdaAuthorizerLayer::token(BoxAuthorizer::new(denies)));
//! assert_eq!(service.oneshot(request()).await?.status(), 403);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! A request ends with the settings that it began with, and no request waits for a change. A layer checks its settings when
//! it is built, so a badly configured layer never gets here.
//!
//! **Cached results** are used by the new settings if they would be used by a clone of the layer with these settings (see
//! [`results`](crate::LambdaAuthorizerLayer::results)): after a change of gateway responses, observers or the limit of
//! concurrent calls, but not after a change of the time to live, of trusted proxies or of the shared cache. A layer that is
//! built from scratch has a cache of its own, so start from the current one with [`ReloadHandle::modify`] to keep the
//! results.
//!
//! **To revoke**, use the handle's `invalidate`, `invalidate_principal`, `invalidate_tag` and `clear`. They also reach the
//! results of earlier settings, which are used again if you return to these settings. An
//! [`AuthorizerResults`](crate::caching::AuthorizerResults) is a handle to the results of one layer only.
//!
//! **For metrics of the cache**, use the handle's `statistics`. They go on when a layer with another cache replaces the
//! current one.

mod earlier;
mod handle;
mod revocation;
mod sealed;
mod service;
mod statistics;

pub use self::{
    handle::ReloadHandle,
    service::{ReloadLayer, ReloadService},
};
#[cfg(feature = "openapi")]
use crate::openapi::ApiAuthorizerLayer;
use crate::{authorizer::Authorizer, layer::LambdaAuthorizerLayer};

/// A layer whose settings can be replaced: `LambdaAuthorizerLayer` and `ApiAuthorizerLayer`. Only this crate implements it.
pub trait Reloadable: sealed::Guarding {}

impl<A: Authorizer> LambdaAuthorizerLayer<A> {
    /// Returns a layer with these settings, and a handle to change them while its services run. See
    /// [`reload`](crate::reload).
    ///
    /// The authorizer of a replacement has the same type, so use a [`BoxAuthorizer`](crate::BoxAuthorizer) to replace it by
    /// one of another type.
    pub fn reloadable(self) -> (ReloadLayer<Self>, ReloadHandle<Self>) {
        handle::reloadable(self)
    }
}

#[cfg(feature = "openapi")]
impl ApiAuthorizerLayer {
    /// Returns a layer of this API, and a handle to replace it while its services run. See [`reload`](crate::reload).
    pub fn reloadable(self) -> (ReloadLayer<Self>, ReloadHandle<Self>) {
        handle::reloadable(self)
    }
}

impl<A: Authorizer> Reloadable for LambdaAuthorizerLayer<A> {}

#[cfg(feature = "openapi")]
impl Reloadable for ApiAuthorizerLayer {}
