//! Says why a request is refused, in one line for each.

use http::{Method, Response, Uri};
use tower_lambda_authorizer::Denial;

use crate::{failure::in_one_line, log};

/// The library masks the request's credentials in the reason. The query may have some, so it is left out.
pub(super) fn tell<B>(method: &Method, uri: &Uri, response: &Response<B>) {
    let Some(denial) = response.extensions().get::<Denial>() else {
        return;
    };
    let status = response.status().as_u16();
    let path = uri.path();
    log::refusal(&in_one_line(format_args!(
        "{status} {method} {path}: {denial}"
    )));
}
