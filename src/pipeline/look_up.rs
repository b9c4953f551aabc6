//! The way of a request until it is decided or the authorizer has to be asked.

use std::{borrow::Cow, sync::Arc};

use http::request::Parts;

use super::{
    check::{Checked, check},
    decide::{Denied, decide},
    target::Target,
};
use crate::{
    authorizer::{AuthorizerRequest, RequestFacts},
    authorizer_context::AuthorizerContext,
    cache::{Key, KeyBytes},
    context::Arrival,
    decision::DenialReason,
    resource::ResourceMatch,
    settings::{AuthorizerKind, Settings},
};

/// What is known without asking the authorizer.
pub(crate) enum LookedUp {
    Allowed(AuthorizerContext),
    Denied(Denied),
    /// The authorizer has to be asked.
    Missed(Box<Question>),
}

/// What the authorizer has to be asked.
pub(crate) struct Question {
    identity: Vec<String>,
    pub(crate) target: Target,
    /// Under which the result is kept, if it is.
    pub(crate) key: Option<Key>,
}

/// Checks a request, and decides about it where a result is kept.
pub(crate) fn look_up(
    settings: &Settings,
    parts: &Parts,
    matched: Option<&ResourceMatch>,
    arrival: &Arrival,
) -> Result<LookedUp, DenialReason> {
    let request = settings.request_context(parts, matched, arrival);
    let Checked { identity, target } = check(&request)?;
    let key = key(settings, &identity);
    let decided = key.as_ref().and_then(|key| {
        let decide = |cached: &_| decide(settings, parts, &target, cached);
        settings.results.cache.hit(key, settings, decide)
    });
    Ok(match decided {
        Some(Ok(caller)) => LookedUp::Allowed(caller),
        Some(Err(denied)) => LookedUp::Denied(denied),
        None => LookedUp::Missed(Box::new(Question {
            identity: identity.into_iter().map(Cow::into_owned).collect(),
            target,
            key: key.map(|key| key.into_vec().into()),
        })),
    })
}

fn key(settings: &Settings, identity: &[Cow<'_, str>]) -> Option<KeyBytes> {
    let is_kept = !settings.result_ttl().is_zero();
    is_kept.then(|| {
        settings
            .scope
            .key(identity.iter().map(|value| value.as_bytes()))
    })
}

impl Question {
    /// As the authorizer is told it.
    pub(crate) fn request(
        &self,
        settings: &Settings,
        parts: &Parts,
        matched: &ResourceMatch,
    ) -> AuthorizerRequest {
        AuthorizerRequest::new(RequestFacts {
            api: Arc::clone(&settings.api),
            method: parts.method.clone(),
            uri: matched.original_uri(&parts.uri).clone(),
            headers: parts.headers.clone(),
            identity: self.identity.clone(),
            is_token: matches!(settings.kind, AuthorizerKind::Token { .. }),
            resource: matched.resource().map(str::to_owned),
            path_parameters: matched.path_parameters().to_owned(),
            source_ip: settings.client_ip.of(parts),
            method_arn: self.target.method_arn(settings),
        })
    }
}
