//! Remarks about the compared values, such as a text that is not a number or a variable without a value.

use crate::{
    condition::{AddressRange, Comparison, Condition, Operand, misfit, read_as_year},
    evaluation::EvaluationRequest,
    pattern::{Wildcard, variables},
};

/// Keys whose values no client can choose.
const OF_THE_GATEWAY: [&str; 4] = [
    "aws:SourceIp",
    "aws:SecureTransport",
    "aws:CurrentTime",
    "aws:EpochTime",
];

/// Whether an explanation may show the values of a key.
pub(super) fn may_show(key: &str, request: &EvaluationRequest<'_>) -> bool {
    let mut of_the_gateway = OF_THE_GATEWAY.iter();
    request.shows_clients_values || of_the_gateway.any(|known| known.eq_ignore_ascii_case(key))
}

/// Explains a mismatch beyond the operator's own rule.
pub(super) fn of_mismatch(
    condition: &Condition,
    found: &[String],
    has_variables: bool,
    request: &EvaluationRequest<'_>,
) -> Option<String> {
    let of_request = found
        .iter()
        .find_map(|text| of_request(condition, text, request));
    let mut wanted = condition.values().iter();
    of_request
        .or_else(|| wanted.find_map(|text| of_policy(condition, text, has_variables, request)))
        .or_else(|| of_both(condition, found))
}

/// A difference between the two values that is easy to overlook.
fn of_both(condition: &Condition, found: &[String]) -> Option<String> {
    const MAX: usize = 100;
    let any = |is_slip: fn(&str, &str) -> bool| {
        let mut wanted = condition.values().iter().take(MAX);
        wanted.any(|wanted| {
            let mut found = found.iter().take(MAX);
            found.any(|found| wanted != found && is_slip(wanted, found))
        })
    };
    let slip = match condition.operator().comparison {
        Comparison::StringEquals { .. } | Comparison::StringLike { .. }
            if any(str::eq_ignore_ascii_case) =>
        {
            "case matters"
        }
        Comparison::StringEquals { .. }
        | Comparison::StringEqualsIgnoreCase { .. }
        | Comparison::StringLike { .. }
            if any(|wanted, found| wanted.trim() == found.trim()) =>
        {
            "a space at the beginning or the end matters"
        }
        Comparison::StringEquals { .. }
            if any(|wanted, found| Wildcard::new(wanted).matches(found)) =>
        {
            "the policy's wildcard is plain text here: only `StringLike` and `StringNotLike` support wildcards"
        }
        Comparison::IpAddress { .. } if !any(is_same_family) => {
            "an IPv4 address is never in an IPv6 range, nor an IPv6 address in an IPv4 range"
        }
        _ => return None,
    };
    Some(slip.to_owned())
}

fn is_same_family(range: &str, address: &str) -> bool {
    let is_ipv4 = |text| AddressRange::parse(text).map(|range| range.is_ipv4());
    is_ipv4(range) == is_ipv4(address)
}

/// How a value of the policy was read, if its author probably meant something else.
pub(super) fn reading(condition: &Condition) -> Option<String> {
    let Comparison::Date(_) = condition.operator().comparison else {
        return None;
    };
    let mut values = condition.values().iter();
    values.find_map(|text| {
        let year = read_as_year(text)?;
        Some(format!(
            "the policy's `{text}` is read as seconds and means the year {year}; if milliseconds were meant, write seconds"
        ))
    })
}

fn of_request(
    condition: &Condition,
    text: &str,
    request: &EvaluationRequest<'_>,
) -> Option<String> {
    let kind = misfit(condition.operator().comparison, text)?;
    Some(if may_show(condition.key(), request) {
        format!("the request's `{text}` is not {kind}, so it matches nothing")
    } else {
        format!("the request's value is not {kind}, so it matches nothing")
    })
}

fn of_policy(
    condition: &Condition,
    text: &str,
    has_variables: bool,
    request: &EvaluationRequest<'_>,
) -> Option<String> {
    let comparison = condition.operator().comparison;
    if Operand::new(comparison, text, has_variables).is_err() {
        return Some(format!(
            "the policy's `{text}` is not a valid value for this operator, so nothing matches it"
        ));
    }
    match comparison {
        Comparison::StringEquals { .. }
        | Comparison::StringEqualsIgnoreCase { .. }
        | Comparison::StringLike { .. }
        | Comparison::Arn { .. } => variable(text, has_variables, request),
        _ => None,
    }
}

/// The value of the first variable of a text, or the first variable without a value.
pub(super) fn variable(
    text: &str,
    has_variables: bool,
    request: &EvaluationRequest<'_>,
) -> Option<String> {
    let variables = variables(text);
    let (first, _) = variables.first()?;
    if !has_variables {
        return Some(format!(
            "`{first}` is plain text here: it is a variable only in a policy whose `Version` is `2012-10-17`"
        ));
    }
    let mut unknown = variables.iter();
    if let Some((written, _)) = unknown.find(|(_, variable)| variable.is_unknown(request.keys)) {
        return Some(format!("the value of `{written}` is unknown here"));
    }
    let mut valued = variables
        .iter()
        .map(|(written, variable)| (written, variable, variable.value(request.keys)));
    if let Some((written, ..)) = valued.clone().find(|(.., value)| value.is_none()) {
        return Some(format!(
            "`{written}` has no value here, so nothing matches it"
        ));
    }
    let (written, variable, value) = valued.next()?;
    let value = value.filter(|_| may_show(variable.key(), request))?;
    Some(format!("`{written}` stands for `{value}`"))
}
