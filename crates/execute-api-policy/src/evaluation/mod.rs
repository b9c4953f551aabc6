//! A request to evaluate, and the result.

mod request;
mod resource;

pub use self::{request::EvaluationRequest, resource::RequestResource};
pub(crate) use self::{request::INVOKE, resource::folded_arn};

/// The result for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a fourth verdict should be a breaking change"
)]
pub enum Verdict {
    /// A statement allows the request, and none denies it.
    Allow,
    /// A statement denies the request.
    ExplicitDeny,
    /// No statement applies. Or one allows the request, but not what services may
    /// [read](EvaluationRequest::with_readings) instead.
    ImplicitDeny,
}

/// A verdict and the statement that decided.
///
/// ```
/// use execute_api_policy::{EvaluationRequest, PolicyDocument, Verdict};
///
/// let policy = PolicyDocument::from_json(br#"{"Statement": [
///     {"Effect": "Allow", "Action": "*", "Resource": "*"},
///     {"Sid": "NoDelete", "Effect": "Deny", "Action": "*", "Resource": "arn:aws:execute-api:*:*:*/*/DELETE/*"}
/// ]}"#)?
/// .compile();
///
/// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/DELETE/pets/7");
/// let evaluation = policy.evaluate(&request);
/// assert_eq!(evaluation.verdict(), Verdict::ExplicitDeny);
/// assert_eq!((evaluation.statement(), evaluation.sid()), (Some(1), Some("NoDelete")));
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation<'p> {
    verdict: Verdict,
    statement: Option<(usize, Option<&'p str>)>,
}

impl<'p> Evaluation<'p> {
    pub(crate) fn decided(verdict: Verdict, statement: (usize, Option<&'p str>)) -> Self {
        Self {
            verdict,
            statement: Some(statement),
        }
    }

    pub(crate) fn implicit_deny() -> Self {
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

    /// The index of the statement that decided: the first statement with the deciding effect that applies. `None` for
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
    use crate::PolicyDocument;

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
}
