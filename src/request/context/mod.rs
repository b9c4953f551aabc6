//! The `$context`, `$stageVariables` and `method.request.*` values of a request, for identity sources and gateway
//! responses.

mod arrival;
mod cookie;
mod header;
mod id_texts;
mod query;
mod request_context;
mod request_id;
mod time;
mod variable;

pub(crate) use self::{
    arrival::{Arrival, Noted},
    cookie::{AmbiguousCookie, cookie_value, is_cookie_name, is_empty_cookie},
    header::{
        LIST_SEPARATOR, domain_name, header_bytes, header_value, host_in_target, is_handshake_list,
        text,
    },
    query::{decoded_pairs, joined_values, last_value},
    request_context::RequestContext,
    request_id::RequestIds,
    time::{request_time, request_time_epoch},
    variable::ContextVariable,
};

/// A value of a request is not UTF-8. This is an error, because a replacement could make two different values the same
/// identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotUtf8;

/// Whether API Gateway allows the name in an expression such as `method.request.header.NAME`.
pub(crate) fn is_parameter_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$' | '-');
    !name.is_empty() && name.chars().all(fits)
}
