//! Lints the operators and keys of `Condition`.

use super::{
    Findings, LintCode, LintOptions, addresses,
    keys::{Key, is_certain, nearest_key},
    place::{Place, Value},
    values,
};
use crate::{
    condition::{Comparison, Quantifier},
    document::Statement,
};

/// Finds a `Condition` without operators, or an operator without keys.
pub(super) fn lint_empty(index: usize, statement: &Statement, findings: &mut Findings) {
    let Some(operators) = &statement.empty_condition else {
        return;
    };
    let mut add = |place: String| {
        let message = "there is no key, so this does not restrict the statement";
        findings.add(LintCode::EmptyCondition, place, message);
    };
    if operators.is_empty() {
        add(format!("Statement[{index}].Condition"));
    }
    for operator in operators {
        add(format!("Statement[{index}].Condition.{operator}"));
    }
}

pub(super) fn lint(
    place: &Place<'_>,
    has_variables: bool,
    options: &LintOptions,
    findings: &mut Findings,
) {
    let key = Key::new(&place.condition.key, options);
    lint_key(place, key, findings);
    lint_operator(place, key, findings);
    lint_number_of_values(place, findings);
    addresses::lint(place, options, findings);
    for (index, value) in place.condition.values.iter().enumerate() {
        let value = Value {
            place,
            index,
            text: value,
        };
        values::lint(&value, has_variables, options, findings);
    }
}

fn lint_key(place: &Place<'_>, key: Key, findings: &mut Findings) {
    let name = &place.key;
    match key {
        Key::OfGateway(_) | Key::OfApplication => {}
        Key::IamOnly => {
            let message = format!("`{name}` has a value only in requests signed for IAM");
            findings.add(LintCode::IamOnlyConditionKey, place, message);
        }
        Key::Unknown => {
            let meant = match nearest_key(&place.condition.key) {
                Some(meant) => format!(" (did you mean `{meant}`?)"),
                None => String::new(),
            };
            let message = format!("API Gateway has no condition key `{name}`{meant}");
            findings.add(LintCode::UnknownConditionKey, place, message);
        }
    }
}

fn lint_operator(place: &Place<'_>, key: Key, findings: &mut Findings) {
    let (operator, name) = (place.condition.operator, &place.key);
    let is_null = operator.comparison == Comparison::Null;
    match operator.quantifier {
        Some(_) if is_null => {
            let holds = match operator.quantifier {
                Some(Quantifier::ForAllValues) => "always holds",
                _ => "never holds",
            };
            let message = format!("`{operator}` {holds}");
            findings.add(LintCode::NullWithSetOperator, place, message);
        }
        Some(_) if matches!(key, Key::OfGateway(_)) => {
            let message = format!(
                "`{name}` has a single value, but `{operator}` is for keys with several values"
            );
            findings.add(LintCode::SetOperatorOnSingleValue, place, message);
        }
        _ => {}
    }
    if is_null && is_certain(&place.condition.key) {
        let message = format!("every request has `{name}`");
        findings.add(LintCode::NullOnCertainKey, place, message);
    }
    if let Key::OfGateway(kind) = key {
        if !kind.is_compared_by(operator.comparison) {
            let what = kind.with_article();
            let message =
                format!("`{name}` is {what}, but `{operator}` does not compare that type");
            findings.add(LintCode::OperatorUnfitForKey, place, message);
        }
    }
}

fn lint_number_of_values(place: &Place<'_>, findings: &mut Findings) {
    let (operator, values) = (place.condition.operator, &place.condition.values);
    match (operator.comparison, values.len()) {
        (_, 0) => {
            let message = "the list of values is empty, so there is nothing to compare with";
            findings.add(LintCode::EmptyValues, place, message);
        }
        (Comparison::Bool | Comparison::Null, 2..) => {
            let count = values.len();
            let message = format!("`{operator}` has {count} values but needs only one");
            findings.add(LintCode::SeveralTruthValues, place, message);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::{codes, condition, messages, statement};

    #[test]
    fn ordinary_conditions_are_clean() {
        for (operator, key, values) in [
            (
                "IpAddress",
                "aws:SourceIp",
                r#"["203.0.113.0/24", "2001:db8::/32"]"#,
            ),
            ("NotIpAddress", "AWS:sourceip", r#"["0.0.0.0/0", "::/0"]"#),
            ("IpAddress", "aws:SourceIp", r#""203.0.113.0/24""#),
            ("IpAddressIfExists", "aws:VpcSourceIp", r#""10.0.0.0/8""#),
            (
                "DateLessThan",
                "aws:CurrentTime",
                r#""2027-01-01T00:00:00Z""#,
            ),
            ("NumericGreaterThan", "aws:EpochTime", "1700000000"),
            ("Bool", "aws:SecureTransport", "true"),
            ("StringLike", "aws:UserAgent", r#""*Firefox*""#),
            ("StringEquals", "aws:SourceVpce", r#""vpce-1a2b3c4d""#),
            ("ArnLike", "aws:SourceArn", r#""arn:aws:sns:*:*:topic""#),
            ("Null", "aws:Referer", "true"),
        ] {
            let found = condition(operator, key, values);
            assert!(found.is_empty(), "{operator} {key}: {found:?}");
        }
    }

    #[test]
    fn operators_for_another_type_than_the_key_has_are_found() {
        for (operator, key, values, code) in [
            (
                "StringEquals",
                "aws:Colour",
                r#""red""#,
                "unknown-condition-key",
            ),
            (
                "StringEquals",
                "SourceIp",
                r#""a""#,
                "unknown-condition-key",
            ),
            (
                "StringEquals",
                "aws:username",
                r#""ann""#,
                "iam-only-condition-key",
            ),
            (
                "StringEquals",
                "aws:PrincipalTag/team",
                r#""zoo""#,
                "iam-only-condition-key",
            ),
            (
                "ForAllValues:StringEquals",
                "aws:Referer",
                r#""a""#,
                "set-operator-on-single-value",
            ),
            (
                "ForAnyValue:IpAddress",
                "aws:SourceIp",
                r#""203.0.113.0/24""#,
                "set-operator-on-single-value",
            ),
            (
                "ForAllValues:Null",
                "aws:Referer",
                "true",
                "null-with-set-operator",
            ),
            (
                "ForAnyValue:Null",
                "aws:Referer",
                "true",
                "null-with-set-operator",
            ),
            ("Null", "aws:CurrentTime", "true", "null-on-certain-key"),
            (
                "StringEquals",
                "aws:SourceIp",
                r#""203.0.113.7""#,
                "operator-unfit-for-key",
            ),
            (
                "IpAddress",
                "aws:Referer",
                r#""203.0.113.7""#,
                "operator-unfit-for-key",
            ),
            (
                "NumericLessThan",
                "aws:CurrentTime",
                "5",
                "operator-unfit-for-key",
            ),
            (
                "BinaryEquals",
                "aws:UserAgent",
                r#""QQ==""#,
                "operator-unfit-for-key",
            ),
            (
                "Bool",
                "aws:SecureTransport",
                "[true, false]",
                "several-truth-values",
            ),
            (
                "Null",
                "aws:Referer",
                "[true, false]",
                "several-truth-values",
            ),
            ("StringEquals", "aws:Referer", "[]", "empty-values"),
        ] {
            assert_eq!(condition(operator, key, values), [code], "{operator} {key}");
        }
    }

    #[test]
    fn the_message_names_the_key_that_was_probably_meant() {
        let message = |key: &str| {
            messages(&statement(&format!(
                r#""Action": "*", "Resource": "*", "Condition": {{"IpAddress": {{"{key}": "203.0.113.0/24"}}}}"#
            )))
        };
        assert_eq!(
            message("aws:SourceIP-Address"),
            ["API Gateway has no condition key `aws:SourceIP-Address`"]
        );
        assert_eq!(
            message("SourceIp"),
            ["API Gateway has no condition key `SourceIp` (did you mean `aws:SourceIp`?)"]
        );
    }

    #[test]
    fn conditions_without_keys_are_found() {
        let found = |condition: &str| {
            codes(&statement(&format!(
                r#""Action": "*", "Resource": "*", "Condition": {condition}"#
            )))
        };
        assert_eq!(found("{}"), ["empty-condition"]);
        assert_eq!(found(r#"{"IpAddress": {}}"#), ["empty-condition"]);
        let one_of_two = r#"{"Bool": {"aws:SecureTransport": true}, "IpAddress": {}}"#;
        assert_eq!(found(one_of_two), ["empty-condition"]);
        assert!(found(r#"{"Bool": {"aws:SecureTransport": true}}"#).is_empty());
    }
}
