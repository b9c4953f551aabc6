//! A request while it waits for the authorizer.

use std::{mem, sync::Arc, time::Duration};

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
    request: AuthorizerRequest,
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
        let extensions = mem::take(&mut parts.extensions);
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
        Self {
            request: AuthorizerRequest::new(facts),
            extensions,
        }
    }

    pub(crate) fn returned(mut self) -> Returned {
        let facts = self.request.facts_mut();
        if let Some(own_hosts) = facts.own_hosts.take() {
            own_hosts.restore(&mut facts.parts.headers);
        }
        facts.parts.extensions = self.extensions;
        Returned {
            request: self.request,
        }
    }
}

impl Returned {
    pub(crate) fn facts(&self) -> &RequestFacts {
        self.request.facts()
    }

    pub(crate) fn into_facts(self) -> RequestFacts {
        self.request.into_facts()
    }

    /// Takes the parts back, to serve the request.
    pub(crate) fn into_parts(self) -> Parts {
        self.request.into_parts()
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
