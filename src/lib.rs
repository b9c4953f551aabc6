//! `Request -> allowed?`: Amazon API Gateway's Lambda authorizer as a [tower] layer.
//!
//! API Gateway guards an API with a *Lambda authorizer*: it looks for the configured identity sources in
//! the request, asks the authorizer, evaluates the policy that it returns, and lets the request through
//! or answers itself. This crate does the same in front of any tower service, with the same decisions
//! and the same bytes: axum, hyper, tonic.
//!
//! # The order of decisions
//!
//! 1. **Identity.** Is an identity source missing, empty, or refused by the validation expression? The
//!    answer is `401 {"message":"Unauthorized"}`, and the authorizer is *not invoked*. That is the 401
//!    that leaves no trace in any function's log; here the [`Denial`] says which source it was.
//! 2. **Path.** Is the method ARN too long, or can the path be read in two ways? 414, 400.
//! 3. **Authorizer.** Did it fail with exactly `Unauthorized`? 401. With anything else, or panic, or not
//!    answer in time, or answer something that is no policy? 500.
//! 4. **Policy.** Does a statement deny the method ARN, or none allow it? 403.
//! 5. The service inside is called, with the [`AuthorizerContext`] in the request's extensions.
//!
//! Nothing but step 5 ever calls the service inside.
//!
//! That is a REST API. HTTP and WebSocket APIs, which differ in the details, are [side by side](api_types).
//!
//! # Example
//!
//! ```
//! # tokio_test::block_on(async {
//! use axum::{Router, body::Body, routing::get};
//! use http::{Request, StatusCode};
//! use tower::ServiceExt;
//! use tower_lambda_authorizer::{
//!     AuthorizerError, AuthorizerResponse, Denial, LambdaAuthorizerLayer, authorizer_fn,
//! };
//!
//! let authorizer = authorizer_fn(|request| async move {
//!     match request.token() {
//!         Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())),
//!         Some("deny") => Ok(AuthorizerResponse::deny(request.method_arn())),
//!         _ => Err(AuthorizerError::unauthorized()),
//!     }
//! });
//! let app = Router::new()
//!     .route("/pets", get(|| async { "a cat and a dog" }))
//!     .route_layer(LambdaAuthorizerLayer::token(authorizer));
//!
//! for (token, status) in [
//!     ("allow", StatusCode::OK),
//!     ("deny", StatusCode::FORBIDDEN),
//!     ("who?", StatusCode::UNAUTHORIZED),
//! ] {
//!     let request = Request::get("/pets").header("authorization", token).body(Body::empty());
//!     let response = app.clone().oneshot(request.unwrap()).await.unwrap();
//!     assert_eq!(response.status(), status);
//! }
//!
//! let request = Request::get("/pets").body(Body::empty()).unwrap();
//! let response = app.oneshot(request).await.unwrap();
//! assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
//! let denial = response.extensions().get::<Denial>().unwrap();
//! assert!(denial.to_string().contains("`method.request.header.Authorization` is missing"));
//! # });
//! ```
//!
//! # Where to put it
//!
//! On `Router::route_layer`, so that unknown routes stay 404, or around the whole service, so that
//! nothing is routed before it is authorized. Inside a nested axum router the layer needs the feature
//! `axum`: `nest` cuts the prefix off the request's URI, and only with the feature does the layer see the
//! path that the client sent. Without it a policy would be matched against half a path.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | |
//! |---|---|
//! | `axum` | [`AuthorizerContext`] as an extractor; the resource, the path's parameters, the original URI and the client's address as axum knows them |
//! | `testing` | the module `testing`: a kit for testing authorizers, for `[dev-dependencies]` |
//! | `openapi` | the module `openapi`: one layer for a whole API, from its OpenAPI export or its CloudFormation template |
//! | `shared-cache` | the module `shared_cache`: results shared by many processes, in a store of the application's |
//! | `redis` | that store is Redis or Valkey, one server or a cluster |
//! | `redis-tls` | the same over TLS, with rustls; compiles C |
//! | `aws-lambda` | `lambda::SdkInvoke`: deployed Lambda functions as authorizers, by the AWS SDK's client. Rust 1.85 with the SDK's version 1.86, which Cargo chooses there; later versions need a later Rust |
//! | `lambda-handler` | `lambda::lambda_handler`: handlers that were written for `lambda_runtime` as authorizers in this process |
//! | `tracing` | an [event](#tracing) for each decision |
//!
//! # Tracing
//!
//! With the feature `tracing` there is one event for each decision, with the target `tower_lambda_authorizer`:
//!
//! | level | |
//! |---|---|
//! | `ERROR` | the authorizer is broken: 500 |
//! | `WARN` | a mapped header of a gateway response was left out, for its value would have broken out of it |
//! | `DEBUG` | any other refusal |
//! | `TRACE` | a request that is let through |
//!
//! | field | |
//! |---|---|
//! | `decision` | `allow`, `refuse`, `exempt`, `anonymous` |
//! | `method_arn` | what policies know the request by |
//! | `cache` | `hit`, `missed` (also where nothing is kept), `joined`, `not_asked` |
//! | `response_type`, `status` | the gateway response of a refusal |
//! | `remedy` | what to do about it, the likeliest |
//! | `message` | why |
//!
//! No header, query parameter or cookie is in them. The method ARN has the path.
//!
//! # Minimum Rust version
//!
//! 1.85, held for at least six months from any later release of Rust that is made the minimum.
//!
//! [tower]: https://docs.rs/tower
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation
    )
)]

mod api;
mod authorizer;
mod cache;
mod clock;
mod contained;
mod decision;
mod error;
mod explanation;
mod gateway_response;
mod identity;
mod layer;
mod observe;
#[cfg(feature = "openapi")]
#[cfg_attr(docsrs, doc(cfg(feature = "openapi")))]
pub mod openapi;
mod pipeline;
pub mod policy;
mod request;
mod serial;
mod service;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;

#[cfg(feature = "shared-cache")]
#[cfg_attr(docsrs, doc(cfg(feature = "shared-cache")))]
pub use self::cache::shared as shared_cache;
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use self::request::axum::MissingAuthorizerContext;
pub use self::{
    api::{Api, ApiType, PayloadFormatVersion},
    authorizer::{
        Authorizer, AuthorizerContext, AuthorizerError, AuthorizerErrorKind, AuthorizerEvent,
        AuthorizerFn, AuthorizerRequest, AuthorizerResponse, BoxAuthorizer, ContextValue,
        MAX_RESPONSE_BYTES, ServiceAuthorizer, authorizer_fn, lambda,
    },
    cache::{AuthorizerResults, CacheStatistics, ResultCache, SharedTierError},
    clock::{Clock, ManualClock},
    decision::{Denial, DenialReason, UnknownKey},
    error::ConfigError,
    explanation::{
        AuthorizerExplanation, CacheExplanation, EntryUsed, Explanation, FoundIdentity, Remedy,
        ResponseExplanation, SourceExplanation, ValidationExplanation,
    },
    gateway_response::{
        Cors, GatewayFailure, GatewayResponse, GatewayResponses, ResponseFamily, ResponseType,
        WwwAuthenticate,
    },
    identity::{AnonymousRequests, ExpressionMatch, IdentitySource, IdentitySources},
    layer::{LambdaAuthorizerLayer, config::AuthorizerConfig},
    policy::MethodArn,
    request::{
        client_ip::ClientIp,
        host::{AmbiguousHosts, HostAmbiguity},
        path::{AmbiguousPaths, PathAmbiguity},
        resource::ResourceMatch,
    },
    service::{
        LambdaAuthorizer,
        body::{GatewayBody, ResponseBody},
        context_headers::{ContextHeaders, ContextHeadersLayer},
        future::ResponseFuture,
        request_body::{
            ReadBody, ReadRequestBody, ReadRequestBodyFuture, RequestBody, RequestBodyLayer,
        },
        responder::{FailureService, GatewayResponder},
    },
};

#[doc = include_str!("../docs/api-types.md")]
pub mod api_types {}

#[doc = include_str!("../docs/caching.md")]
pub mod caching {}

#[doc = include_str!("../docs/gateway-responses.md")]
pub mod gateway_responses {}

#[doc = include_str!("../docs/moving.md")]
pub mod moving {}

#[doc = include_str!("../docs/why.md")]
pub mod why {}

/// The README's snippets are tests, too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
