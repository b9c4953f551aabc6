//! The question that a policy is asked, and its answer.

use std::fmt;

use super::{keys::ConditionKeys, pattern::cut_arn};

/// What to decide: one action on one resource, with what is known of the request.
#[derive(Clone, Copy)]
pub struct EvaluationRequest<'r> {
    pub(super) action: &'r str,
    /// Whether the action is `execute-api:Invoke`, in any case.
    pub(super) is_invoke: bool,
    pub(super) resource: RequestResource<'r>,
    pub(super) keys: &'r dyn ConditionKeys,
    pub(super) other_spellings: Option<&'r [String]>,
    /// Whether an explanation shows what a client may have put into a key.
    pub(super) shows_clients_values: bool,
}

/// The resource of a request, cut where policies cut it.
#[derive(Debug, Clone, Copy)]
pub struct RequestResource<'r> {
    /// What stands between `arn:` and the resource. None where it is no ARN; only `*` covers it then.
    pub(crate) head: Option<&'r str>,
    /// What follows the head, or all of it.
    pub(crate) name: &'r str,
}

/// The action that API Gateway asks for.
pub(super) const INVOKE: &str = "execute-api:Invoke";

impl<'r> EvaluationRequest<'r> {
    /// May this action be done to this resource (an ARN)?
    #[must_use]
    pub fn new(action: &'r str, resource: &'r str) -> Self {
        Self {
            action,
            is_invoke: action.eq_ignore_ascii_case(INVOKE),
            resource: RequestResource::new(resource),
            keys: &(),
            other_spellings: None,
            shows_clients_values: true,
        }
    }

    /// May this resource (a method ARN) be invoked? The question that API Gateway asks.
    #[must_use]
    pub fn invoke(resource: &'r str) -> Self {
        Self::invoke_part(RequestResource::new(resource))
    }

    /// As [`invoke`](Self::invoke), of a resource in its parts.
    #[inline]
    pub(crate) fn invoke_part(resource: RequestResource<'r>) -> Self {
        Self {
            action: INVOKE,
            is_invoke: true,
            resource,
            keys: &(),
            other_spellings: None,
            shows_clients_values: true,
        }
    }

    /// Sets the condition keys that the request has: none unless set.
    #[inline]
    #[must_use]
    pub fn with_keys(mut self, keys: &'r dyn ConditionKeys) -> Self {
        self.keys = keys;
        self
    }

    /// Keeps out of an explanation what a client may have put into a key.
    pub(crate) fn without_clients_values(mut self) -> Self {
        self.shows_clients_values = false;
        self
    }

    /// Says how else the service behind might read the same resource. What a policy *excludes* (the
    /// `Resource` of a `Deny`, the `NotResource` of an `Allow`) then covers the resource if it covers
    /// any of its spellings, percent-encoding in the policy's own text taken as what it stands for.
    ///
    /// IAM knows no such thing: there, one resource has one ARN. A path has several.
    ///
    /// ```
    /// use execute_api_policy::{
    ///     Effect, EvaluationRequest, PolicyDocument, Statement, Verdict,
    /// };
    ///
    /// let policy = PolicyDocument::new([
    ///     Statement::invoke(Effect::Allow, ["*"]),
    ///     Statement::invoke(Effect::Deny, ["arn:aws:execute-api:*:*:*/prod/GET/admin"]),
    /// ])
    /// .compile();
    /// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/%61dmin");
    /// let spellings = ["arn:aws:execute-api:r:1:a/prod/GET/admin".to_owned()];
    ///
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::Allow);
    /// let evaluation = policy.evaluate(&request.with_other_spellings(&spellings));
    /// assert_eq!(evaluation.verdict(), Verdict::ExplicitDeny);
    /// ```
    #[inline]
    #[must_use]
    pub fn with_other_spellings(mut self, spellings: &'r [String]) -> Self {
        self.other_spellings = Some(spellings);
        self
    }
}

impl fmt::Debug for EvaluationRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvaluationRequest")
            .field("action", &self.action)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for RequestResource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(head) = self.head {
            write!(f, "arn:{head}:")?;
        }
        f.write_str(self.name)
    }
}

impl<'r> RequestResource<'r> {
    /// Of what stands between `arn:` and the resource, and the resource.
    #[inline]
    #[must_use]
    pub fn of_parts(head: &'r str, name: &'r str) -> Self {
        Self {
            head: Some(head),
            name,
        }
    }

    pub(crate) fn new(text: &'r str) -> Self {
        match cut_arn(text) {
            Some((head, name)) => Self {
                head: Some(head),
                name,
            },
            None => Self {
                head: None,
                name: text,
            },
        }
    }
}

/// What a policy says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a fourth verdict would have to break its callers"
)]
pub enum Verdict {
    /// A statement allows it and none denies it.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// No statement applies.
    ImplicitDeny,
}

/// A verdict and the statement that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation<'p> {
    verdict: Verdict,
    statement: Option<(usize, Option<&'p str>)>,
}

impl<'p> Evaluation<'p> {
    pub(super) fn decided(verdict: Verdict, statement: (usize, Option<&'p str>)) -> Self {
        Self {
            verdict,
            statement: Some(statement),
        }
    }

    pub(super) fn implicit_deny() -> Self {
        Self {
            verdict: Verdict::ImplicitDeny,
            statement: None,
        }
    }

    /// The verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The index of the statement that decided: the first applying one of the deciding effect. None for
    /// an implicit deny.
    #[must_use]
    pub fn statement(&self) -> Option<usize> {
        self.statement.map(|(index, _)| index)
    }

    /// The `Sid` of the statement that decided, if it has one.
    #[must_use]
    pub fn sid(&self) -> Option<&'p str> {
        self.statement.and_then(|(_, sid)| sid)
    }
}

#[cfg(test)]
mod tests {
    use crate::{ConditionContext, PolicyDocument};

    use super::*;

    #[test]
    fn an_evaluation_names_the_statement_that_decided() {
        let policy = PolicyDocument::from_json(
            br#"{"Statement": [
                {"Effect": "Allow", "Action": "*", "Resource": "arn:*:*:*:*:pets"},
                {"Sid": "cats", "Effect": "Allow", "Action": "*", "Resource": "arn:*:*:*:*:*ts"}
            ]}"#,
        );
        let policy = policy.unwrap().compile();
        for (path, statement, sid) in [
            ("pets", Some(0), None),
            ("cats", Some(1), Some("cats")),
            ("dogs", None, None),
        ] {
            let arn = format!("arn:aws:execute-api:r:1:{path}");
            let evaluation = policy.evaluate(&EvaluationRequest::invoke(&arn));
            assert_eq!(evaluation.statement(), statement, "{path}");
            assert_eq!(evaluation.sid(), sid, "{path}");
        }
    }

    #[test]
    fn a_request_is_shown_without_its_keys() {
        let keys = ConditionContext::new().with("k", "secret");
        let request = EvaluationRequest::new("s3:Get", "arn:a:b:c:d:pets").with_keys(&keys);
        let shown = format!("{request:?}");
        assert!(
            shown.contains("s3:Get") && shown.contains("pets"),
            "{shown}"
        );
        assert!(!shown.contains("secret"), "{shown}");
    }
}
