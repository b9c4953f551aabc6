//! Lints the values of conditions.

use super::{Findings, LintCode, LintOptions, addresses, finding::shown, place::Value, variables};
use crate::condition::{AddressRange, Comparison, Operand, read_as_year};

pub(super) fn lint(
    value: &Value<'_>,
    has_variables: bool,
    options: &LintOptions,
    findings: &mut Findings,
) {
    let comparison = value.place.condition.operator.comparison;
    match comparison {
        Comparison::StringEquals { .. } | Comparison::StringEqualsIgnoreCase { .. } => {
            variables::lint(value.text, has_variables, options, value, findings);
            wildcard(value, has_variables, findings);
            vpc(value, findings);
        }
        Comparison::StringLike { .. } => {
            variables::lint(value.text, has_variables, options, value, findings);
            vpc(value, findings);
        }
        Comparison::Arn { .. } => {
            variables::lint(value.text, has_variables, options, value, findings);
            arn(value, findings);
        }
        Comparison::IpAddress { .. } => match AddressRange::parse(value.text) {
            Some(range) => addresses::lint_range(value, &range, findings),
            None => unusable(value, comparison, findings),
        },
        Comparison::Date(_) => {
            unusable(value, comparison, findings);
            date(value, findings);
        }
        Comparison::Numeric(_)
            if value
                .place
                .condition
                .key
                .eq_ignore_ascii_case("aws:EpochTime") =>
        {
            unusable(value, comparison, findings);
            date(value, findings);
        }
        Comparison::Numeric(_) | Comparison::Bool | Comparison::Binary | Comparison::Null => {
            unusable(value, comparison, findings);
        }
    }
}

/// Finds wildcards under operators without wildcards. A `?` is fine in a URL.
fn wildcard(value: &Value<'_>, has_variables: bool, findings: &mut Findings) {
    let mut plain = value.text.to_owned();
    if has_variables {
        plain = plain.replace("${*}", "").replace("${?}", "");
    }
    let may_be_url = value
        .place
        .condition
        .key
        .eq_ignore_ascii_case("aws:Referer");
    if plain.contains('*') || (plain.contains('?') && !may_be_url) {
        let (text, operator) = (shown(value.text), value.place.condition.operator);
        let message =
            format!("`{text}` is compared literally: `{operator}` does not support wildcards");
        findings.add(LintCode::WildcardInStringEquals, value, message);
    }
}

/// Finds values that are not ARNs. Colons inside variables do not separate the parts of an ARN.
fn arn(value: &Value<'_>, findings: &mut Findings) {
    let comparison = value.place.condition.operator.comparison;
    if Operand::new(comparison, value.text, true).is_err() {
        let message = format!(
            "`{}` is not an ARN of six parts and matches nothing",
            shown(value.text)
        );
        findings.add(LintCode::ArnValueTooShort, value, message);
    }
}

fn unusable(value: &Value<'_>, comparison: Comparison, findings: &mut Findings) {
    if let Err(expected) = Operand::new(comparison, value.text, false) {
        let operator = value.place.condition.operator;
        let text = shown(value.text);
        let message =
            format!("`{text}` is not a valid value for `{operator}`: it has to be {expected}");
        findings.add(LintCode::UnusableValue, value, message);
    }
}

/// Finds the id of a VPC under the key for VPC endpoints, and the reverse.
fn vpc(value: &Value<'_>, findings: &mut Findings) {
    let key = &value.place.condition.key;
    let other = match key.to_ascii_lowercase().as_str() {
        "aws:sourcevpc" => "vpce-",
        "aws:sourcevpce" => "vpc-",
        _ => return,
    };
    if value.text.starts_with(other) {
        let message = format!(
            "`{}` is never the value of `{}`",
            shown(value.text),
            shown(key)
        );
        findings.add(LintCode::VpcIdOfAnotherKind, value, message);
    }
}

fn date(value: &Value<'_>, findings: &mut Findings) {
    if let Some(year) = read_as_year(value.text) {
        let message = format!(
            "`{}` is read as seconds and means the year {year}",
            shown(value.text)
        );
        return findings.add(LintCode::DateInMilliseconds, value, message);
    }
    let is_digits = value.text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits && value.text.len() == 4 {
        let message = format!(
            "`{}` is not read as a year but as seconds since 1970",
            value.text
        );
        findings.add(LintCode::DateReadAsEpoch, value, message);
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::tests::condition;

    #[test]
    fn values_that_mean_something_else_are_found() {
        for (operator, key, value, code) in [
            (
                "StringEquals",
                "aws:UserAgent",
                "curl/*",
                "wildcard-in-string-equals",
            ),
            (
                "StringNotEqualsIgnoreCase",
                "aws:UserAgent",
                "curl/?",
                "wildcard-in-string-equals",
            ),
            (
                "ArnLike",
                "aws:SourceArn",
                "arn:aws:sns:topic",
                "arn-value-too-short",
            ),
            (
                "DateLessThan",
                "aws:CurrentTime",
                "2027",
                "date-read-as-epoch",
            ),
            (
                "DateLessThan",
                "aws:CurrentTime",
                "1764300000000",
                "date-in-milliseconds",
            ),
            (
                "NumericLessThan",
                "aws:EpochTime",
                "1764300000000",
                "date-in-milliseconds",
            ),
            (
                "ArnLike",
                "aws:SourceArn",
                "*:*:*:*:*:*",
                "arn-value-too-short",
            ),
            (
                "StringEquals",
                "aws:SourceVpc",
                "vpce-0123",
                "vpc-id-of-another-kind",
            ),
            (
                "StringLike",
                "aws:SourceVpce",
                "vpc-*",
                "vpc-id-of-another-kind",
            ),
        ] {
            assert_eq!(
                condition(operator, key, &format!("{value:?}")),
                [code],
                "{value}"
            );
        }
        for (operator, key, value) in [
            ("StringLike", "aws:UserAgent", "curl/*"),
            ("StringEquals", "aws:Referer", "https://example.com/?a=b"),
            ("ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*"),
            ("DateLessThan", "aws:CurrentTime", "2027-01-01"),
            ("DateLessThan", "aws:CurrentTime", "1800000000"),
            ("NumericLessThan", "aws:EpochTime", "1800000000"),
            ("StringEquals", "aws:SourceVpc", "vpc-0123"),
            ("StringLike", "aws:SourceVpce", "vpce-*"),
            ("StringLike", "aws:SourceVpce", "vp*"),
        ] {
            assert!(
                condition(operator, key, &format!("{value:?}")).is_empty(),
                "{value}"
            );
        }
    }

    #[test]
    fn values_with_the_wrong_type_are_found() {
        for (operator, key, value) in [
            ("IpAddress", "aws:SourceIp", "203.0.113.*"),
            ("NotIpAddress", "aws:SourceIp", "203.0.113.0/33"),
            ("DateLessThan", "aws:CurrentTime", "tomorrow"),
            ("NumericEquals", "aws:EpochTime", "many"),
            ("Bool", "aws:SecureTransport", "yes"),
            ("Null", "aws:Referer", "maybe"),
        ] {
            let found = condition(operator, key, &format!("{value:?}"));
            assert_eq!(found, ["unusable-value"], "{value}");
        }
    }
}
