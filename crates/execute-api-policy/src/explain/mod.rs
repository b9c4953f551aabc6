//! Explains a policy's decision.

mod comparison;
mod condition;
mod covering;
mod difference;
mod display;
mod entry;
mod part;
mod path_difference;
mod slip;
mod statement;

use serde::{Serialize, Serializer};

pub use self::{
    condition::ConditionExplanation, entry::EntryExplanation, part::PartExplanation,
    statement::StatementExplanation,
};
use super::{
    compiled::Policy,
    effect::Effect,
    evaluation::{EvaluationRequest, Verdict},
};
use crate::one_line::OneLine;

/// Explains why a policy allows or denies one request: the verdict, the statement that decided, and which parts of
/// each statement apply.
///
/// [`Display`](std::fmt::Display) formats it for people, and serde writes JSON for programs. It contains the request's
/// values of the condition keys that the policy reads, such as an address, a user agent or values of the application.
/// So it is for developers and not for clients.
///
/// ```
/// use execute_api_policy::{
///     Effect, EvaluationRequest, PolicyDocument, Statement,
/// };
/// use serde_json::json;
///
/// let dev = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/dev/*";
/// let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [dev])]).compile();
/// let prod = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/pets";
/// let explanation = policy.explain(&EvaluationRequest::invoke(prod));
///
/// assert_eq!(explanation.nearest_miss(), Some(0));
/// assert_eq!(
///     explanation.reason(),
///     "no statement allows it; `Statement[0]` comes nearest: \
///      stage: the policy says `dev`, the request says `prod`"
/// );
///
/// let json = serde_json::to_value(&explanation)?;
/// assert_eq!(json["verdict"], "ImplicitDeny");
/// assert_eq!(json["decidingStatement"], json!(null));
/// assert_eq!(json["resource"], prod);
/// assert_eq!(
///     json["statements"][0],
///     json!({
///         "index": 0,
///         "sid": null,
///         "effect": "Allow",
///         "applies": false,
///         "action": {
///             "member": "Action",
///             "applies": true,
///             "entries": [{"text": "execute-api:Invoke", "matches": true, "remark": null}],
///         },
///         "resource": {
///             "member": "Resource",
///             "applies": false,
///             "entries": [{
///                 "text": dev,
///                 "matches": false,
///                 "remark": "stage: the policy says `dev`, the request says `prod`",
///             }],
///         },
///         "conditions": [],
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyExplanation {
    #[serde(serialize_with = "name")]
    verdict: Verdict,
    reason: String,
    deciding_statement: Option<usize>,
    nearest_miss: Option<usize>,
    action: String,
    resource: String,
    statements: Vec<StatementExplanation>,
}

impl Policy {
    /// Evaluates like [`evaluate`](Self::evaluate) and gives the reasons. This takes time linear in the size of the
    /// policy, so use it in tests and for debugging, not for every request.
    #[must_use]
    pub fn explain(&self, request: &EvaluationRequest<'_>) -> PolicyExplanation {
        if request.ignores_case {
            let spellings = request.spellings_ignoring_case();
            self.explain_spelled(&request.with_other_spellings(&spellings))
        } else {
            self.explain_spelled(request)
        }
    }

    fn explain_spelled(&self, request: &EvaluationRequest<'_>) -> PolicyExplanation {
        let evaluation = self.evaluate(request);
        let is_denied = evaluation.verdict() == Verdict::ImplicitDeny;
        let reading = is_denied
            .then(|| self.reading_in_the_way(request))
            .flatten();
        let document = self.document();
        let statements: Vec<_> = self.with_statements(request, |statements| {
            let numbers = 0..document.statements().len();
            let explained = numbers.filter_map(|index| {
                StatementExplanation::new(document, statements, index, request)
            });
            explained.collect()
        });
        let nearest_miss = match evaluation.verdict() {
            Verdict::ImplicitDeny if reading.is_none() => nearest(&statements),
            _ => None,
        };
        let deciding_statement = evaluation.statement();
        let told = deciding_statement.or(nearest_miss);
        let told = told.and_then(|index| statements.get(index));
        let reason = match reading {
            Some(reading) => format!(
                "the policy allows `{}`, but not `{reading}`, which some servers read instead",
                request.resource
            ),
            None => reason(evaluation.verdict(), told, &statements),
        };
        PolicyExplanation {
            verdict: evaluation.verdict(),
            reason: OneLine(reason).to_string(),
            deciding_statement,
            nearest_miss,
            action: request.action.to_owned(),
            resource: request.resource.to_string(),
            statements,
        }
    }
}

impl Policy {
    /// The reading that is not allowed, if the resource itself is.
    fn reading_in_the_way<'r>(&self, request: &EvaluationRequest<'r>) -> Option<&'r str> {
        let as_it_is = self.evaluate(&request.with_readings(&[]));
        match as_it_is.verdict() {
            Verdict::Allow => self.reading_that_is_not_allowed(request),
            Verdict::ExplicitDeny | Verdict::ImplicitDeny => None,
        }
    }
}

impl PolicyExplanation {
    /// The verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The reason for the verdict, in one line.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The index of the statement that decided. `None` for an implicit deny.
    #[must_use]
    pub fn deciding_statement(&self) -> Option<usize> {
        self.deciding_statement
    }

    /// For an implicit deny, the index of the `Allow` statement that comes nearest to allowing the request. `None` if
    /// one allows it, but not what services may [read](EvaluationRequest::with_readings) instead.
    #[must_use]
    pub fn nearest_miss(&self) -> Option<usize> {
        self.nearest_miss
    }

    /// Each statement, in the policy's order.
    #[must_use]
    pub fn statements(&self) -> &[StatementExplanation] {
        &self.statements
    }
}

/// The `Allow` with the fewest parts that do not apply. Among equals, the one whose ARN matches furthest.
fn nearest(statements: &[StatementExplanation]) -> Option<usize> {
    let allows = statements
        .iter()
        .filter(|statement| statement.effect() == Effect::Allow);
    let nearest = allows.min_by_key(|statement| statement.distance());
    nearest.map(StatementExplanation::index)
}

fn reason(
    verdict: Verdict,
    told: Option<&StatementExplanation>,
    statements: &[StatementExplanation],
) -> String {
    match (verdict, told) {
        (Verdict::Allow, Some(statement)) => {
            let reason = format!("{} allows it", statement.title());
            let mut silent = statements.iter().filter_map(|statement| {
                let remark = statement.denies_nothing_by()?;
                Some((statement.title(), remark))
            });
            match silent.next() {
                Some((title, remark)) => format!("{reason}; {title} denies nothing: {remark}"),
                None => reason,
            }
        }
        (Verdict::ExplicitDeny, Some(statement)) => {
            format!("{} denies it: {}", statement.title(), statement.hit())
        }
        (_, Some(statement)) => format!(
            "no statement allows it; {} comes nearest: {}",
            statement.title(),
            statement.first_miss().unwrap_or_default()
        ),
        (_, None) => "no statement allows anything".to_owned(),
    }
}

/// Serializes a verdict or an effect by its name.
fn name<T: std::fmt::Debug, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}"))
}
