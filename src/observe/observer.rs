//! The application's observers. They receive each decision, each call to the authorizer and the shared tier, and
//! changes between requests.

use std::{fmt, sync::Arc};

use super::{
    authorizer_call::AuthorizerCall, breaker_event::BreakerEvent, call_start::CallStart,
    decision::Decision, reload_event::ReloadEvent, revocation_event::RevocationEvent,
    shared_tier_call::SharedTierCall,
};
use crate::contained::contain;

/// Receives each decision of a layer, each call to its authorizer and its shared tier, and changes of revocations,
/// circuit breakers and settings. Use it for logs, metrics and audits.
///
/// Everything is borrowed, and computed only if the observer asks for it, so an observer costs little. A layer calls
/// its observers one after the other, on the thread that serves the request, so they should not block. A panic in an
/// observer does not change the decision, and the other observers are still called.
///
/// An [`Arc`] of an observer is one, too, for several layers that share it, and so are `Arc<dyn Observer>` and
/// `Box<dyn Observer>`. A closure is an observer of decisions:
///
/// ```
/// # tokio_test::block_on(async {
/// use std::sync::mpsc::channel;
///
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower::ServiceExt;
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
/// use tower_lambda_authorizer::observing::Decision;
///
/// let (log, lines) = channel();
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }))
///     .observe(move |decision: &Decision<'_>| {
///         let line = format!("{} {} {}", decision.method(), decision.path(), decision.outcome());
///         log.send(line).unwrap();
///     });
/// let app: Router = Router::new().route("/pets", get("a cat")).route_layer(layer);
///
/// let request = || Request::get("/pets");
/// let with_token = request().header("authorization", "t").body(Body::empty()).unwrap();
/// app.clone().oneshot(with_token).await.unwrap();
/// app.oneshot(request().body(Body::empty()).unwrap()).await.unwrap();
/// assert_eq!(lines.try_iter().collect::<Vec<_>>(), ["GET /pets allowed", "GET /pets refused"]);
/// # });
/// ```
pub trait Observer: Send + Sync + 'static {
    /// A request's decision is made: called once for each request, before the service is called or the response is sent.
    /// A request that is dropped while it waits for the authorizer is [cancelled](super::Outcome::Cancelled).
    ///
    /// This is not called for a request that is only [explained](crate::LambdaAuthorizerLayer::explain), or if a
    /// function of the application, such as a resource resolver, panics. The panic then ends the request.
    fn decided(&self, decision: &Decision<'_>);

    /// A call to the authorizer begins. [`call_ended`](Self::call_ended) always follows, even if the call panics or is
    /// dropped.
    fn call_began(&self, call: &CallStart<'_>) {
        let _ = call;
    }

    /// A call to the authorizer has ended. Several requests can wait for one call. This is called on the observers of
    /// the layer whose request began the call. That matters only if clones of a layer have different observers.
    fn call_ended(&self, call: &AuthorizerCall<'_>) {
        let _ = call;
    }

    /// A call of the [shared tier](crate::caching#several-processes) has ended: a look-up, a write or a removal.
    /// Several requests can wait for one call. [Invalidations](crate::caching::AuthorizerResults::invalidate) are not
    /// reported here. They return their errors.
    fn shared_tier_call_ended(&self, call: &SharedTierCall<'_>) {
        let _ = call;
    }

    /// Something has happened to the log of [revocations](crate::caching#revocations): a revocation was published or
    /// read, the log cannot be read, or results are not used any more. This is called for all layers that follow the
    /// log, on the thread that reads it. A layer follows the log from its first miss.
    fn revocation_event(&self, event: &RevocationEvent<'_>) {
        let _ = event;
    }

    /// A [circuit breaker](crate::caching#when-the-store-or-the-authorizer-fails) has opened, probes, or has closed.
    /// This is called for all layers that share the breaker, from their first call on.
    fn breaker_changed(&self, event: &BreakerEvent<'_>) {
        let _ = event;
    }

    /// A `ReloadHandle` has replaced the settings, and these are the new ones.
    fn reloaded(&self, event: &ReloadEvent<'_>) {
        let _ = event;
    }
}

impl<F: Fn(&Decision<'_>) + Send + Sync + 'static> Observer for F {
    fn decided(&self, decision: &Decision<'_>) {
        self(decision);
    }
}

/// Passes everything on to the observer inside.
macro_rules! pass_on {
    () => {
        fn decided(&self, decision: &Decision<'_>) {
            (**self).decided(decision);
        }

        fn call_began(&self, call: &CallStart<'_>) {
            (**self).call_began(call);
        }

        fn call_ended(&self, call: &AuthorizerCall<'_>) {
            (**self).call_ended(call);
        }

        fn shared_tier_call_ended(&self, call: &SharedTierCall<'_>) {
            (**self).shared_tier_call_ended(call);
        }

        fn revocation_event(&self, event: &RevocationEvent<'_>) {
            (**self).revocation_event(event);
        }

        fn breaker_changed(&self, event: &BreakerEvent<'_>) {
            (**self).breaker_changed(event);
        }

        fn reloaded(&self, event: &ReloadEvent<'_>) {
            (**self).reloaded(event);
        }
    };
}

/// For an observer that several layers share.
impl<O: Observer + ?Sized> Observer for Arc<O> {
    pass_on!();
}

/// Not for each `Box<O>`, since a box of a closure is a closure.
impl Observer for Box<dyn Observer> {
    pass_on!();
}

/// The observers of a layer, in the order in which they were added.
#[derive(Clone)]
pub(crate) struct Observers(Arc<[Arc<dyn Observer>]>);

impl Observers {
    /// Adds an observer after the existing ones.
    pub(crate) fn add(earlier: Option<&Self>, observer: impl Observer) -> Self {
        let earlier = earlier.into_iter().flat_map(|Self(observers)| &**observers);
        let observer: Arc<dyn Observer> = Arc::new(observer);
        Self(earlier.cloned().chain([observer]).collect())
    }

    /// Whether both are the same list, that of a layer and its clones.
    pub(super) fn are_same(one: &Self, other: &Self) -> bool {
        Arc::ptr_eq(&one.0, &other.0)
    }

    pub(super) fn notify(&self, notify: impl Fn(&dyn Observer)) {
        for observer in &*self.0 {
            let _ = contain(|| notify(&**observer));
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} observers", self.0.len())
    }
}
