//! The response to a request that is refused.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, request::Parts};

use crate::{
    explanation::{Denial, ShadowDenial},
    gateway_response::Refusal,
    observe::{self, Witness},
    pipeline::{Denied, settings::Settings},
    request::{body::RequestBody, context::Noted, resource::ResourceMatch},
    service::shadow::shadow,
};

/// A request that is refused, or would be if its layer were not in shadow.
pub(crate) struct Refused {
    denial: Denial,
    /// Reports the refusal to the harness of a test.
    witness: Witness,
    /// The request that the service gets, if the layer is in shadow.
    let_through: Option<Box<Parts>>,
}

/// What happens to a refused request.
pub(crate) enum Consequence {
    /// It gets the response of [`refuse`].
    Answered(Denial, Witness),
    Shadowed(Box<Parts>, ShadowDenial),
}

impl Refused {
    /// The request moves into the denial, which computes an explanation from it on demand.
    pub(crate) fn new(
        settings: &Arc<Settings>,
        mut parts: Parts,
        matched: ResourceMatch,
        noted: Noted,
        denied: Denied,
    ) -> Self {
        let let_through = settings.is_shadow.then(|| Box::new(parts.clone()));
        if settings.gives_body {
            // The application may keep the denial for a long time.
            parts.extensions.remove::<RequestBody>();
        }
        let witness = Witness::taken_from(&mut parts);
        let denial = Denial::new(settings, parts, matched, noted, denied);
        Self {
            denial,
            witness,
            let_through,
        }
    }

    pub(crate) fn is_let_through(&self) -> bool {
        self.let_through.is_some()
    }

    pub(crate) fn consequence(self) -> Consequence {
        match self.let_through {
            None => Consequence::Answered(self.denial, self.witness),
            Some(mut parts) => {
                let denial = shadow(&mut parts, self.denial, &self.witness);
                Consequence::Shadowed(parts, denial)
            }
        }
    }
}

/// Creates the response of every refusal.
pub(crate) fn refuse(denial: Denial, witness: &Witness) -> Response<Bytes> {
    let circumstances = denial.circumstances();
    let settings = &circumstances.settings;
    let mut response = circumstances.with_request(|request| {
        let refusal = Refusal {
            request,
            reason: Some(denial.reason()),
            sources: settings.kind.sources(),
            authorizer: circumstances.caller(),
        };
        settings.gateway_responses.refuse(denial.reason(), refusal)
    });
    observe::refused(&denial, &response, witness);
    response.extensions_mut().insert(denial);
    response
}
