//! Features that API Gateway does not have, or has in another way: a cookie as an identity source, the context as headers,
//! responses that depend on the path and the request, optional authentication, bodies, a credential in one of several
//! places, several authorizers, and shadow.

mod anonymous;
mod any_of;
mod compare;
mod context_headers;
mod cookie;
mod first_of;
mod request_body;
mod request_body_on_the_wire;
mod responses;
mod shadow;
