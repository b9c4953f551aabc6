//! The event of a TOKEN authorizer: three members.

use serde::Serialize;

use crate::authorizer::AuthorizerRequest;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'r> {
    r#type: &'static str,
    method_arn: &'r str,
    authorization_token: &'r str,
}

impl<'r> Event<'r> {
    pub(super) fn of(request: &'r AuthorizerRequest) -> Self {
        Self {
            r#type: "TOKEN",
            method_arn: request.method_arn().as_str(),
            authorization_token: request.token().unwrap_or_default(),
        }
    }
}
