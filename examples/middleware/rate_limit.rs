//! A tower middleware for any protocol, with an error of its own: a limited number of calls is let through in each period.

use std::{
    error::Error,
    fmt,
    future::Future,
    mem,
    num::NonZeroU32,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

/// Any error. tower has the same type.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// A call was refused, because the calls of this period are used up.
#[derive(Debug)]
pub struct RateLimited {
    retry_after: Duration,
}

impl RateLimited {
    /// How long it takes until the next period begins.
    pub fn retry_after(&self) -> Duration {
        self.retry_after
    }
}

impl fmt::Display for RateLimited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.retry_after.as_secs_f32();
        write!(f, "too many calls; try again in {seconds:.1} s")
    }
}

impl Error for RateLimited {}

/// Puts a [`RateLimit`] around services. They share one limit.
#[derive(Clone)]
#[must_use = "a layer does nothing until it is put around a service"]
pub struct RateLimitLayer {
    limit: Arc<Limit>,
}

impl RateLimitLayer {
    /// Lets this many calls through in each period. The first period begins with the first call.
    pub fn new(calls: NonZeroU32, period: Duration) -> Self {
        Self::with_clock(calls, period, Instant::now)
    }

    /// The same with another clock, for tests.
    pub fn with_clock<C>(calls: NonZeroU32, period: Duration, clock: C) -> Self
    where
        C: Fn() -> Instant + Send + Sync + 'static,
    {
        let limit = Arc::new(Limit {
            calls: calls.get(),
            period,
            clock: Box::new(clock),
            current: Mutex::new(None),
        });
        Self { limit }
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = RateLimit<S>;

    fn layer(&self, inner: S) -> RateLimit<S> {
        let limit = Arc::clone(&self.limit);
        RateLimit { inner, limit }
    }
}

/// A service that limits how often the inner service is called. Created by [`RateLimitLayer`].
#[derive(Clone)]
pub struct RateLimit<S> {
    inner: S,
    limit: Arc<Limit>, // A clone that counted by itself would limit nothing.
}

impl<S, Request> Service<Request> for RateLimit<S>
where
    S: Service<Request> + Clone,
    S::Error: Into<BoxError>,
{
    type Response = S::Response;
    type Error = BoxError; // That of the inner service, or `RateLimited`.
    type Future = RateLimitFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let clone = self.inner.clone();
        // A refusal drops this instance, which is ready.
        let mut service = mem::replace(&mut self.inner, clone);
        let state = match self.limit.take() {
            Ok(()) => {
                let response = service.call(request);
                State::Serving { response }
            }
            Err(error) => State::Refused { error: Some(error) },
        };
        RateLimitFuture { state }
    }
}

pin_project! {
    /// The response future of [`RateLimit`].
    pub struct RateLimitFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Serving { #[pin] response: F },
        Refused { error: Option<RateLimited> },
    }
}

impl<F, T, E> Future for RateLimitFuture<F>
where
    F: Future<Output = Result<T, E>>,
    E: Into<BoxError>,
{
    type Output = Result<T, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Serving { response } => response.poll(context).map_err(Into::into),
            StateProjection::Refused { error } => {
                let error = error.take().expect("polled after it was ready");
                Poll::Ready(Err(error.into()))
            }
        }
    }
}

struct Limit {
    calls: u32,
    period: Duration,
    clock: Box<dyn Fn() -> Instant + Send + Sync>,
    current: Mutex<Option<Period>>,
}

struct Period {
    start: Instant,
    calls: u32,
}

impl Limit {
    /// Counts one call, if one is left.
    fn take(&self) -> Result<(), RateLimited> {
        let now = (self.clock)();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |period: &Period| now.saturating_duration_since(period.start);
        let period = match &mut *current {
            Some(period) if age(period) < self.period => period,
            over => over.insert(Period {
                start: now,
                calls: 0,
            }),
        };
        if period.calls == self.calls {
            let retry_after = self.period.saturating_sub(age(period));
            return Err(RateLimited { retry_after });
        }
        period.calls += 1;
        Ok(())
    }
}
