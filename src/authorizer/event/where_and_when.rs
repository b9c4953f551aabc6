//! What most events tell of a request's place and time.

use std::borrow::Cow;

use http::header;

use crate::{
    authorizer::AuthorizerRequest,
    request::{
        context::{domain_name, request_time, request_time_epoch},
        resource::DEFAULT_ROUTE_KEY,
    },
};

/// What this crate has no name for.
pub(super) const PLACEHOLDER: &str = "placeholder";

impl AuthorizerRequest {
    pub(super) fn protocol(&self) -> String {
        format!("{:?}", self.facts().version)
    }

    pub(super) fn request_id(&self) -> String {
        self.facts().arrival.ids.request_id.to_string()
    }

    pub(super) fn extended_request_id(&self) -> String {
        self.facts().arrival.ids.extended_request_id.to_string()
    }

    pub(super) fn connection_id(&self) -> String {
        self.facts().arrival.ids.connection_id().to_string()
    }

    pub(super) fn request_time(&self) -> Option<String> {
        request_time(self.facts().arrival.time)
    }

    pub(super) fn request_time_epoch(&self) -> Option<u64> {
        request_time_epoch(self.facts().arrival.time)
    }

    pub(super) fn source_ip_text(&self) -> Option<String> {
        self.source_ip().map(|address| address.to_string())
    }

    pub(super) fn user_agent(&self) -> Option<Cow<'_, str>> {
        self.header(header::USER_AGENT)
    }

    pub(super) fn domain_name(&self) -> String {
        let api = self.api();
        let suffix = match api.partition() {
            "aws-cn" => ".cn",
            _ => "",
        };
        let host = self.header(header::HOST);
        host.and_then(|host| domain_name(&host)).unwrap_or_else(|| {
            format!(
                "{}.execute-api.{}.amazonaws.com{suffix}",
                api.api_id(),
                api.region()
            )
        })
    }

    pub(super) fn domain_prefix(&self) -> String {
        let domain_name = self.domain_name();
        let prefix = domain_name.split('.').next();
        prefix.unwrap_or_default().to_owned()
    }

    /// The path as `$context` has it.
    pub(super) fn path_with_stage(&self) -> String {
        let row = self.facts().differences;
        row.path_with_stage(self.api().stage(), self.path())
    }

    pub(super) fn resource_or_path(&self) -> &str {
        self.resource().unwrap_or(self.path())
    }

    /// An HTTP API's route: the one for all that has no other where no router has found one.
    pub(super) fn route_key(&self) -> Cow<'_, str> {
        let known = self.facts().matched.route_key(self.method());
        known.unwrap_or(Cow::Borrowed(DEFAULT_ROUTE_KEY))
    }
}
