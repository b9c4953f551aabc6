//! A request that a layer in shadow would have refused.

use http::request::Parts;

use crate::{
    authorizer::AuthorizerContext,
    explanation::{Denial, ShadowDenial},
    observe::{self, Witness},
};

/// Notes what would have been refused, and makes the request one for the service.
///
/// The service must not take the request for an authorized one, so the context of an outer layer is removed. The
/// service sees the outermost layer's `ShadowDenial`, as the response does: the client would have received that one.
pub(crate) fn shadow(parts: &mut Parts, denial: Denial, witness: &Witness) -> ShadowDenial {
    observe::shadowed(&denial, witness);
    let shadow = ShadowDenial::new(denial);
    parts.extensions.remove::<AuthorizerContext>();
    if parts.extensions.get::<ShadowDenial>().is_none() {
        parts.extensions.insert(shadow.clone());
    }
    shadow
}
