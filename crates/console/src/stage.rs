//! The stage whose policies are edited.

use http::Method;
use tower_lambda_authorizer::{
    ApiType, DenialReason, explanations::PolicyQuestion, observing::LayerConfiguration,
};

/// What a layer asks policies about requests to its stage.
pub(crate) struct Stage<'l> {
    layer: &'l LayerConfiguration,
    api_type: ApiType,
}

impl<'l> Stage<'l> {
    pub(crate) fn new(layer: &'l LayerConfiguration, api_type: ApiType) -> Self {
        Self { layer, api_type }
    }

    /// What the layer asks a policy, or why it refuses the request without asking.
    pub(crate) fn question(
        &self,
        method: &Method,
        path: &str,
    ) -> Result<PolicyQuestion, DenialReason> {
        self.layer.policy_question(method, path)
    }

    /// The method ARN of a request about which the layer asks no policy.
    pub(crate) fn method_arn(&self, method: &Method, path: &str) -> String {
        format!("{}{method}{path}", self.layer.stage_arn())
    }

    /// The last part of a method ARN, before the path.
    pub(crate) fn name(&self, method: &str) -> String {
        let name = self.layer.stage_arn().splitn(6, ':').nth(5);
        format!("{}{method}", name.unwrap_or_default())
    }

    /// What an entry that excludes covers of the layer's requests, as entries for its stage.
    pub(crate) fn excluding_entries(&self, entry: &str) -> Vec<String> {
        self.layer.excluding_entries(entry)
    }

    pub(crate) fn has_paths(&self) -> bool {
        self.api_type != ApiType::WebSocket
    }
}
