//! The response body, which is not the inner service's type and has to behave like it.

use std::collections::VecDeque;

use http_body::SizeHint;
use http_body_util::Empty;

use super::*;

/// A body of frames whose length is known.
struct Frames(VecDeque<Frame<Bytes>>);

impl Frames {
    fn new() -> Self {
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", "0".parse().unwrap());
        let data = |text: &'static str| Frame::data(Bytes::from_static(text.as_bytes()));
        Self([data("ab"), data("cde"), Frame::trailers(trailers)].into())
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        let data = self.0.iter().filter_map(Frame::data_ref);
        SizeHint::with_exact(data.map(|data| data.len() as u64).sum())
    }
}

/// What a server sees of a body before each frame, and of the frame.
async fn seen(
    body: impl Body<Data = Bytes, Error = Infallible>,
) -> Vec<(Option<u64>, bool, String)> {
    let mut body = Box::pin(body);
    let mut seen = Vec::new();
    loop {
        let (size, is_over) = (body.size_hint().exact(), body.is_end_stream());
        let frame = body.frame().await;
        seen.push((size, is_over, format!("{frame:?}")));
        if frame.is_none() {
            return seen;
        }
    }
}

#[tokio::test]
async fn a_response_body_has_the_size_the_end_and_the_trailers_of_the_inner_body() {
    let service = layer().layer(service_fn(async |_: Req| {
        Ok::<_, Infallible>(Response::new(Frames::new()))
    }));
    let response = service.oneshot(get("/pets", "allow")).await.unwrap();
    let passed = seen(response.into_body()).await;
    assert_eq!(passed, seen(Frames::new()).await);
    assert!(passed[2].2.contains("grpc-status"), "{passed:?}");
}

#[tokio::test]
async fn an_empty_body_is_still_known_to_be_empty() {
    let service = layer().layer(service_fn(async |_: Req| {
        Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new()))
    }));
    let response = service.oneshot(get("/pets", "allow")).await.unwrap();
    assert!(response.body().is_end_stream());
    assert!(ResponseBody::<Empty<Bytes>>::default().is_end_stream());
}

#[tokio::test]
async fn the_body_of_a_refusal_is_one_frame_of_known_size() {
    let response = layer()
        .layer(Inner::default())
        .oneshot(get("/pets", "fail"));
    let body = response.await.unwrap().into_body();
    let text = r#"{"message":null}"#;
    let frame = Some(Ok::<_, Infallible>(Frame::data(Bytes::from(text))));
    let (size, frame) = (Some(text.len() as u64), format!("{frame:?}"));
    let end = (
        Some(0),
        true,
        format!("{:?}", None::<Result<Frame<Bytes>, Infallible>>),
    );
    assert_eq!(seen(body).await, [(size, false, frame), end]);
}
