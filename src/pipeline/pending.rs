//! A request while it waits for the authorizer.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Extensions, request::Parts};

use super::{
    decide::{Denied, decide},
    look_up::Checked,
    target::Target,
};
use crate::{
    authorizer::{AuthorizerContext, AuthorizerRequest, OwnHosts, RequestFacts, RequestTexts},
    cache::FetchResult,
    observe::Witness,
    pipeline::{Asked, settings::Settings},
    request::{
        body::RequestBody,
        context::{Arrival, host_in_target},
        resource::ResourceMatch,
    },
};

/// A request that waits for the authorizer's result. It is moved, not copied, into what the authorizer receives.
pub(crate) struct Pending {
    pub(crate) request: AuthorizerRequest,
    /// The authorizer does not receive them.
    extensions: Extensions,
}

/// A request whose call has ended, as it was before the call.
pub(crate) struct Returned {
    facts: Arc<RequestFacts>,
}

impl Pending {
    #[inline] // Otherwise the request's parts would be moved once more.
    pub(crate) fn new(
        checked: Checked,
        settings: &Settings,
        mut parts: Parts,
        matched: ResourceMatch,
        arrival: &Arrival,
    ) -> Self {
        let spellings = checked.spellings;
        let uri = matched.original_uri(&parts.uri);
        let target = Target::new(settings, &parts, uri).with_spellings(&spellings);
        let Checked { identity, key, .. } = checked;
        let method_arn = key.is_none().then(|| target.method_arn());
        let source_ip = settings.reader.client_ip.of(&parts);
        let body = body(settings, &parts);
        let witness = Witness::of(&parts);
        let authority = host_in_target(uri, &parts.uri);
        let own_hosts =
            authority.and_then(|authority| OwnHosts::replace(&mut parts.headers, authority));
        let api = Arc::clone(&settings.reader.api);
        let texts = RequestTexts::new(key, identity, method_arn);
        let arrival = arrival.noted(&settings.reader.clock);
        // Only moves: what comes before a call would be moved twice.
        let facts = RequestFacts {
            api,
            parts,
            own_hosts,
            texts,
            differences: settings.kind.differences(),
            arrival,
            matched,
            source_ip,
            body,
            spellings,
            witness,
        };
        let (request, extensions) = AuthorizerRequest::new(facts);
        Self {
            request,
            extensions,
        }
    }

    pub(crate) fn returned(self) -> Returned {
        let mut facts = self.request.take_back(self.extensions);
        if facts.own_hosts.is_some() {
            let facts = Arc::make_mut(&mut facts);
            if let Some(own_hosts) = facts.own_hosts.take() {
                own_hosts.restore(&mut facts.parts.headers);
            }
        }
        Returned { facts }
    }
}

impl Returned {
    pub(crate) fn facts(&self) -> &RequestFacts {
        &self.facts
    }

    pub(crate) fn into_facts(self) -> RequestFacts {
        Arc::unwrap_or_clone(self.facts)
    }

    /// Takes the parts back, to serve the request.
    pub(crate) fn into_parts(self) -> Parts {
        match Arc::try_unwrap(self.facts) {
            Ok(RequestFacts { parts, .. }) => parts,
            Err(shared) => shared.parts.clone(),
        }
    }

    /// Decides with the outcome of the call.
    pub(crate) fn decide(
        &self,
        settings: &Settings,
        outcome: FetchResult,
        asked: impl Fn() -> Asked,
    ) -> Result<AuthorizerContext, Denied> {
        match outcome {
            Ok(found) => {
                let RequestFacts {
                    parts,
                    matched,
                    spellings,
                    ..
                } = self.facts();
                let uri = matched.original_uri(&parts.uri);
                let target = Target::new(settings, parts, uri);
                let target = target.with_spellings(spellings);
                decide(parts, &target, &found.cached, asked)
            }
            Err(reason) => Err(Denied::without_policy(*reason, asked())),
        }
    }

    /// The time since the request arrived.
    pub(crate) fn took(&self, settings: &Settings) -> Duration {
        let now = settings.reader.clock.now();
        now.duration_since(self.facts().arrival.time)
            .unwrap_or_default()
    }
}

fn body(settings: &Settings, parts: &Parts) -> Option<Bytes> {
    if !settings.gives_body {
        return None;
    }
    let body = parts.extensions.get::<RequestBody>()?;
    body.whole().ok().cloned()
}
