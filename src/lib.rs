//! Amazon API Gateway's Lambda authorizer as a [tower] layer.
//!
//! API Gateway guards an API with a *Lambda authorizer*. It reads the *identity sources* of a request (the headers or
//! query parameters that identify the caller, usually a token), calls the authorizer, and evaluates the IAM policy that
//! the authorizer returns. Then it passes the request on, or it sends a response itself. This crate does the same in
//! front of any tower service (axum, hyper, tonic), with the same decisions and the same response bytes. The authorizer
//! is an async function in your process ([`authorizer_fn`]), or a Lambda function ([`lambda`]).
//!
//! # Start here
//!
//! | type | |
//! |---|---|
//! | [`LambdaAuthorizerLayer`] | the layer: created from an authorizer, put around a service |
//! | [`AuthorizerRequest`] | what the authorizer receives: the token, the method ARN, headers and the rest of the request |
//! | [`AuthorizerResponse`] | what it returns: a policy, the principal, a context for the service |
//! | [`AuthorizerContext`] | what the service learns about the caller |
//! | [`Denial`] | why a request was refused. [`on_denial`](LambdaAuthorizerLayer::on_denial) hands it to your log |
//!
//! # The order of decisions
//!
//! 1. **Identity.** If an identity source is missing or empty, or does not match the validation expression,
//!    the response is `401 {"message":"Unauthorized"}`, and the authorizer is *not invoked*. On API Gateway, no
//!    function's log contains this 401. Here a [`Denial`] names the source.
//! 2. **Path and host.** If the method ARN (the name of the request in policies) is too long, the response is 414. If the
//!    path can be read in two ways (`/a%2Fb`, `/a/../b`), if it contains a wildcard (`/*`), or if the request names two
//!    hosts, the response is 400.
//! 3. **Authorizer.** If the authorizer fails with exactly the message `Unauthorized`, the response is 401. If it
//!    fails with any other message, panics, takes too long, or returns something unusable, the response is 500.
//! 4. **Policy.** If a statement denies the method ARN, or if no statement allows it, the response is 403.
//! 5. Otherwise the layer calls the inner service, with the [`AuthorizerContext`] in the request's extensions.
//!
//! No other request reaches the inner service, unless you let it through with
//! [`exempt_preflights`](LambdaAuthorizerLayer::exempt_preflights) or with
//! [`anonymous_requests`](LambdaAuthorizerLayer::anonymous_requests), or put the whole layer in
//! [shadow](LambdaAuthorizerLayer::unprotected_shadow).
//!
//! These are the steps of a REST API. [`api_types`] compares them with HTTP and WebSocket APIs, and
//! [`compatibility`] lists what this crate does like API Gateway and what it does differently.
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
//! # Where to put the layer
//!
//! - With `Router::route_layer`, the layer guards the routes that were added before it, and unknown routes still
//!   respond with 404. It guards no fallback, and no route that is added after it. `Router::layer` also guards a
//!   fallback that was added before it. Around a whole router, the layer decides before the request is routed.
//!   [`LambdaAuthorizerLayer`](LambdaAuthorizerLayer#with-axum) shows all three, and how to make the layer optional
//!   (`option_layer`). The test kit's `assert_guarded` finds routes that no layer guards.
//! - With axum, turn on the feature `axum`. `Router::nest` removes the prefix from the request's URI. Without the
//!   feature, the layer does not see the prefix and matches policies against the rest of the path.
//!
//! # What to set
//!
//! - Set [`api`](LambdaAuthorizerLayer::api) if your policies name a region, an account, an API or a stage. The default
//!   method ARN has placeholders. An `Allow` that names an API does not match them, and a `Deny` counts whichever API it
//!   names.
//! - Behind a proxy, set [`client_ip`](LambdaAuthorizerLayer::client_ip). Otherwise the layer ignores forwarded
//!   headers such as `X-Forwarded-For`.
//! - In development, print why a request is refused, with [`on_denial`](LambdaAuthorizerLayer::on_denial):
//!   `layer.on_denial(|denial| eprintln!("{denial}"))`. Clients do not see it.
//! - Results are [cached](caching) for five minutes by default. Write policies that allow everything that the caller
//!   may do, not only the current request, or turn the cache off with [`result_ttl`](LambdaAuthorizerLayer::result_ttl).
//!
//! # Guides
//!
//! - [`why`]: from a 401, 403 or 500 to its cause and its fix
//! - [`caching`]: what is cached, for how long, and how to write policies for it
//! - [`gateway_responses`]: change the status, headers and body of refusals
//! - [`observing`]: watch each decision and each call to the authorizer
//! - [`several_authorizers`]: two authorizers, a credential in one of several places, what one route needs, and shadow
//! - [`lambda`]: Lambda functions as authorizers; their failures, retries and timeouts
//! - [`policy`]: write, evaluate, explain and lint IAM policies
//! - [`moving`]: moving from API Gateway to your own service
//! - [`context_headers`]: send the caller's context to another server
//! - [`request_body`]: give the request's body to the authorizer
//! - modules that need a feature of the same name: `testing`, a test kit; `openapi`, one layer for a whole API;
//!   `shared_cache` (feature `shared-cache`), results that several processes share
//!
//! # Features
//!
#![doc = include_str!("../docs/features.md")]
//!
#![doc = include_str!("observe/tracing.md")]
//!
//! # Minimum supported Rust version
//!
//! The minimum supported Rust version is 1.85. It is raised only to versions that are at least six months old, and
//! only in a minor release.
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
mod api_type;
mod authorizer;
mod breaker;
mod cache;
mod clock;
mod contained;
mod decision;
mod error;
mod explanation;
mod gateway_response;
mod identity;
mod key;
mod layer;
mod names;
mod observe;
#[cfg(feature = "openapi")]
#[cfg_attr(docsrs, doc(cfg(feature = "openapi")))]
pub mod openapi;
mod pipeline;
pub mod policy;
mod primitives;
#[cfg(feature = "reload")]
#[cfg_attr(docsrs, doc(cfg(feature = "reload")))]
pub mod reload;
mod request;
mod scratch;
mod seconds;
mod serial;
mod service;
#[cfg(feature = "testing")]
#[cfg_attr(docsrs, doc(cfg(feature = "testing")))]
pub mod testing;
mod thread_slot;

#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub use self::authorizer::{Authorized, AuthorizedRejection, MissingAuthorizerContext};
#[cfg(feature = "shared-cache")]
#[cfg_attr(docsrs, doc(cfg(feature = "shared-cache")))]
pub use self::cache::shared as shared_cache;
pub use self::{
    api::Api,
    api_type::{ApiType, PayloadFormatVersion},
    authorizer::{
        AnswerProblem, AnyOf, Authorizer, AuthorizerContext, AuthorizerContextError,
        AuthorizerError, AuthorizerErrorKind, AuthorizerEvent, AuthorizerFn, AuthorizerRequest,
        AuthorizerResponse, BoxAuthorizer, CompareAuthorizers, ComparedOutcome, ContextValue,
        Difference, InvalidResponse, MAX_RESPONSE_BYTES, OrFailed, OrUnauthorized,
        ServiceAuthorizer, any_of, authorizer_fn, compare, lambda,
    },
    clock::{Clock, ManualClock},
    decision::DenialReason,
    error::ConfigError,
    explanation::{Denial, ShadowDenial},
    identity::{AnonymousRequests, ExpressionMatch, IdentitySource, IdentitySources},
    layer::{LambdaAuthorizerLayer, config::AuthorizerConfig},
    request::{
        client_ip::ClientIp,
        host::{AmbiguousHosts, HostAmbiguity},
        path::{AmbiguousPaths, PathAmbiguity},
        resource::ResourceMatch,
        unknown_key::UnknownKey,
    },
    service::{
        LambdaAuthorizer,
        body::{GatewayBody, ResponseBody},
        future::ResponseFuture,
    },
};

#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/api-types.md")]
pub mod api_types {}

#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/caching.md")]
pub mod caching {
    pub use crate::{
        breaker::CircuitBreaker,
        cache::{
            AuthorizerResults, CacheStatistics, Invalidated, InvalidationError, ResultCache,
            SharedTierError,
        },
    };
}

#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/compatibility.md")]
pub mod compatibility {}

pub mod context_headers {
    //! Sends the [`AuthorizerContext`](crate::AuthorizerContext) to another server, as headers.

    pub use crate::service::context_headers::{ContextHeaders, ContextHeadersLayer};
}

pub mod explanations {
    //! What happened to a request, step by step, and what to change: [`Denial::explanation`](crate::Denial::explanation),
    //! [`LambdaAuthorizerLayer::explain`](crate::LambdaAuthorizerLayer::explain). [`why`](crate::why) has examples.

    pub use crate::{
        explanation::{
            AuthorizerExplanation, CacheExplanation, EntryUsed, Explanation, FoundIdentity, Remedy,
            ResponseExplanation, SourceExplanation, ValidationExplanation,
        },
        pipeline::policy_question::PolicyQuestion,
    };
}

#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/gateway-responses.md")]
pub mod gateway_responses {
    pub use crate::{
        gateway_response::{
            Cors, GatewayFailure, GatewayResponse, GatewayResponses, ResponseFamily, ResponseType,
            WwwAuthenticate,
        },
        service::responder::{GatewayFailureService, GatewayResponder},
    };
}

#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/moving.md")]
pub mod moving {}

pub mod observing {
    //! Watch what a layer decides: [`LambdaAuthorizerLayer::observe`](crate::LambdaAuthorizerLayer::observe).
    //!
    //! | to | use |
    //! |---|---|
    //! | run code for each decision | a closure that takes a [`Decision`] |
    //! | also follow each call to the authorizer | an [`Observer`] |
    //! | write access logs, with the format strings of API Gateway | [`AccessLog`] |
    //! | count decisions, calls and the cache's hits | `Metrics`, with the feature `metrics` |
    //! | log events and trace calls | the feature `tracing`, see [tracing](crate#tracing) |
    //! | only see why requests are refused | [`LambdaAuthorizerLayer::on_denial`](crate::LambdaAuthorizerLayer::on_denial) |
    //!
    //! A whole API has the same: `ApiDefinition::observe`, with the feature `openapi`.
    //!
    //! `docs/observing.md` in the repository introduces observers, metrics with a dashboard, access logs, and traces.

    #[cfg(feature = "metrics")]
    #[cfg_attr(docsrs, doc(cfg(feature = "metrics")))]
    pub use crate::observe::Metrics;
    pub use crate::observe::{
        AccessLog, AuthorizerCall, BreakerEvent, BreakerName, BreakerState, CallOutcome, CallStart,
        Decision, ForgottenReason, LayerConfiguration, LogFormat, Observer, Outcome, ReloadEvent,
        ResultSource, RevocationEvent, RevocationEventKind, RevocationKind, SharedTierCall,
        SharedTierOperation, SharedTierOutcome,
    };
}

pub mod request_body {
    //! Reads the request's body for an authorizer that needs it, for example to verify the signature of a webhook:
    //! [`LambdaAuthorizerLayer::request_body`](crate::LambdaAuthorizerLayer::request_body).

    pub use crate::{
        request::body::RequestBody,
        service::{
            read_body::ReadBody,
            request_body::{ReadRequestBody, ReadRequestBodyFuture, ReadRequestBodyLayer},
        },
    };
}
#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/several-authorizers.md")]
pub mod several_authorizers {}

#[doc = include_str!("links.md")]
#[doc = include_str!("../docs/why.md")]
pub mod why {}

/// Compiles and runs the snippets of the README as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The same for a page that has pictures.
#[cfg(doctest)]
#[doc = include_str!("../docs/observing.md")]
struct Observing;

/// The same for a page that explains no item of this crate.
#[cfg(doctest)]
#[doc = include_str!("../docs/tower-middleware.md")]
struct TowerMiddleware;

/// The same for the rules that these middlewares keep.
#[cfg(doctest)]
#[doc = include_str!("../docs/tower-middleware-rules.md")]
struct TowerMiddlewareRules;
