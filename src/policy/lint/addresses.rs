//! The addresses of a condition, as a list.

use super::{Findings, LintCode, conditions::Place};
use crate::policy::{
    condition::{AddressRange, Comparison},
    document::Effect,
};

/// A list of IPv4 addresses that a client gets around by IPv6: one of whom to refuse, or one that says
/// "everybody". A list of whom to let in refuses such a client, which is safe.
pub(super) fn lint(place: &Place<'_>, findings: &mut Findings) {
    let condition = place.condition;
    let Comparison::IpAddress { negated } = condition.operator.comparison else {
        return;
    };
    let ranges: Option<Vec<_>> = condition
        .values
        .iter()
        .map(|text| AddressRange::parse(text))
        .collect();
    let is_of_caller = condition.key.eq_ignore_ascii_case("aws:SourceIp");
    let Some(ranges) = ranges.filter(|_| is_of_caller) else {
        return;
    };
    if ranges.is_empty() || !ranges.iter().all(AddressRange::is_ipv4) {
        return;
    }
    let keeps_out = (place.effect == Effect::Deny) != negated;
    let message = match ranges.iter().any(AddressRange::is_everything) {
        true => "`0.0.0.0/0` is every IPv4 address, and no IPv6 address",
        false if keeps_out => {
            "a client that comes by IPv6 is not on this list, and so not kept out by it"
        }
        false => return,
    };
    findings.add(LintCode::Ipv4Only, place, message);
}

#[cfg(test)]
mod tests {
    use crate::policy::lint::tests::{codes, statement};

    #[test]
    fn a_list_that_is_got_around_by_ipv6_is_found() {
        for (effect, operator, values, is_found) in [
            ("Allow", "IpAddress", r#""0.0.0.0/0""#, true),
            ("Allow", "IpAddress", r#"["0.0.0.0/0", "::/0"]"#, false),
            ("Allow", "IpAddress", r#""203.0.113.0/24""#, false),
            ("Deny", "NotIpAddress", r#""203.0.113.0/24""#, false),
            ("Deny", "IpAddress", r#""203.0.113.0/24""#, true),
            ("Allow", "NotIpAddress", r#""203.0.113.0/24""#, true),
            (
                "Deny",
                "IpAddress",
                r#"["203.0.113.0/24", "2001:db8::/32"]"#,
                false,
            ),
        ] {
            let members = format!(
                r#""Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"aws:SourceIp": {values}}}}}"#
            );
            let found = codes(&statement(&members).replace("Allow", effect));
            let expected = if is_found { &["ipv4-only"][..] } else { &[] };
            assert_eq!(found, expected, "{effect} {operator} {values}");
        }
    }
}
