//! The inner service's body may have data of another type than `Bytes`, if it can be made from them.

use bytes::Buf;

use super::*;

/// Data that is no `Bytes`, but can be made from them.
#[derive(Debug, PartialEq)]
struct Chunk(Bytes);

impl From<Bytes> for Chunk {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl Buf for Chunk {
    fn remaining(&self) -> usize {
        self.0.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.0.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.0.advance(count);
    }
}

#[tokio::test]
async fn a_gateway_response_has_data_of_the_services_type() {
    let service = layer().layer(service_fn(|_: Req| {
        let body = Full::new(Chunk("inside".into()));
        ready(Ok::<_, Infallible>(Response::new(body)))
    }));
    for (token, expected) in [("allow", "inside"), ("", r#"{"message":"Unauthorized"}"#)] {
        let response = service.clone().oneshot(get("/pets", token)).await.unwrap();
        let size = response.body().size_hint().exact();
        let frame = response.into_body().frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), Chunk(expected.into()));
        assert_eq!(size, Some(expected.len() as u64));
    }
}
