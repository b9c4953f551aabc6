//! What to do about a refusal: the confusions that users of API Gateway report again and again, each recognized by a
//! rule of its own.

mod answer;
mod authorizer;
mod browser;
mod identity;
mod policy;
mod request;

use std::fmt;

use serde::Serialize;

use super::{Circumstances, Explanation};
use crate::{decision::DenialReason, policy::OneLine};

/// One thing to do about a refusal. What is to be changed in the request or in the policy is only said if the same
/// evaluation then lets it through, or, of an identity source, if that source is then in order.
///
/// | cause | recognized by |
/// |---|---|
/// | `identity-source-under-another-name` | the source is missing, and a header, query parameter or cookie is there that is nearly called so and has a value that would do |
/// | `identity-source-in-another-place` | the source is missing, and what has its name is in another place: a header instead of a query parameter, for example |
/// | `identity-source-missing` | it is missing or empty, and nothing resembles it |
/// | `all-identity-sources-are-needed` | one of several sources is missing, and others are there |
/// | `identity-source-ambiguous` | programs may find different values for the cookie |
/// | `bearer-prefix-missing`, `bearer-prefix-unexpected` | the validation expression would accept the token with, or without, `Bearer ` |
/// | `validation-expression` | it would accept neither |
/// | `unauthorized-with-more-text` | the authorizer failed with `unauthorized` and other words |
/// | `own-message` | the authorizer failed with words of its own, which no client sees |
/// | `bearer-prefix-handed-over` | the authorizer said `Unauthorized` of a token that begins with `Bearer ` |
/// | `nested-context` | the context has a list or an object |
/// | `http-response-returned` | the answer has a `statusCode` |
/// | `null-condition` | a statement's `Condition` is `null` |
/// | `simple-response-mismatch` | a simple answer where a policy is expected, or the other way round |
/// | `principal-missing` | an HTTP API's policy without a `principalId` |
/// | `permission-to-invoke` | the function may not be invoked |
/// | `timeout` | the authorizer did not answer in time |
/// | `cached-for-another-request` | the policy was kept from another request, which it allows |
/// | `root-slash` | the root is asked for, and the policy says `/GET` for `/GET/` |
/// | `trailing-slash` | the policy allows the path with, or without, a slash at its end, and not just all that is below it |
/// | `nearest-statement` | another reason for which nothing allows the request: what the nearest statement lacks |
/// | `preflight-refused` | a CORS preflight was refused |
/// | `no-cors-headers` | the request is from a browser's script, and the response has no CORS headers |
/// | `unknown-key` | the policy asks for a condition key that this process does not know, such as `aws:SourceIp` without a peer address |
/// | `pattern-in-path` | the path or the method is a pattern in policies: `*`, `?` or `${` |
/// | `two-hosts` | the target and `Host` name different hosts |
/// | `unknown-operation` | the API has no such path or method: `Missing Authentication Token` is not about a token |
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remedy {
    cause: &'static str,
    text: String,
}

impl Remedy {
    fn new(cause: &'static str, text: impl fmt::Display) -> Self {
        Self {
            cause,
            text: OneLine(text).to_string(),
        }
    }

    /// The cause by its name in the table.
    #[must_use]
    pub fn cause(&self) -> &'static str {
        self.cause
    }

    /// What to do.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What a rule looks at.
struct Case<'c> {
    circumstances: &'c Circumstances,
    reason: &'c DenialReason,
    explanation: &'c Explanation,
}

type Rule = fn(&Case<'_>) -> Option<Remedy>;

/// The likeliest first.
const RULES: &[Rule] = &[
    browser::preflight_refused,
    identity::under_another_name,
    identity::in_another_place,
    identity::all_are_needed,
    identity::missing,
    identity::ambiguous,
    identity::validation_expression,
    authorizer::unauthorized_with_more_text,
    authorizer::permission_to_invoke,
    authorizer::own_message,
    authorizer::timeout,
    answer::http_response_returned,
    answer::nested_context,
    answer::null_condition,
    answer::simple_response_mismatch,
    answer::principal_missing,
    policy::unknown_key,
    request::pattern_in_path,
    request::two_hosts,
    policy::cached_for_another_request,
    policy::root_slash,
    policy::trailing_slash,
    policy::nearest_statement,
    policy::unknown_operation,
    browser::no_cors_headers,
    authorizer::bearer_prefix_handed_over,
];

pub(super) fn found(
    circumstances: &Circumstances,
    reason: &DenialReason,
    explanation: &Explanation,
) -> Vec<Remedy> {
    let case = Case {
        circumstances,
        reason,
        explanation,
    };
    RULES.iter().filter_map(|rule| rule(&case)).collect()
}
