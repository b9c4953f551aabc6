//! Two authorizers at the same time: one decides, and the other is watched.

mod difference;
mod keys;
mod outcome;

use std::{
    any::type_name, fmt, future::Future, future::poll_fn, pin::pin, task::Poll, time::Duration,
};

use self::outcome::Compared;
pub use self::{difference::Difference, outcome::ComparedOutcome};
use super::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};
use crate::contained::{Contained, Panicked, contain, deadline::Deadline, drop_contained};

/// Combines two authorizers to compare them: the first one decides, and the second one is only watched. If they differ,
/// `on_difference` is called. So you can see with production traffic whether an authorizer in Rust decides like the
/// deployed function that it is going to replace.
///
/// Both are asked at the same time, with the same request. The outcome is always that of the deciding authorizer, with
/// its own policy, principal and context. It is used as soon as it arrives. If the watched call has not ended by then,
/// it is dropped and counts as [`TimedOut`](ComparedOutcome::TimedOut).
/// [`wait_at_most`](CompareAuthorizers::wait_at_most) gives it more time. The errors and panics of the watched
/// authorizer and of `on_difference` are caught. Neither of them may block the thread, because both authorizers run in
/// the same task.
///
/// To the layer this is one authorizer. It is called only if no result is cached, so requests that the cache decides
/// are not compared. The result of the deciding authorizer is cached as usual. The result of the watched one is never
/// cached. If all requests that wait for the call are gone, both calls end, and nothing is reported. A panic of the
/// deciding authorizer is not compared either.
///
/// [`Difference`] describes what is compared.
///
/// ```
/// # tokio_test::block_on(async {
/// use std::sync::{Arc, Mutex};
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerResponse, ComparedOutcome, LambdaAuthorizerLayer, authorizer_fn,
///     compare,
/// };
///
/// let rewritten = authorizer_fn(|_| async { Err(AuthorizerError::unauthorized()) });
/// // Stands in for a `LambdaFunction`.
/// let deployed = authorizer_fn(|_| async {
///     tokio::task::yield_now().await;
///     Ok(AuthorizerResponse::allow("*"))
/// });
///
/// let differences = Arc::new(Mutex::new(Vec::new()));
/// let report = Arc::clone(&differences);
/// let layer = LambdaAuthorizerLayer::token(compare(deployed, rewritten, move |difference| {
///     // In an application: `tracing::warn!(%difference, "the authorizers differ")`.
///     assert_eq!(*difference.watched(), ComparedOutcome::Unauthorized);
///     report.lock().unwrap().push(difference.to_string());
/// }));
///
/// let request = http::Request::get("/pets").header("authorization", "t").body(()).unwrap();
/// assert!(layer.explain(request).await.is_allowed(), "the deciding one decides");
/// assert_eq!(
///     *differences.lock().unwrap(),
///     ["arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets: \
///       the deciding authorizer allows it, the watched one answers `Unauthorized`"]
/// );
/// # });
/// ```
pub fn compare<D, W, F>(deciding: D, watched: W, on_difference: F) -> CompareAuthorizers<D, W, F>
where
    D: Authorizer,
    W: Authorizer,
    F: Fn(&Difference) + Send + Sync + 'static,
{
    CompareAuthorizers {
        deciding,
        watched,
        on_difference,
        patience: Duration::ZERO,
    }
}

/// The authorizer that [`compare`] returns.
#[derive(Clone)]
pub struct CompareAuthorizers<D, W, F> {
    deciding: D,
    watched: W,
    on_difference: F,
    /// From the beginning of the call.
    patience: Duration,
}

type Answer = Result<Result<AuthorizerResponse, AuthorizerError>, Panicked>;

impl<D, W, F> CompareAuthorizers<D, W, F> {
    /// Waits up to this long for the watched authorizer, counted from the beginning of both calls. Use it if the
    /// watched authorizer, such as a deployed function, is slower than the deciding one. **It delays answers**: each
    /// answer waits until the watched authorizer has ended, or until this time has passed. The default is zero: answers
    /// do not wait.
    ///
    /// The wait is part of the call, so it must be much shorter than the layer's
    /// [timeout](crate::LambdaAuthorizerLayer::authorizer_timeout): if it ends during the wait, the response
    /// is 500. It needs tokio's timer. Without a timer there is no wait.
    #[must_use]
    pub fn wait_at_most(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }
}

impl<D, W, F> Authorizer for CompareAuthorizers<D, W, F>
where
    D: Authorizer,
    W: Authorizer,
    F: Fn(&Difference) + Send + Sync + 'static,
{
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        let deadline = match self.patience {
            Duration::ZERO => None,
            patience => Deadline::after(patience).ok(),
        };
        let mut deciding = pin!(self.deciding.authorize(request.clone()));
        let mut watched = pin!(contained_call(&self.watched, request.clone()));
        let mut answer = None;
        let decided = poll_fn(|context| {
            let decided = deciding.as_mut().poll(context);
            // The watched one is polled at least once, so that an immediate answer is compared.
            if answer.is_none() {
                if let Poll::Ready(ready) = watched.as_mut().poll(context) {
                    answer = Some(ready);
                }
            }
            decided
        })
        .await;
        if let (None, Some(deadline)) = (&answer, deadline) {
            answer = deadline.race(watched).await.ok();
        }
        // Reads the watched authorizer's error and calls the application, and either may panic.
        let _ = contain(|| self.report(&request, &decided, answer.as_ref()));
        let _ = drop_contained(answer);
        decided
    }
}

/// Calls the watched authorizer. No panic leaves the future, even when it is dropped.
async fn contained_call<W: Authorizer>(watched: &W, request: AuthorizerRequest) -> Answer {
    let call = contain(|| watched.authorize(request))?;
    pin!(Contained::new(call)).await
}

impl<D, W, F: Fn(&Difference)> CompareAuthorizers<D, W, F> {
    fn report(
        &self,
        request: &AuthorizerRequest,
        decided: &Result<AuthorizerResponse, AuthorizerError>,
        watched: Option<&Answer>,
    ) {
        let decided = Compared::of(request, decided);
        let watched = match watched {
            None => Compared::without_answer(ComparedOutcome::TimedOut),
            Some(Ok(answered)) => Compared::of(request, answered),
            Some(Err(panicked)) => Compared::failed(format!("it panicked: {}", panicked.message)),
        };
        if let Some(difference) = Difference::between(request, decided, watched) {
            (self.on_difference)(&difference);
        }
    }
}

impl<D, W, F> fmt::Debug for CompareAuthorizers<D, W, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompareAuthorizers")
            .field("deciding", &type_name::<D>())
            .field("watched", &type_name::<W>())
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
