//! Hints for parser errors that show what the author meant.

/// The hint for a member that only resource policies have, such as those of API Gateway.
#[must_use]
pub fn of_resource_policy(error: &str) -> Option<&'static str> {
    matches!(unknown_member(error)?, "Principal" | "NotPrincipal").then_some(
        "; only resource policies have it: remove it, since an authorizer's policy is always about the caller",
    )
}

/// The hint for a member of an authorizer's answer, which contains the policy.
pub(crate) fn of_whole_answer(error: &str) -> Option<&'static str> {
    const MEMBERS: [&str; 5] = [
        "context",
        "isAuthorized",
        "policyDocument",
        "principalId",
        "usageIdentifierKey",
    ];
    MEMBERS.contains(&unknown_member(error)?).then_some(
        "; this is the whole answer of an authorizer: pass only its member `policyDocument`",
    )
}

/// The name of the unknown member in an error from serde.
fn unknown_member(error: &str) -> Option<&str> {
    let (name, _) = error.strip_prefix("unknown field `")?.split_once('`')?;
    Some(name)
}

/// The hint for one string in place of a list.
pub(crate) fn list_in_one_text(text: &str) -> &'static str {
    if text.contains(',') {
        "; in a list, each entry is its own string: `[\"…\", \"…\"]`"
    } else {
        ""
    }
}
