//! A service with the requests that it gets, behind one operation.

use std::{
    convert::Infallible,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use axum::body::{Body, HttpBody};
use bench_harness::{callgrind::repeat_counted, measure::Workload};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use tower_service::Service;

use crate::requests::{self, BATCH, Requests};

/// A service, ready to be called.
pub(crate) struct Subject {
    service: Box<dyn Called>,
    requests: Requests,
}

/// What a client would see.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) body: Bytes,
}

impl Subject {
    pub(crate) fn new<S, B>(service: S, requests: Requests) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + 'static,
        B: HttpBody<Data = Bytes> + 'static,
    {
        Self {
            service: Box::new(service),
            requests,
        }
    }

    /// The answer to the first request, which also fills whatever cache there is.
    pub(crate) fn answer(&mut self) -> Answer {
        self.requests.make_ready();
        self.service.answer()
    }

    /// To be timed, alone or beside others with the same requests.
    pub(crate) fn workload(self) -> Workload<'static> {
        let Self {
            mut service,
            requests,
        } = self;
        requests.make_ready();
        let workload = Workload::new(move |_| service.call_once());
        match requests {
            Requests::Anonymous => workload.prepared(BATCH, move || requests.refill()),
            Requests::Tokens { .. } => workload,
        }
    }

    /// The allocations of one request, on average, or whatever else the function counts.
    pub(crate) fn allocations(mut self, count: fn(&mut dyn FnMut()) -> u64) -> f64 {
        self.warm_up();
        let (operations, mut all) = (self.requests.count().max(BATCH), 0);
        self.batches(operations, |service, size| {
            all += count(&mut || (0..size).for_each(|_| service.call_once()));
        });
        all as f64 / operations as f64
    }

    /// Runs in callgrind.
    pub(crate) fn count(mut self, iterations: usize) {
        self.warm_up();
        self.batches(iterations, |service, count| {
            repeat_counted(count, |_| service.call_once());
        });
    }

    /// Every request once, for what stays: an entry in a cache, the map of a request's extensions.
    fn warm_up(&mut self) {
        self.requests.make_ready();
        self.batches(self.requests.count(), |service, count| {
            (0..count).for_each(|_| service.call_once());
        });
    }

    fn batches(&mut self, operations: usize, mut batch: impl FnMut(&mut dyn Called, usize)) {
        for at in (0..operations).step_by(BATCH) {
            self.requests.refill();
            batch(&mut *self.service, BATCH.min(operations - at));
        }
    }
}

/// One request, its answer thrown away or looked at.
trait Called {
    fn call_once(&mut self);
    fn answer(&mut self) -> Answer;
}

impl<S, B> Called for S
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: HttpBody<Data = Bytes>,
{
    fn call_once(&mut self) {
        drop(black_box(respond(self, requests::take())));
    }

    fn answer(&mut self) -> Answer {
        let (head, body) = respond(self, requests::take()).into_parts();
        let mut context = Context::from_waker(Waker::noop());
        let body = at_once(pin!(body.collect()).poll(&mut context));
        let body = body.ok().expect("a body");
        Answer {
            status: head.status,
            content_type: head.headers.get(header::CONTENT_TYPE).cloned(),
            body: body.to_bytes(),
        }
    }
}

fn respond<S>(service: &mut S, request: Request<Body>) -> S::Response
where
    S: Service<Request<Body>, Error = Infallible>,
{
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    // Pinned where it is made: a future of some kilobytes is not moved once more for the measurement.
    let polled = pin!(service.call(request)).poll(&mut context);
    at_once(polled).unwrap_or_else(|never| match never {})
}

/// Nothing here waits for anything.
fn at_once<T>(polled: Poll<T>) -> T {
    match polled {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a subject waits"),
    }
}
