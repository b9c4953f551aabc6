//! Features that API Gateway does not have, or has in another way: a cookie as an identity source, the context as headers,
//! responses that depend on the path and the request, optional authentication, and bodies.

mod anonymous;
mod context_headers;
mod cookie;
mod request_body;
mod request_body_on_the_wire;
mod responses;
