//! Explains why one condition holds or does not hold.

use serde::Serialize;

use super::comparison::{self, may_show};
use crate::{
    condition::{Comparison, Condition, Operator, Outcome, Quantifier, Test},
    effect::Effect,
    evaluation::EvaluationRequest,
    keys::{KeyValue, Resolved},
    lint::nearest_key,
    one_line::OneLine,
};

/// The explanation of one condition: the operator, the key, the request's values and the policy's values.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionExplanation {
    operator: String,
    key: String,
    holds: bool,
    /// `None` if the request does not have the key.
    seen: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
    wanted: Vec<String>,
    rule: String,
}

/// In the place of a client's values.
const NOT_SHOWN: &str = "(not shown)";

fn shown(key: &str, value: &KeyValue<'_>, request: &EvaluationRequest<'_>) -> Vec<String> {
    if matches!(value, KeyValue::Unknown(_)) {
        return Vec::new();
    }
    if may_show(key, request) {
        texts(value)
    } else {
        vec![NOT_SHOWN.to_owned()]
    }
}

impl ConditionExplanation {
    pub(super) fn new(
        condition: &Condition,
        test: &Test,
        effect: Effect,
        variables: bool,
        request: &EvaluationRequest<'_>,
    ) -> Self {
        let outcome = test.outcome(request.keys);
        let value = request.keys.get(&condition.key().to_ascii_lowercase());
        let mut rule = rule(condition, outcome, value.as_ref());
        if let Some(remark) = remark(condition, outcome, value.as_ref(), variables, request) {
            rule = format!("{rule}; {remark}");
        }
        Self {
            operator: condition.operator().to_string(),
            key: condition.key().to_owned(),
            holds: outcome.holds(effect),
            seen: value
                .as_ref()
                .map(|value| shown(condition.key(), value, request))
                .filter(|texts| !texts.is_empty()),
            unknown: value.as_ref().and_then(|value| match value {
                KeyValue::Unknown(reason) => Some((*reason).to_owned()),
                _ => None,
            }),
            wanted: condition.values().to_vec(),
            rule,
        }
    }

    /// The operator's name.
    #[must_use]
    pub fn operator(&self) -> &str {
        &self.operator
    }

    /// The key, as the policy spells it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the condition holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.holds
    }

    /// The request's values of the key. `None` if it has none.
    #[must_use]
    pub fn seen(&self) -> Option<&[String]> {
        self.seen.as_deref()
    }

    /// Why the request's value is unknown. `None` if the value is known, or if the request has none.
    #[must_use]
    pub fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }

    /// The policy's values.
    #[must_use]
    pub fn wanted(&self) -> &[String] {
        &self.wanted
    }

    /// The rule that decided, as text.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Whether it holds, without the policy's values and the rule, which may be long.
    pub(super) fn brief(&self) -> String {
        let (operator, key) = (&self.operator, &self.key);
        let holds = if self.holds { "holds" } else { "does not hold" };
        let seen = match (self.seen.as_deref(), &self.unknown) {
            (_, Some(_)) => ", because the request's value is unknown".to_owned(),
            (None, None) => ", and the request has no such value".to_owned(),
            (Some([only]), None) if only == NOT_SHOWN => String::new(),
            (Some(seen), None) => format!(", and the request's value is {}", quoted(seen)),
        };
        format!("the condition `{operator}` on `{key}` {holds}{seen}")
    }

    pub(super) fn sentence(&self) -> String {
        let seen = match (&self.seen, &self.unknown) {
            (Some(seen), _) => quoted(seen),
            (None, Some(reason)) => format!("unknown ({reason})"),
            (None, None) => match nearest_key(&self.key) {
                Some(meant) => format!("absent (API Gateway's key is `{meant}`)"),
                None => "absent".to_owned(),
            },
        };
        let holds = if self.holds { "holds" } else { "does not hold" };
        let sentence = format!(
            "`{}` of `{}` {holds}: the request's value is {seen}, the policy's {}; {}",
            self.operator,
            self.key,
            quoted(&self.wanted),
            self.rule
        );
        OneLine(sentence).to_string()
    }
}

fn texts(value: &KeyValue<'_>) -> Vec<String> {
    match value {
        KeyValue::List(texts) => texts.to_vec(),
        value => {
            let mut text = Resolved::new();
            let found = value.append_to(&mut text);
            let text = found.map(|()| String::from_utf8_lossy(&text).into_owned());
            text.into_iter().collect()
        }
    }
}

fn quoted(texts: &[String]) -> String {
    match texts {
        [] => "none".to_owned(),
        texts => {
            let quoted: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
            quoted.join(", ")
        }
    }
}

/// A remark about the values, if the request's were compared with the policy's.
fn remark(
    condition: &Condition,
    outcome: Outcome,
    value: Option<&KeyValue<'_>>,
    variables: bool,
    request: &EvaluationRequest<'_>,
) -> Option<String> {
    let value = value.filter(|value| !matches!(value, KeyValue::Unknown(_)))?;
    let found = texts(value);
    let negated = condition.operator().comparison.is_negated();
    let mismatch = || comparison::of_mismatch(condition, &found, variables, request);
    match outcome {
        Outcome::Compared(holds) if holds != negated => comparison::reading(condition),
        Outcome::Compared(_) | Outcome::Undefined | Outcome::Unknown => {
            mismatch().or_else(|| comparison::reading(condition))
        }
        Outcome::Absent(_) | Outcome::NoValues(_) => None,
    }
}

const UNDEFINED: &str = "IAM does not define this, so it holds in a `Deny` and not in an `Allow`";

fn rule(condition: &Condition, outcome: Outcome, value: Option<&KeyValue<'_>>) -> String {
    let operator = condition.operator();
    let is_list = matches!(value, Some(KeyValue::List([_, ..])));
    let asks_for_presence = operator.comparison == Comparison::Null;
    if is_list && operator.quantifier.is_none() && !asks_for_presence {
        let key = condition.key();
        let list = format!(
            "`{key}` has a list of values, and `{operator}` compares a single value: for a list, write \
             `ForAnyValue:{operator}` or `ForAllValues:{operator}`"
        );
        return match outcome {
            Outcome::Undefined => format!("{UNDEFINED}; {list}"),
            _ => list,
        };
    }
    general_rule(operator, outcome).to_owned()
}

fn general_rule(operator: Operator, outcome: Outcome) -> &'static str {
    let negated = operator.comparison.is_negated();
    match (outcome, operator.quantifier) {
        (Outcome::Undefined, _) => UNDEFINED,
        (Outcome::Unknown, _) => {
            "a condition on an unknown value holds in a `Deny` and not in an `Allow`"
        }
        (Outcome::NoValues(true), _) => "`ForAllValues` holds if the request has only empty values",
        (Outcome::NoValues(false), _) => {
            "`ForAnyValue` needs a value, and an empty text does not count as one"
        }
        (Outcome::Absent(_) | Outcome::Compared(_), _)
            if operator.comparison == Comparison::Null =>
        {
            "`Null` asks whether the key is absent"
        }
        (Outcome::Absent(_), _) if operator.if_exists => {
            "with `IfExists`, a condition on an absent key holds"
        }
        (Outcome::Absent(_), Some(Quantifier::ForAllValues)) => {
            "`ForAllValues` holds if there is no value"
        }
        (Outcome::Absent(_), Some(Quantifier::ForAnyValue)) => "`ForAnyValue` needs a value",
        (Outcome::Absent(_), None) if negated => "a negated operator holds for an absent key",
        (Outcome::Absent(_), None) => "an absent key matches nothing",
        (Outcome::Compared(_), Some(Quantifier::ForAllValues)) => {
            "every value of the request has to satisfy the operator"
        }
        (Outcome::Compared(_), Some(Quantifier::ForAnyValue)) => {
            "one value of the request has to satisfy the operator"
        }
        (Outcome::Compared(_), None) if negated => "none of the policy's values may match",
        (Outcome::Compared(_), None) => "one of the policy's values has to match",
    }
}
