//! How a decision ended, and where its result came from.

use std::time::Duration;

use crate::names::names;

/// What happened to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The authorizer's result allows it.
    Allowed,
    /// The layer has answered it with a gateway response.
    Refused,
    /// A layer in [shadow](crate::LambdaAuthorizerLayer::unprotected_shadow) let it through, and would have refused it.
    Shadowed,
    /// A CORS preflight, which is [exempt](crate::LambdaAuthorizerLayer::exempt_preflights).
    Exempt,
    /// It has no credential, and the layer [passes such requests on](crate::AnonymousRequests).
    Anonymous,
    /// Its operation has no authorizer, or it is an unknown operation that a whole API passes on.
    Open,
    /// It was dropped while it waited for the authorizer, for example because the client went away.
    Cancelled,
}

/// Where the authorizer's result came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResultSource {
    /// No result was used: none was needed, or the request was cancelled before there was one.
    NotAsked,
    /// The result was cached.
    #[non_exhaustive]
    Hit {
        /// How long it had been cached.
        age: Duration,
    },
    /// The result was cached, and older than its time to live.
    #[non_exhaustive]
    StaleHit {
        /// How long it had been cached.
        age: Duration,
    },
    /// This request called the authorizer. If the call failed, an [older
    /// result](crate::caching::ResultCache::serve_stale_on_failure) may have been used.
    Missed,
    /// This request waited for the call of another request.
    Joined,
    /// The tier that several processes share had the result.
    SharedTier,
}

names! {
    /// The name for labels and logs: `allowed`, `refused`, `shadowed`, `exempt`, `anonymous`, `open` or `cancelled`.
    Outcome {
        Allowed "allowed",
        Refused "refused",
        Shadowed "shadowed",
        Exempt "exempt",
        Anonymous "anonymous",
        Open "open",
        Cancelled "cancelled",
    }
}

names! {
    /// The name for labels and logs: `not_asked`, `hit`, `stale_hit`, `missed`, `joined` or `shared_tier`.
    ResultSource {
        NotAsked "not_asked",
        Hit "hit",
        StaleHit "stale_hit",
        Missed "missed",
        Joined "joined",
        SharedTier "shared_tier",
    }
}
