//! `Allow` and `Deny`.

/// What a statement does if it applies.
///
/// ```
/// use execute_api_policy::{Effect, EvaluationRequest, PolicyDocument, Statement, Verdict};
///
/// let both = [Statement::invoke(Effect::Allow, ["*"]), Statement::invoke(Effect::Deny, ["*"])];
/// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/pets");
/// let evaluation = PolicyDocument::new(both).compile().evaluate(&request).verdict();
/// assert_eq!(evaluation, Verdict::ExplicitDeny);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "IAM has only these two")]
pub enum Effect {
    /// Allows the request, unless another statement denies it.
    Allow,
    /// Denies the request, even if other statements allow it.
    Deny,
}
