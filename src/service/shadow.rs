//! A request that a layer in shadow would have refused.

use http::request::Parts;

use crate::{
    authorizer::AuthorizerContext,
    explanation::{Denial, ShadowDenial},
    observe::{self, Witness},
};

/// Notes what would have been refused, and returns the request as the service gets it.
///
/// The service must not take the request for an authorized one, so the context of an outer layer is removed. The
/// service sees the outermost layer's `ShadowDenial`, as the response does: the client would have received that one.
pub(crate) fn shadow(mut parts: Parts, denial: Denial, witness: &Witness) -> (Parts, ShadowDenial) {
    observe::shadowed(&denial);
    observe::tell(&denial.circumstances().settings, &denial);
    observe::tell_shadowed(&denial);
    witness.shadowed(&denial);
    let shadow = ShadowDenial::new(denial);
    parts.extensions.remove::<AuthorizerContext>();
    if parts.extensions.get::<ShadowDenial>().is_none() {
        parts.extensions.insert(shadow.clone());
    }
    (parts, shadow)
}
