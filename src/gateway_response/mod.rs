//! Gateway responses: what API Gateway itself answers, byte for byte.

mod default_response;
mod response_type;

pub(crate) use self::default_response::default_response;
pub use self::response_type::ResponseType;
