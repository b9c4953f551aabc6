//! A request that a layer in shadow would have refused.

use std::sync::Arc;

use http::request::Parts;

use super::refuse::denial;
use crate::{
    authorizer::AuthorizerContext,
    explanation::ShadowDenial,
    observe,
    pipeline::{Denied, settings::Settings},
    request::{context::Noted, resource::ResourceMatch},
};

/// Notes what would have been refused, and returns the request as the service gets it.
///
/// The service must not take the request for an authorized one, so the context of an outer layer is removed. The
/// service sees the outermost layer's `ShadowDenial`, as the response does: the client would have received that one.
pub(crate) fn shadow(
    settings: &Arc<Settings>,
    mut parts: Parts,
    matched: ResourceMatch,
    noted: Noted,
    denied: Denied,
) -> (Parts, ShadowDenial) {
    let (denial, witness) = denial(settings, parts.clone(), matched, noted, denied);
    observe::shadowed(&denial);
    observe::tell(settings, &denial);
    observe::tell_shadowed(&denial);
    witness.shadowed(&denial);
    let shadow = ShadowDenial::new(denial);
    parts.extensions.remove::<AuthorizerContext>();
    if parts.extensions.get::<ShadowDenial>().is_none() {
        parts.extensions.insert(shadow.clone());
    }
    (parts, shadow)
}
