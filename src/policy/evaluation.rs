//! The question that a policy is asked, and its answer.

/// What to decide: one action on one resource.
#[derive(Debug, Clone, Copy)]
pub struct EvaluationRequest<'r> {
    pub(super) action: &'r str,
    pub(super) resource: &'r str,
    pub(super) other_spellings: Option<&'r [String]>,
}

impl<'r> EvaluationRequest<'r> {
    /// May this action be done to this resource (an ARN)?
    #[must_use]
    pub const fn new(action: &'r str, resource: &'r str) -> Self {
        Self {
            action,
            resource,
            other_spellings: None,
        }
    }

    /// May this resource (a method ARN) be invoked? The question that API Gateway asks.
    #[must_use]
    pub const fn invoke(resource: &'r str) -> Self {
        Self::new("execute-api:Invoke", resource)
    }

    /// Says how else the service behind might read the same resource. What a policy *excludes* (the
    /// `Resource` of a `Deny`, the `NotResource` of an `Allow`) then covers the resource if it covers
    /// any of its spellings, percent-encoding in the policy's own text taken as what it stands for.
    ///
    /// IAM knows no such thing: there, one resource has one ARN. A path has several.
    ///
    /// ```
    /// use tower_lambda_authorizer::policy::{
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
    #[must_use]
    pub const fn with_other_spellings(mut self, spellings: &'r [String]) -> Self {
        self.other_spellings = Some(spellings);
        self
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    verdict: Verdict,
    statement: Option<usize>,
    sid: Option<String>,
}

impl Evaluation {
    pub(super) fn decided(verdict: Verdict, statement: usize, sid: Option<String>) -> Self {
        Self {
            verdict,
            statement: Some(statement),
            sid,
        }
    }

    pub(super) fn implicit_deny() -> Self {
        Self {
            verdict: Verdict::ImplicitDeny,
            statement: None,
            sid: None,
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
        self.statement
    }

    /// The `Sid` of the statement that decided, if it has one.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }
}
