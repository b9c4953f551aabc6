//! What to add to an error of the parser, if what was meant can be told.

/// A member of API Gateway's and other services' resource policies.
#[must_use]
pub fn of_resource_policy(error: &str) -> Option<&'static str> {
    matches!(unknown_member(error)?, "Principal" | "NotPrincipal").then_some(
        "; it belongs to resource policies: an authorizer's policy is about the caller, so leave it out",
    )
}

/// A member of an authorizer's answer, of which the policy is a part.
pub(crate) fn of_whole_answer(error: &str) -> Option<&'static str> {
    const MEMBERS: [&str; 5] = [
        "context",
        "isAuthorized",
        "policyDocument",
        "principalId",
        "usageIdentifierKey",
    ];
    MEMBERS.contains(&unknown_member(error)?).then_some(
        "; this is the whole answer of an authorizer, and the policy is its member `policyDocument`",
    )
}

/// The member that an error of serde's is about.
fn unknown_member(error: &str) -> Option<&str> {
    let (name, _) = error.strip_prefix("unknown field `")?.split_once('`')?;
    Some(name)
}

/// A text where a list was meant.
pub(crate) fn list_in_one_text(text: &str) -> &'static str {
    match text.contains(',') {
        true => "; a list has each of them as a text of its own: `[\"…\", \"…\"]`",
        false => "",
    }
}
