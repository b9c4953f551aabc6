//! The server behind the guard. Its answer says what it has received.

use std::fmt::Write;

use axum::{Router, body::Body, extract::Request};
use bytes::Bytes;
use http::{HeaderMap, Response, request::Parts};
use http_body_util::{BodyExt, Full};

use super::request::Asked;
use crate::wire::Answer;

/// The headers with values of the context, and their keys.
pub(super) const CONTEXT: [(&str, &str); 3] = [
    ("x-user", "principalId"),
    ("x-level", "level"),
    ("x-name", "tenant"),
];

/// The other headers that the answer has. The proxy writes or removes others, and writes a field of the connection such as `TE`
/// once.
const TOLD: [&str; 7] = [
    "accept",
    "authorization",
    "content-length",
    "cookie",
    "user-agent",
    "x-odd",
    "x-tenant",
];

pub(super) fn router() -> Router {
    Router::new().fallback(|request: Request<Body>| async {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        answer(&parts, &body)
    })
}

pub(super) fn answer(parts: &Parts, body: &[u8]) -> Response<Full<Bytes>> {
    let target = parts.uri.path_and_query().map_or("", |it| it.as_str());
    let mut told = format!("{} {}\n", parts.method, target);
    let names = TOLD.iter().chain(CONTEXT.iter().map(|(header, _)| header));
    for name in names {
        for value in parts.headers.get_all(*name) {
            writeln!(told, "{name}: {}", value.as_bytes().escape_ascii()).unwrap();
        }
    }
    told.push_str(&body.escape_ascii().to_string());
    let response = Response::builder()
        .header("content-type", "text/plain")
        .header("x-from", "upstream");
    response.body(Full::from(told)).unwrap()
}

/// What the client receives, without ids, and without what HTTP adds to each message.
#[derive(Debug, PartialEq)]
pub(super) struct Echoed {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Echoed {
    pub(super) fn of_answer(answer: &Answer, asked: &Asked) -> Self {
        Self::new(
            answer.status,
            answer.headers.clone(),
            answer.body.clone(),
            asked,
        )
    }

    pub(super) fn of_response(response: &Response<Bytes>, asked: &Asked) -> Self {
        let body = String::from_utf8_lossy(response.body()).into_owned();
        Self::new(
            response.status().as_u16(),
            pairs(response.headers()),
            body,
            asked,
        )
    }

    fn new(status: u16, mut headers: Vec<(String, String)>, body: String, asked: &Asked) -> Self {
        const OTHERS: [&str; 6] = [
            "apigw-requestid",
            "connection",
            "content-length",
            "date",
            "x-amz-apigw-id",
            "x-amzn-requestid",
        ];
        headers.retain(|(name, _)| !OTHERS.contains(&name.as_str()));
        headers.sort();
        let has_body = asked.method != "HEAD";
        Self {
            status,
            headers,
            body: if has_body { body } else { String::new() },
        }
    }
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    };
    headers.iter().map(pair).collect()
}
