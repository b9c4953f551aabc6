//! A request to evaluate.

use std::fmt;

use super::{RequestResource, resource::folded_arn};
use crate::{
    keys::ConditionKeys,
    pattern::{KnownParts, Placeholder, Reach},
};

/// A request to evaluate: an action on a resource, and the condition keys of the request.
///
/// ```
/// use execute_api_policy::{ConditionContext, EvaluationRequest, PolicyDocument, Verdict};
///
/// let policy = PolicyDocument::from_json(br#"{"Statement": {
///     "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
///     "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
/// }}"#)?
/// .compile();
///
/// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/pets");
/// assert_eq!(policy.evaluate(&request).verdict(), Verdict::ImplicitDeny);
/// let keys = ConditionContext::new().with("aws:SourceIp", "203.0.113.9");
/// assert_eq!(policy.evaluate(&request.with_keys(&keys)).verdict(), Verdict::Allow);
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Clone, Copy)]
pub struct EvaluationRequest<'r> {
    pub(crate) action: &'r str,
    /// Whether the action is `execute-api:Invoke`. Case does not matter.
    pub(crate) is_invoke: bool,
    pub(crate) resource: RequestResource<'r>,
    pub(crate) keys: &'r dyn ConditionKeys,
    pub(crate) other_spellings: Option<&'r [String]>,
    pub(crate) readings: &'r [String],
    pub(crate) ignores_case: bool,
    /// Which parts of the resource before the method are known.
    pub(crate) known: KnownParts,
    /// Whether an explanation may show values that a client may have chosen.
    pub(crate) shows_clients_values: bool,
}

/// The action that API Gateway checks.
pub(crate) const INVOKE: &str = "execute-api:Invoke";

impl<'r> EvaluationRequest<'r> {
    /// Asks whether an action on a resource (an ARN) is allowed.
    #[must_use]
    pub fn new(action: &'r str, resource: &'r str) -> Self {
        Self {
            action,
            is_invoke: action.eq_ignore_ascii_case(INVOKE),
            ..Self::invoke(resource)
        }
    }

    /// Asks whether a resource (a method ARN) may be invoked. This is the question that API Gateway asks.
    #[must_use]
    pub fn invoke(resource: &'r str) -> Self {
        Self::invoke_part(RequestResource::new(resource))
    }

    /// Like [`invoke`](Self::invoke), for a resource that is already split.
    pub(crate) fn invoke_part(resource: RequestResource<'r>) -> Self {
        Self {
            action: INVOKE,
            is_invoke: true,
            resource,
            keys: &(),
            other_spellings: None,
            readings: &[],
            ignores_case: false,
            known: KnownParts::ApiAndStage,
            shows_clients_values: true,
        }
    }

    /// Sets the condition keys of the request. By default it has none.
    #[must_use]
    pub fn with_keys(mut self, keys: &'r dyn ConditionKeys) -> Self {
        self.keys = keys;
        self
    }

    /// Leaves values that a client may have chosen out of an explanation.
    pub(crate) fn without_clients_values(mut self) -> Self {
        self.shows_clients_values = false;
        self
    }

    /// Adds other spellings of the same resource. The service behind this check may treat them as equal. An entry that
    /// *excludes* (the `Resource` of a `Deny`, the `NotResource` of an `Allow`) then covers the resource if it covers
    /// any of the spellings. For this, percent-encoding in the entry is decoded, too.
    ///
    /// This goes beyond IAM, in which a resource has exactly one ARN. A path may have several spellings.
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
    #[must_use]
    pub fn with_other_spellings(mut self, spellings: &'r [String]) -> Self {
        self.other_spellings = Some(spellings);
        self
    }

    /// Adds what services may read instead of the resource, if they do not read it as it is. The resource is then
    /// allowed only if each of these ARNs is allowed, too, or if an `Allow` without a condition names the resource
    /// itself, without wildcards.
    ///
    /// This goes beyond IAM. A wildcard also matches an empty segment of a path, and servers that merge slashes read
    /// another path. It also matches a `;`, which some servers drop with what follows it.
    ///
    /// ```
    /// use execute_api_policy::{Effect, EvaluationRequest, PolicyDocument, Statement, Verdict};
    ///
    /// let arn = |path: &str| format!("arn:aws:execute-api:r:1:a/prod/GET{path}");
    /// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [arn("/*/orders")])]).compile();
    /// let (resource, readings) = (arn("//orders"), [arn("/orders")]);
    /// let request = EvaluationRequest::invoke(&resource);
    ///
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::Allow);
    /// let evaluation = policy.evaluate(&request.with_readings(&readings));
    /// assert_eq!(evaluation.verdict(), Verdict::ImplicitDeny);
    /// ```
    #[inline]
    #[must_use]
    pub fn with_readings(mut self, readings: &'r [String]) -> Self {
        self.readings = readings;
        self
    }

    /// Ignores the case of letters where an entry *excludes* (the `Resource` of a `Deny`, the `NotResource` of an `Allow`): it
    /// then also covers each resource that differs from a covered one only in case. For an entry that permits, the resource
    /// counts as it is, because two resources may differ only in case.
    ///
    /// This goes beyond IAM, and is for services that ignore case in paths. Case does not count in the whole part of the ARN
    /// after the account. So an entry for the stage `Prod` excludes in the stage `prod`, too.
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
    /// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/ADMIN");
    ///
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::Allow);
    /// let evaluation = policy.evaluate(&request.ignoring_case());
    /// assert_eq!(evaluation.verdict(), Verdict::ExplicitDeny);
    /// ```
    #[must_use]
    pub fn ignoring_case(mut self) -> Self {
        self.ignores_case = true;
        self
    }

    /// Says that the resource is a method ARN whose API is not known: its partition, region, account and API id are
    /// placeholders. An entry that *excludes* (the `Resource` of a `Deny`, the `NotResource` of an `Allow`) then covers the
    /// resource if it would do so in some API: it has to match the stage, the method and the path. An entry that permits has
    /// to match the placeholders, too.
    ///
    /// This goes beyond IAM, and is for tests and servers that have a policy for a real API, but do not know which API that
    /// is. A [`Policy`](crate::Policy) keeps what it compiles for the first such API. For a request of another one, each
    /// evaluation compiles the policy again.
    ///
    /// ```
    /// use execute_api_policy::{
    ///     Effect, EvaluationRequest, PolicyDocument, Statement, Verdict,
    /// };
    ///
    /// let policy = PolicyDocument::new([
    ///     Statement::invoke(Effect::Allow, ["*"]),
    ///     Statement::invoke(Effect::Deny, ["arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/admin"]),
    /// ])
    /// .compile();
    /// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:any/prod/GET/admin");
    ///
    /// assert_eq!(policy.evaluate(&request).verdict(), Verdict::Allow);
    /// let evaluation = policy.evaluate(&request.of_unknown_api());
    /// assert_eq!(evaluation.verdict(), Verdict::ExplicitDeny);
    /// ```
    #[must_use]
    pub fn of_unknown_api(self) -> Self {
        self.knowing(KnownParts::Stage)
    }

    /// Like [`of_unknown_api`](Self::of_unknown_api), but the stage is a placeholder, too: an entry that excludes does not have
    /// to name it.
    ///
    /// ```
    /// use execute_api_policy::{Effect, EvaluationRequest, PolicyDocument, Statement, Verdict};
    ///
    /// let policy = PolicyDocument::new([
    ///     Statement::invoke(Effect::Allow, ["*"]),
    ///     Statement::invoke(Effect::Deny, ["arn:aws:execute-api:*:*:*/prod/GET/admin"]),
    /// ])
    /// .compile();
    /// let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:any/dev/GET/admin");
    ///
    /// let evaluation = policy.evaluate(&request.of_unknown_api());
    /// assert_eq!(evaluation.verdict(), Verdict::Allow);
    /// let evaluation = policy.evaluate(&request.of_unknown_stage());
    /// assert_eq!(evaluation.verdict(), Verdict::ExplicitDeny);
    /// ```
    #[must_use]
    pub fn of_unknown_stage(self) -> Self {
        self.knowing(KnownParts::Nothing)
    }

    pub(crate) fn knowing(mut self, known: KnownParts) -> Self {
        self.known = known;
        self
    }

    /// Whether entries cover what is written, and nothing else.
    pub(crate) fn covers_as_written(&self) -> bool {
        !self.ignores_case && self.known == KnownParts::ApiAndStage
    }

    /// How far entries that exclude something reach beyond what is written.
    pub(crate) fn reach(&self) -> Reach<'r> {
        let RequestResource { head, name } = self.resource;
        Reach {
            ignores_case: self.ignores_case,
            placeholder: head.and_then(|head| Placeholder::of(head, name, self.known)),
        }
    }

    /// The other spellings of a request that ignores case: those that it has, and each text of it folded.
    pub(crate) fn spellings_ignoring_case(&self) -> Vec<String> {
        let others = self.other_spellings.unwrap_or_default();
        let own = self.resource.to_string();
        let mut spellings = others.to_vec();
        for text in std::iter::once(&own).chain(others).chain(self.readings) {
            let folded = folded_arn(text);
            if folded != own && !spellings.contains(&folded) {
                spellings.push(folded);
            }
        }
        spellings
    }

    /// The same request for another resource, which has no other readings.
    pub(crate) fn read_as(mut self, resource: RequestResource<'r>) -> Self {
        self.resource = resource;
        self.readings = &[];
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

#[cfg(test)]
mod tests {
    use crate::ConditionContext;

    use super::*;

    #[test]
    fn debug_output_of_a_request_has_no_keys() {
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
