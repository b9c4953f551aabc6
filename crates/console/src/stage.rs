//! The stage whose policies are edited.

use percent_encoding::percent_decode_str;
use tower_lambda_authorizer::ApiType;

/// Where an API's method ARNs begin, and how they end.
pub(crate) struct Stage {
    arn: String,
    api_type: ApiType,
}

impl Stage {
    pub(crate) fn new(arn: &str, api_type: ApiType) -> Self {
        Self {
            arn: arn.to_owned(),
            api_type,
        }
    }

    /// The ARNs of a REST API contain the path as it is sent, and those of an HTTP API contain the decoded path. The
    /// ARNs of a WebSocket API end in a route.
    pub(crate) fn method_arn(&self, method: &str, path: &str) -> String {
        let stage = &self.arn;
        match self.api_type {
            ApiType::Rest => format!("{stage}{method}{path}"),
            ApiType::Http => format!("{stage}{method}{}", decoded(path)),
            ApiType::WebSocket => format!("{stage}$connect"),
        }
    }

    /// The last part of a method ARN, in front of the path.
    pub(crate) fn name(&self, method: &str) -> String {
        let name = self.arn.splitn(6, ':').nth(5).unwrap_or_default();
        format!("{name}{method}")
    }

    /// The other ARNs of the same request, as a service may read its path. A `Deny` of one of them counts.
    pub(crate) fn other_spellings(&self, method: &str, path: &str) -> [String; 1] {
        let path = match self.api_type {
            ApiType::Rest => decoded(path),
            ApiType::Http | ApiType::WebSocket => path.to_owned(),
        };
        [self.method_arn(method, &path)]
    }

    pub(crate) fn has_paths(&self) -> bool {
        self.api_type != ApiType::WebSocket
    }
}

fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}
