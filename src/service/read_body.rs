//! A request body that was read for an authorizer, and that the inner service reads again.

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};

use crate::request::body::BodyProblem;

/// A body of more frames than this counts as too large, because even an empty frame takes memory.
const MAX_FRAMES: usize = 16 * 1024;

/// A body that was read, completely or up to a limit, and that yields the same frames again. It is the body that the
/// inner service of a [`ReadRequestBodyLayer`](crate::request_body::ReadRequestBodyLayer) receives.
pub struct ReadBody<B: Body> {
    read: VecDeque<Result<Frame<B::Data>, B::Error>>,
    /// The number of bytes in `read`.
    length: usize,
    /// The unread rest. `None` after the end.
    rest: Option<Pin<Box<B>>>,
}

impl<B: Body> ReadBody<B> {
    pub(super) fn new(body: B) -> Self {
        Self {
            read: VecDeque::new(),
            length: 0,
            rest: (!body.is_end_stream()).then(|| Box::pin(body)),
        }
    }
}

impl<B: Body<Data = Bytes>> ReadBody<B> {
    /// Reads frames until the end of the body or the limit, and returns all bytes.
    pub(super) fn poll_read(
        &mut self,
        limit: usize,
        context: &mut Context<'_>,
    ) -> Poll<Result<Bytes, BodyProblem>> {
        while let Some(rest) = &mut self.rest {
            let Some(frame) = ready!(rest.as_mut().poll_frame(context)) else {
                self.rest = None;
                break;
            };
            let is_broken = frame.is_err();
            let data = frame.as_ref().ok().and_then(Frame::data_ref);
            self.length = self.length.saturating_add(data.map_or(0, Bytes::len));
            self.read.push_back(frame);
            if is_broken {
                self.rest = None;
                return Poll::Ready(Err(BodyProblem::Broken));
            }
            if self.length > limit || self.read.len() > MAX_FRAMES {
                return Poll::Ready(Err(BodyProblem::TooLarge { limit }));
            }
        }
        Poll::Ready(Ok(self.bytes()))
    }

    fn bytes(&self) -> Bytes {
        let frames = self.read.iter().filter_map(|frame| frame.as_ref().ok());
        let mut data = frames.filter_map(Frame::data_ref);
        match (data.next(), data.next()) {
            (None, _) => Bytes::new(),
            (Some(only), None) => only.clone(),
            (Some(first), Some(second)) => {
                let mut bytes = BytesMut::with_capacity(self.length);
                let all = [first, second].into_iter().chain(data);
                all.for_each(|data| bytes.extend_from_slice(data));
                bytes.freeze()
            }
        }
    }
}

impl<B: Body<Data = Bytes>> Body for ReadBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if let Some(frame) = self.read.pop_front() {
            let data = frame.as_ref().ok().and_then(Frame::data_ref);
            self.length -= data.map_or(0, Bytes::len);
            return Poll::Ready(Some(frame));
        }
        let Some(rest) = &mut self.rest else {
            return Poll::Ready(None);
        };
        let frame = ready!(rest.as_mut().poll_frame(context));
        if frame.as_ref().is_none_or(Result::is_err) {
            self.rest = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let rest = self.rest.as_ref();
        self.read.is_empty() && rest.is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.length as u64;
        let rest = self.rest.as_ref().map(Body::size_hint);
        let rest = rest.unwrap_or_else(|| SizeHint::with_exact(0));
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(read));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}

// Only the boxed rest is pinned.
impl<B: Body> Unpin for ReadBody<B> {}

impl<B: Body> fmt::Debug for ReadBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadBody").finish_non_exhaustive()
    }
}
