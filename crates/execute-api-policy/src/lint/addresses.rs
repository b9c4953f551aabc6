//! Lints the addresses of a condition, as single ranges and as a list.

use super::{
    Findings, LintCode, LintOptions,
    finding::shown,
    place::{Place, Value},
};
use crate::{
    condition::{AddressRange, Comparison},
    effect::Effect,
};

/// Networks that are not part of the public internet.
const PRIVATE: [&str; 9] = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

/// Finds a list of IPv4 addresses that a client can evade by using IPv6: a list of clients to deny, or a list that
/// means "everybody". A list of clients to allow rejects a client with IPv6. That is safe, but with a dual-stack endpoint
/// the client's network decides whether it gets access.
pub(super) fn lint(place: &Place<'_>, options: &LintOptions, findings: &mut Findings) {
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
    let (code, message) = if ranges.iter().any(AddressRange::is_everything) {
        (
            LintCode::Ipv4Only,
            "`0.0.0.0/0` contains every IPv4 address but no IPv6 address",
        )
    } else if keeps_out {
        (
            LintCode::Ipv4Only,
            "a client that uses IPv6 is not on this list, so the list does not exclude it",
        )
    } else if options.dual_stack {
        (
            LintCode::Ipv6Refused,
            "a client that uses IPv6 is not on this list, so it is refused",
        )
    } else {
        return;
    };
    findings.add(code, place, message);
}

pub(super) fn lint_range(value: &Value<'_>, range: &AddressRange, findings: &mut Findings) {
    let text = shown(value.text);
    if range.has_host_bits() {
        let message = format!("`{text}` has bits set after its mask");
        findings.add(LintCode::HostBits, value, message);
    }
    let of_caller = value
        .place
        .condition
        .key
        .eq_ignore_ascii_case("aws:SourceIp");
    if of_caller && is_private(range) {
        let message = format!("`{text}` is private, but `aws:SourceIp` contains public addresses");
        findings.add(LintCode::PrivateSourceAddress, value, message);
    }
}

fn is_private(range: &AddressRange) -> bool {
    let mut networks = PRIVATE.into_iter().filter_map(AddressRange::parse);
    networks.any(|network| network.covers(range))
}

#[cfg(test)]
mod tests {
    use crate::{
        LintOptions, PolicyDocument,
        lint::tests::{condition, statement},
    };

    #[test]
    fn a_list_that_ipv6_clients_evade_is_found() {
        const BOTH: &str = r#"["203.0.113.0/24", "2001:db8::/32"]"#;
        for (effect, operator, values, code) in [
            ("Allow", "IpAddress", r#""0.0.0.0/0""#, "ipv4-only"),
            ("Allow", "IpAddress", r#"["0.0.0.0/0", "::/0"]"#, ""),
            ("Allow", "IpAddress", r#""203.0.113.0/24""#, "ipv6-refused"),
            (
                "Deny",
                "NotIpAddress",
                r#""203.0.113.0/24""#,
                "ipv6-refused",
            ),
            ("Deny", "IpAddress", r#""203.0.113.0/24""#, "ipv4-only"),
            ("Allow", "NotIpAddress", r#""203.0.113.0/24""#, "ipv4-only"),
            ("Allow", "IpAddress", r#""2001:db8::/32""#, ""),
            ("Deny", "IpAddress", BOTH, ""),
            ("Allow", "IpAddress", BOTH, ""),
            ("Deny", "NotIpAddress", BOTH, ""),
        ] {
            let members = format!(
                r#""Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"aws:SourceIp": {values}}}}}"#
            );
            let policy = statement(&members).replace("Allow", effect);
            let policy = PolicyDocument::from_json(policy.as_bytes()).unwrap();
            let found = |dual_stack| {
                let options = LintOptions::new().dual_stack(dual_stack);
                let findings = policy.lint_with(&options).into_iter();
                findings
                    .map(|found| found.code().as_str())
                    .collect::<String>()
            };
            let case = format!("{effect} {operator} {values}");
            assert_eq!(found(true), code, "{case}");
            let by_default = if code == "ipv6-refused" { "" } else { code };
            assert_eq!(found(false), by_default, "{case}");
        }
    }

    #[test]
    fn addresses_that_no_client_has_are_found() {
        for (key, value, codes) in [
            ("aws:SourceIp", "203.0.113.7/24", &["host-bits"][..]),
            ("aws:SourceIp", "10.1.0.0/16", &["private-source-address"]),
            ("aws:SourceIp", "192.168.0.1", &["private-source-address"]),
            ("aws:SourceIp", "fd00::/8", &["private-source-address"]),
            (
                "aws:SourceIp",
                "10.1.2.3/8",
                &["host-bits", "private-source-address"],
            ),
            ("aws:SourceIp", "203.0.113.0/24", &[]),
            ("aws:SourceIp", "203.0.113.7", &[]),
            ("aws:SourceIp", "0.0.0.0/0", &["ipv4-only"]),
            ("aws:SourceIp", "8.0.0.0/5", &[]),
            ("aws:VpcSourceIp", "10.1.0.0/16", &[]),
        ] {
            assert_eq!(
                condition("IpAddress", key, &format!("{value:?}")),
                codes,
                "{value}"
            );
        }
    }
}
