//! Everything that a layer needs to read requests.

use std::{hash::Hash, sync::Arc};

use http::request::Parts;

use crate::{
    api::{Api, Differences},
    clock::Clock,
    request::{
        arn::ArnBase,
        client_ip::ClientIp,
        context::{Arrival, RequestContext},
        resource::ResourceMatch,
        resource_resolver::ResourceResolver,
    },
};

/// Everything that is needed to read a request, except the request itself: the API, the rules of its type, and the
/// sources of values that are not in the request.
#[derive(Debug, Clone)]
pub(crate) struct RequestReader {
    pub(crate) differences: &'static Differences,
    pub(crate) api: Arc<Api>,
    /// Computed from the API.
    pub(crate) arn_base: ArnBase,
    pub(crate) resource_resolver: ResourceResolver,
    pub(crate) client_ip: ClientIp,
    /// `None` if it is not configured whether clients use TLS.
    pub(crate) secure_transport: Option<bool>,
    pub(crate) clock: Clock,
}

impl RequestReader {
    /// What distinguishes the results in this process, in addition to the API's texts, which do in every process.
    pub(crate) fn distinction(&self) -> impl Hash + '_ {
        let Self {
            // Those of the type of authorizer.
            differences: _,
            api,
            // Follows from the API.
            arn_base: _,
            resource_resolver,
            client_ip,
            secure_transport,
            clock,
        } = self;
        let resolver = resource_resolver.distinction();
        let client_ip = client_ip.distinction();
        // The policies of results are specialised to what is known of the API.
        let known = api.known();
        (
            (resolver, client_ip),
            (secure_transport, clock.distinction(), known),
        )
    }

    pub(crate) fn new(differences: &'static Differences) -> Self {
        let api = Api::placeholder(differences.api_type);
        Self {
            differences,
            arn_base: ArnBase::of(&api),
            api: Arc::new(api),
            resource_resolver: ResourceResolver::default(),
            client_ip: ClientIp::default(),
            secure_transport: None,
            clock: Clock::default(),
        }
    }

    pub(crate) fn set_api(&mut self, api: Api) {
        self.arn_base = ArnBase::of(&api);
        self.api = Arc::new(api);
    }

    /// The context of one request. `matched` is `None` if the resource was not resolved.
    pub(crate) fn context<'r>(
        &'r self,
        parts: &'r Parts,
        matched: Option<&'r ResourceMatch>,
        arrival: &'r Arrival,
    ) -> RequestContext<'r> {
        let uri = match matched {
            Some(matched) => Some(matched.original_uri(&parts.uri)),
            None => self.resource_resolver.original_uri(parts),
        };
        RequestContext {
            reader: self,
            parts,
            uri: uri.unwrap_or(&parts.uri),
            matched,
            arrival,
        }
    }
}
