//! The reason for a refusal as a sentence.

use std::fmt;

use super::DenialReason;
use crate::{
    policy::OneLine,
    request::{path::PathAmbiguity, unknown_key::UnknownKey},
};

impl fmt::Display for DenialReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem().fmt(f)?;
        if self.is_found_before_the_call() {
            f.write_str("; the authorizer was not invoked")?;
        }
        Ok(())
    }
}

impl DenialReason {
    /// The reason without the note that the authorizer was not invoked, for tools that have a policy and no authorizer.
    ///
    /// ```
    /// use http::Method;
    /// use tower_lambda_authorizer::{Api, ApiType, explanations::PolicyQuestion};
    ///
    /// let question = PolicyQuestion::new(&Api::default(), ApiType::Rest, &Method::GET, "/..");
    /// let reason = question.unwrap_err();
    /// let problem = "the path can be read in two ways: it has a `.` or `..` segment";
    /// assert_eq!(reason.problem().to_string(), problem);
    /// assert_eq!(reason.to_string(), format!("{problem}; the authorizer was not invoked"));
    /// ```
    pub fn problem(&self) -> impl fmt::Display {
        Problem(self)
    }

    /// Whether the steps before the authorizer refuse the request, and the sentence does not say so itself.
    fn is_found_before_the_call(&self) -> bool {
        match self {
            Self::IdentitySourceMissing { .. }
            | Self::IdentitySourceEmpty { .. }
            | Self::IdentitySourceNotUtf8 { .. }
            | Self::IdentitySourceAmbiguous { .. }
            | Self::RefusedByValidationExpression { .. }
            | Self::SeveralAuthorizationHeaders
            | Self::AmbiguousPath { .. }
            | Self::AmbiguousHost { .. }
            | Self::NoSuchOperation
            | Self::MethodArnTooLong { .. }
            | Self::RequestBodyTooLarge { .. }
            | Self::RequestBodyBroken
            | Self::RequestBodyNotRead
            | Self::NoTimer => true,
            Self::AuthorizerPaused { .. }
            | Self::AuthorizerSaidUnauthorized { .. }
            | Self::AuthorizerFailed { .. }
            | Self::FunctionNotInvoked { .. }
            | Self::AuthorizerPanicked { .. }
            | Self::AuthorizerTimedOut { .. }
            | Self::MalformedResponse { .. }
            | Self::NotAuthorized { .. }
            | Self::ExplicitDeny { .. }
            | Self::ImplicitDeny { .. }
            | Self::ReadingNotAllowed { .. } => false,
        }
    }
}

struct Problem<'r>(&'r DenialReason);

impl fmt::Display for Problem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DenialReason as R;
        match self.0 {
            R::IdentitySourceMissing { source } => {
                write!(f, "the identity source `{source}` is missing")
            }
            R::IdentitySourceEmpty { source } => {
                write!(f, "the identity source `{source}` is empty")
            }
            R::IdentitySourceNotUtf8 { source } => {
                write!(f, "the identity source `{source}` is not UTF-8")
            }
            R::IdentitySourceAmbiguous { source } => {
                write!(f, "the identity source `{source}` can be read in two ways")
            }
            R::RefusedByValidationExpression { source } => write!(
                f,
                "`{source}` does not match the identity validation expression"
            ),
            R::SeveralAuthorizationHeaders => {
                f.write_str("there is more than one `Authorization` header")
            }
            R::AmbiguousPath {
                ambiguity: ambiguity @ (PathAmbiguity::Method | PathAmbiguity::NotAPath),
            } => write!(f, "{ambiguity}"),
            R::AmbiguousPath { ambiguity } => {
                write!(f, "the path can be read in two ways: {ambiguity}")
            }
            R::AmbiguousHost { ambiguity } => write!(
                f,
                "it is not clear which host the request is for: {ambiguity}"
            ),
            R::NoSuchOperation => f.write_str("the API has no operation for this path and method"),
            R::MethodArnTooLong { length, limit } => write!(
                f,
                "the method ARN has {length} bytes, but at most {limit} are allowed"
            ),
            R::RequestBodyTooLarge { limit } => write!(
                f,
                "the request's body has more than {limit} bytes or arrives in too many pieces"
            ),
            R::RequestBodyBroken => {
                f.write_str("the request's body ended with an error")
            }
            R::RequestBodyNotRead => f.write_str(
                "the authorizer expects the request's body, but no layer has read it: put a `ReadRequestBodyLayer` around \
                 this layer",
            ),
            R::AuthorizerSaidUnauthorized { cause: None } => {
                f.write_str("the authorizer returned `Unauthorized`")
            }
            R::AuthorizerSaidUnauthorized { cause: Some(cause) } => {
                write!(f, "the authorizer returned `Unauthorized`: {}", OneLine(cause))
            }
            R::AuthorizerFailed { message } => write_failure(f, message),
            R::FunctionNotInvoked { message, .. } => {
                write!(f, "the authorizer failed: {}", OneLine(message))
            }
            R::AuthorizerPanicked { message } => {
                write!(f, "the authorizer panicked: {}", OneLine(message))
            }
            R::AuthorizerTimedOut { limit } => {
                write!(f, "the authorizer did not answer within {limit:?}")
            }
            R::AuthorizerPaused {
                failures,
                remaining,
            } if remaining.is_zero() => write!(
                f,
                "the authorizer is not asked while another request's call probes it, because its last {failures} calls failed"
            ),
            R::AuthorizerPaused {
                failures,
                remaining,
            } => write!(
                f,
                "the authorizer is not asked for another {remaining:.1?}, because its last {failures} calls failed"
            ),
            R::NoTimer => f.write_str(
                "the authorizer's timeout needs tokio's timer, which is not running: use a tokio runtime with \
                 `enable_time`, as `#[tokio::main]` does, or set `no_authorizer_timeout`",
            ),
            R::MalformedResponse { problem, .. } => {
                let problem = OneLine(problem);
                write!(f, "the authorizer's answer cannot be used: {problem}")
            }
            R::NotAuthorized { cached_for } => {
                f.write_str("the authorizer answered `isAuthorized: false`")?;
                write_cached_answer(f, cached_for.as_deref())
            }
            R::ExplicitDeny {
                statement,
                sid,
                method_arn,
                cached_for,
                unknown_key,
            } => {
                write_statement(f, *statement, sid.as_deref())?;
                write!(f, " denies `{}`", OneLine(method_arn))?;
                write_unknown_key(f, *unknown_key)?;
                write_cached_for(f, cached_for.as_deref(), "")
            }
            R::ImplicitDeny {
                method_arn,
                cached_for,
                unknown_key,
            } => {
                let arn = OneLine(method_arn);
                write!(f, "no statement of the policy allows `{arn}`")?;
                write_unknown_key(f, *unknown_key)?;
                let advice = ": if the request should be allowed, make the policy cover everything that the caller may do, \
                              or set the result TTL to 0";
                write_cached_for(f, cached_for.as_deref(), advice)
            }
            R::ReadingNotAllowed {
                method_arn,
                reading,
            } => write!(
                f,
                "the policy allows `{}`, but not `{}`, which some servers read instead",
                OneLine(method_arn),
                OneLine(reading)
            ),
        }
    }
}

fn write_failure(f: &mut fmt::Formatter<'_>, message: &str) -> fmt::Result {
    write!(f, "the authorizer failed: {}", OneLine(message))?;
    if message.to_ascii_lowercase().contains("unauthorized") {
        f.write_str(" (only the exact message `Unauthorized` becomes a 401)")?;
    }
    Ok(())
}

fn write_cached_answer(f: &mut fmt::Formatter<'_>, cached_for: Option<&str>) -> fmt::Result {
    match cached_for {
        None => Ok(()),
        Some(arn) => write!(
            f,
            "; this is the cached answer to a request for `{}`, and it applies to every request of the same identity: \
             add `$context.routeKey` to the identity sources, or set the result TTL to 0",
            OneLine(arn)
        ),
    }
}

fn write_statement(f: &mut fmt::Formatter<'_>, statement: usize, sid: Option<&str>) -> fmt::Result {
    write!(f, "the policy's `Statement[{statement}]`")?;
    match sid {
        None => Ok(()),
        Some(sid) => write!(f, " (`{}`)", OneLine(sid)),
    }
}

/// Users get this 403 if a line of code that provides the key is missing.
fn write_unknown_key(f: &mut fmt::Formatter<'_>, unknown_key: Option<&UnknownKey>) -> fmt::Result {
    match unknown_key {
        None => Ok(()),
        Some(unknown_key) => write!(f, "; {unknown_key}"),
    }
}

/// Users get this 403 on the second path that they try, and cannot explain it.
fn write_cached_for(
    f: &mut fmt::Formatter<'_>,
    cached_for: Option<&str>,
    advice: &str,
) -> fmt::Result {
    match cached_for {
        None => Ok(()),
        Some(arn) => write!(
            f,
            "; this is the cached policy of a request for `{}`, and it decides every request of the same identity{advice}",
            OneLine(arn)
        ),
    }
}
