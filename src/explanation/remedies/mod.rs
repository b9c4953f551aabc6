//! What to do about a refusal, or about a request that should perhaps have been refused. One rule recognizes each mistake
//! that users of API Gateway report again and again.

mod absent_source;
mod another_api;
mod answer;
mod authorizer;
mod browser;
mod client_address;
mod function;
mod grpc;
mod identity;
mod letter_case;
mod nearest_statement;
mod policy;
mod request;
mod resource;
mod sent;
mod similar_name;
mod unknown_api;

use std::fmt;

use serde::Serialize;

#[cfg(feature = "openapi")]
pub(super) use self::{letter_case::guarded_in_another_case, policy::similar_operation};
use super::{Circumstances, Explanation};
use crate::{decision::DenialReason, identity::IdentitySource, policy::OneLine};

/// One thing to do about a refusal, or about a request that is let through and perhaps should not be (`case-counts`).
///
/// A remedy that changes the request or the policy is only given if the same evaluation then allows the request (or, if a
/// `Deny` is changed, no longer denies it explicitly). A remedy that changes an identity source is only given if the source
/// is then valid.
///
/// | cause | given if |
/// |---|---|
/// | `identity-source-under-another-name` | the source is missing, but a header, query parameter or cookie with a similar name has a valid value |
/// | `identity-source-in-another-place` | the source is missing, but its name appears in another place, for example as a header instead of a query parameter |
/// | `identity-source-missing` | the source is missing, and nothing resembles it |
/// | `identity-source-empty` | the source is empty, and nothing resembles it |
/// | `identity-source-not-utf8` | the source has bytes that are not UTF-8 |
/// | `all-identity-sources-are-needed` | one of several sources is missing, but others are present |
/// | `identity-source-ambiguous` | programs may read different values from the cookie |
/// | `bearer-prefix-missing`, `bearer-prefix-unexpected` | the validation expression would accept the token with, or without, `Bearer ` |
/// | `validation-expression` | the validation expression accepts the token neither with nor without `Bearer ` |
/// | `unauthorized-with-more-text` | the authorizer failed with a message that contains `unauthorized` and other words |
/// | `function-handler`, `function-module-missing`, `function-syntax` | Lambda could not load the function |
/// | `function-ended`, `function-timed-out` | the function ended or ran out of time before it answered |
/// | `function-reads-another-event` | the function failed because its event lacks a member that the events of another type of authorizer or payload format have |
/// | `own-message` | the authorizer failed with a message of its own, which the client does not see |
/// | `unauthorized-without-cause` | the authorizer returned `Unauthorized` and gave no [cause](crate::AuthorizerError::because) |
/// | `bearer-prefix-handed-over` | the same, and the token begins with `Bearer ` |
/// | `answer-in-a-string` | the answer is a string that contains JSON |
/// | `unauthorized-returned` | the function returned `Unauthorized` instead of failing with it |
/// | `nothing-returned` | the answer is `null` |
/// | `no-object-returned` | the answer is another string, `true`, a number or a list |
/// | `http-response-returned` | the answer contains a `statusCode` and no policy |
/// | `answer-in-a-body` | the answer contains a `body` and no policy |
/// | `policy-without-wrapper` | the answer is a policy, without `policyDocument` around it |
/// | `policy-in-a-string` | `policyDocument` is a string |
/// | `misspelt-member` | the answer or its policy has a member with a similar name, such as `PolicyDocument`, `isAuthorised` or `statement` |
/// | `null-member` | a member of the policy is `null`, such as `Condition` |
/// | `nested-context` | the context contains a list or an object |
/// | `simple-response-mismatch` | an HTTP API received a simple response instead of a policy, or the other way round |
/// | `simple-response-not-supported` | a REST or WebSocket API received a simple response |
/// | `principal-missing` | a policy for an HTTP API has no `principalId` |
/// | `permission-to-invoke` | the function may not be invoked |
/// | `timeout` | the authorizer did not answer in time |
/// | `authorizer-paused` | the authorizer's circuit breaker is open |
/// | `cached-for-another-request` | the policy is the cached policy of another request, which it allows |
/// | `root-slash` | the request is for the root path, and the policy says `/GET` instead of `/GET/` |
/// | `resource-not-an-arn` | a resource such as `/pets` is not an ARN, and without this mistake the policy would allow the request, or not deny it |
/// | `resource-short-form` | the same for `execute-api:/…`, the form of API Gateway's resource policies |
/// | `websocket-route` | a WebSocket API's policy has resources with a method and a path, such as `…/STAGE/*/*` |
/// | `trailing-slash` | the policy allows the path only without a slash at the end, or only with one (and not everything below it) |
/// | `stage-in-path` | the path begins with the stage, and the policy allows it without the stage |
/// | `another-api` | the policy is for another API, region or stage than the layer, and would allow the request there. Usually the layer has no API yet |
/// | `unknown-api` | a `Deny`, or a `NotResource` of an `Allow`, names an API although the layer has none yet, or contains a word that may be the stage. It counts for any API and stage, and nothing else refuses the request |
/// | `nearest-statement` | no statement allows the request for another reason; the remedy says what the closest statement lacks |
/// | `preflight-refused` | a CORS preflight was refused |
/// | `no-cors-headers` | the request comes from a browser's script, and the response has no CORS headers |
/// | `no-grpc-status` | the request is one of a gRPC client, and [`grpc`](crate::gateway_responses::GatewayResponses::grpc) is off |
/// | `unknown-key` | the policy needs a condition key that this process does not know, such as `aws:SourceIp` without a peer address |
/// | `method-in-small-letters` | the method would be an unambiguous one in capitals |
/// | `read-as-another-path` | a wildcard in an `Allow` matches two slashes in a row or a `;`, and the policy does not allow what servers read instead |
/// | `pattern-in-path` | the path or the method would be a pattern in a policy: it contains `*`, `?` or `${` |
/// | `case-ignored` | the layer ignores the case of letters, and would let the request through if it did not |
/// | `case-counts` | the request is let through, but a layer that [ignores the case of letters](crate::AmbiguousPaths::IgnoreCase) would refuse it, or ask an authorizer |
/// | `client-address-unknown` | the client's address is an identity source, and this process does not know it |
/// | `forwarded-header-ignored` | `X-Forwarded-For` or `Forwarded` comes from a peer that is not a named proxy, and the policy would allow the request from an address in it |
/// | `two-hosts` | the request's target and its `Host` header name different hosts |
/// | `similar-operation` | the API has no such operation, but one with another method, another case, or without the stage in the path. Only `explain` of a whole API knows its operations |
/// | `unknown-operation` | the API has no such path or method; `Missing Authentication Token` is not about a token |
///
/// ```
/// # tokio_test::block_on(async {
/// use http::Request;
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("/pets"))
/// }));
/// let request = Request::get("/pets").header("authorization", "t").body(())?;
/// let why = layer.explain(request).await;
/// assert_eq!(why.remedies()[0].cause(), "resource-not-an-arn");
/// # Ok::<(), http::Error>(())
/// # }).unwrap();
/// ```
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

    /// The name of the cause, as in the table above.
    #[must_use]
    pub fn cause(&self) -> &'static str {
        self.cause
    }

    /// What to do, as a sentence.
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

/// What a rule examines.
struct Case<'c> {
    circumstances: &'c Circumstances,
    reason: &'c DenialReason,
    explanation: &'c Explanation,
}

impl<'c> Case<'c> {
    /// The identity source that is missing or empty.
    fn absent(&self) -> Option<&'c IdentitySource> {
        match self.reason {
            DenialReason::IdentitySourceMissing { source }
            | DenialReason::IdentitySourceEmpty { source } => Some(source),
            _ => None,
        }
    }

    /// Whether no statement of the policy allows the request.
    fn is_implicit_deny(&self) -> bool {
        matches!(self.reason, DenialReason::ImplicitDeny { .. })
    }
}

type Rule = fn(&Case<'_>) -> Option<Remedy>;

/// Ordered by likelihood.
const RULES: &[Rule] = &[
    browser::preflight_refused,
    client_address::unknown,
    identity::under_another_name,
    identity::in_another_place,
    identity::all_are_needed,
    absent_source::missing,
    absent_source::empty,
    absent_source::not_utf8,
    identity::ambiguous,
    identity::validation_expression,
    authorizer::unauthorized_with_more_text,
    authorizer::permission_to_invoke,
    function::not_run,
    function::reads_another_event,
    authorizer::own_message,
    authorizer::timeout,
    authorizer::paused,
    answer::cannot_be_used,
    policy::unknown_key,
    client_address::header_ignored,
    request::method_in_small_letters,
    request::pattern_in_path,
    request::other_reading,
    request::two_hosts,
    letter_case::ignored,
    policy::cached_for_another_request,
    resource::not_an_arn,
    resource::websocket_route,
    policy::root_slash,
    policy::trailing_slash,
    policy::stage_in_path,
    another_api::named_by_policy,
    unknown_api::counts_for_any_api,
    nearest_statement::nearest_statement,
    policy::unknown_operation,
    browser::no_cors_headers,
    grpc::no_grpc_status,
    authorizer::unauthorized_without_cause,
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

/// The remedies for a request that the policy allows.
pub(super) fn found_if_allowed(circumstances: &Circumstances) -> Vec<Remedy> {
    letter_case::counts(circumstances).into_iter().collect()
}
