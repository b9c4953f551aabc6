//! Masks the request's credentials in a text, because an authorizer or a gateway response may repeat them.

mod credentials;
mod cut;

#[cfg(feature = "testing")]
pub(crate) use self::credentials::credentials_in;
use self::{credentials::credentials, cut::mask_cut};
use super::DenialReason;
use crate::{identity::IdentitySources, request::context::RequestContext};

/// Shorter values are not masked: they match ordinary words.
const MIN_CREDENTIAL_LENGTH: usize = 4;

/// The most characters of a text that are shown, because an authorizer's message may be long.
const MAX_EXPLANATION_CHARACTERS: usize = 2_000;

/// The most characters that are searched for credentials. The rest is never shown. A credential that the limit
/// cuts off is masked, too.
const MAX_MASKED_CHARACTERS: usize = 64 * 1024;

/// If a request's credentials have more words than this, masking them would take too long.
const MAX_CREDENTIALS: usize = 64;

/// Replaces a message if masking would take too long.
const WITHHELD: &str = "the authorizer's message is withheld: it may contain a credential";

/// The reason's text. Credentials of the request are masked wherever the authorizer's message repeats them as sent. The
/// rest of the text is this crate's own, and a token may happen to be one of its words.
pub(crate) fn without_credentials(
    reason: &DenialReason,
    sources: &IdentitySources,
    request: &RequestContext<'_>,
) -> String {
    match reason.quoted() {
        None => reason.to_string(),
        Some(message) => match masked(message, sources, request) {
            None => WITHHELD.to_owned(),
            Some(message) => {
                let text = reason.clone().quoting(message).to_string();
                text.chars().take(MAX_EXPLANATION_CHARACTERS).collect()
            }
        },
    }
}

/// The same reason, with the credentials of the request masked in the authorizer's message.
pub(crate) fn masked_reason(
    reason: &DenialReason,
    sources: &IdentitySources,
    request: &RequestContext<'_>,
) -> DenialReason {
    let Some(message) = reason.quoted() else {
        return reason.clone();
    };
    let message = masked(message, sources, request);
    let message = message.unwrap_or_else(|| WITHHELD.to_owned());
    let message = message.chars().take(MAX_EXPLANATION_CHARACTERS).collect();
    reason.clone().quoting(message)
}

/// A text without the credentials of the request.
pub(crate) fn mask(text: &str, sources: &IdentitySources, request: &RequestContext<'_>) -> String {
    masked(text, sources, request).unwrap_or_else(|| "***".to_owned())
}

/// The authorizer's message without the credentials of the request. `None` if it has too many.
fn masked(
    message: &str,
    sources: &IdentitySources,
    request: &RequestContext<'_>,
) -> Option<String> {
    let credentials = credentials(sources, request);
    if credentials.len() > MAX_CREDENTIALS {
        return None;
    }
    let mut message: String = message.chars().take(MAX_MASKED_CHARACTERS).collect();
    for credential in credentials {
        message = message.replace(&credential, "***");
        mask_cut(&mut message, &credential);
    }
    Some(message)
}
