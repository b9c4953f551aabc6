//! Features that API Gateway does not have, or has in another way: a cookie as an identity source, the context as headers,
//! responses that depend on the path and the request, optional authentication, bodies, a credential in one of several
//! places, several authorizers, and shadow.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "extensions/anonymous.rs"]
mod anonymous;
#[path = "extensions/any_of.rs"]
mod any_of;
#[path = "extensions/compare.rs"]
mod compare;
#[path = "extensions/context_headers.rs"]
mod context_headers;
#[path = "extensions/cookie.rs"]
mod cookie;
#[path = "extensions/first_of.rs"]
mod first_of;
#[path = "extensions/request_body.rs"]
mod request_body;
#[path = "extensions/request_body_on_the_wire.rs"]
mod request_body_on_the_wire;
#[path = "extensions/responses.rs"]
mod responses;
#[path = "extensions/shadow.rs"]
mod shadow;
