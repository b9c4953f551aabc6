//! What a layer knows about a request that waits for the authorizer.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use http::request::Parts;

use crate::{
    api::{Api, Differences},
    authorizer::{OwnHosts, RequestTexts},
    observe::Witness,
    request::{arn_spellings::Spellings, context::Noted, resource::ResourceMatch},
};

/// A request that waits for the authorizer. It moves here, and the authorizer looks at it.
#[derive(Clone)]
pub(crate) struct RequestFacts {
    pub(crate) api: Arc<Api>,
    /// While the authorizer has them, they have no extensions.
    pub(crate) parts: Parts,
    /// The client's `Host` headers, if they were replaced.
    pub(crate) own_hosts: Option<OwnHosts>,
    pub(crate) texts: RequestTexts,
    pub(crate) differences: &'static Differences,
    pub(crate) arrival: Noted,
    pub(crate) matched: ResourceMatch,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) body: Option<Bytes>,
    /// For what the answer's policy decides about the request.
    pub(crate) spellings: Spellings,
    pub(crate) witness: Witness,
}
