//! Ready requests, so that none is built while something is measured.
//!
//! The protected service puts the request back, so the same few go round. What swallows a request, as every
//! rejection does, has it replaced between two batches.

use std::{cell::RefCell, collections::VecDeque};

use axum::body::Body;
use http::Request;

/// So many operations may swallow their requests before new ones are made.
pub(crate) const BATCH: usize = 128;

thread_local! {
    static READY: RefCell<VecDeque<Request<Body>>> = const { RefCell::new(VecDeque::new()) };
}

/// Which requests go round.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Requests {
    /// Without a token.
    Anonymous,
    /// With different tokens of the same length.
    Tokens { count: usize, bytes: usize },
}

impl Requests {
    /// The usual one: a single token of 40 bytes.
    pub(crate) const ONE_TOKEN: Self = Self::Tokens {
        count: 1,
        bytes: 40,
    };

    /// Takes the place of whatever requests were there.
    pub(crate) fn make_ready(self) {
        READY.with_borrow_mut(|ready| {
            ready.clear();
            ready.extend((0..self.count()).map(|number| self.request(number)));
        });
    }

    /// Replaces those that were swallowed. Only anonymous ones are: who has a token is let through.
    pub(crate) fn refill(self) {
        READY.with_borrow_mut(|ready| {
            let missing = ready.len()..self.count();
            ready.extend(missing.map(|number| self.request(number)));
        });
    }

    pub(crate) fn count(self) -> usize {
        match self {
            Self::Anonymous => BATCH,
            Self::Tokens { count, .. } => count,
        }
    }

    fn request(self, number: usize) -> Request<Body> {
        let request = Request::get("/pets/123")
            .header("host", "api.example.com")
            .header("user-agent", "bench")
            .header("accept", "*/*");
        let request = match self {
            Self::Anonymous => request,
            Self::Tokens { bytes, .. } => {
                let digits = bytes - "Bearer ".len();
                request.header("authorization", format!("Bearer {number:0digits$}"))
            }
        };
        request.body(Body::empty()).expect("a request")
    }
}

/// The next request.
pub(crate) fn take() -> Request<Body> {
    let next = READY.with_borrow_mut(VecDeque::pop_front);
    next.expect("a request that nobody swallowed")
}

/// Puts a request back.
pub(crate) fn give_back(request: Request<Body>) {
    READY.with_borrow_mut(|ready| ready.push_back(request));
}
