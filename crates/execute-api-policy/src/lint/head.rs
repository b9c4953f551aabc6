//! Lints the partition, service, region and account of an ARN.

use super::{
    Findings, LintCode, LintOptions,
    finding::{Entry, shown},
    undefined::is_undefined,
};
use crate::pattern::{Wildcard, split_arn};

const PARTITIONS: [&str; 9] = [
    "aws",
    "aws-cn",
    "aws-us-gov",
    "aws-eusc",
    "aws-iso",
    "aws-iso-b",
    "aws-iso-e",
    "aws-iso-f",
    "aws-iso-g",
];

/// The partitions whose regions have their own name prefix.
const PARTITION_OF_REGIONS: [(&str, &str); 7] = [
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("eusc-", "aws-eusc"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
];

/// The account in the method ARNs of serverless-offline, which authorizers copy into their policies.
const OF_SERVERLESS_OFFLINE: &str = "random-account-id";

/// Lints the head of an ARN, which has fewer than four parts if the ARN is short.
pub(super) fn lint(
    head: &[&str],
    entry: &Entry<'_>,
    options: &LintOptions,
    findings: &mut Findings,
) {
    let mut add = |code, message: String| findings.add(code, entry, message);
    let (partition, service, region, account) =
        (head.first(), head.get(1), head.get(2), head.get(3));
    if let Some(partition) = partition.filter(|partition| !may_be_one_of(partition, &PARTITIONS)) {
        let message = format!("`{}` is not a partition of AWS", shown(partition));
        add(LintCode::ResourceUnknownPartition, message);
    }
    if let Some(service) = service {
        if let Some((code, message)) = of_service(service) {
            add(code, message);
        }
    }
    for (what, part) in [("region", region), ("account", account)] {
        if part.is_some_and(|part| part.is_empty()) {
            let text = shown(entry.text);
            let message = format!("the {what} of `{text}` is empty, so no request has this ARN");
            add(LintCode::ResourceEmptyPart, message);
        }
    }
    // The parts of the API in the options are right in any form.
    let api = options.api.as_deref().and_then(split_arn);
    let is_of_api = |part: &str| api.is_some_and(|(head, _)| head.contains(&part));
    let judged = |part: Option<&&'_ str>| -> Option<String> {
        let part =
            part.filter(|part| !part.is_empty() && !is_of_api(part) && !is_undefined(part))?;
        Some((*part).to_owned())
    };
    if let Some(region) = judged(region) {
        if let Some((code, message)) = of_region(&region, partition) {
            add(code, message);
        }
    }
    if let Some(account) = judged(account).filter(|account| !may_be_account(account)) {
        let message = format!(
            "`{}` does not have the 12 digits of an account id",
            shown(&account)
        );
        add(LintCode::ResourceMalformedAccount, message);
    }
}

fn of_service(service: &str) -> Option<(LintCode, String)> {
    let text = shown(service);
    if !may_be_execute_api(service) {
        let message = format!("the service is `{text}`, so no request has this ARN");
        return Some((LintCode::ResourceOfAnotherService, message));
    }
    service.contains(['*', '?']).then(|| {
        let message = format!("the service is `{text}`, and IAM does not accept a wildcard there");
        (LintCode::ResourceWildcardInService, message)
    })
}

fn of_region(region: &str, partition: Option<&&str>) -> Option<(LintCode, String)> {
    if !may_be_region(region) {
        let message = format!("`{}` does not look like a region", shown(region));
        return Some((LintCode::ResourceMalformedRegion, message));
    }
    let partition = partition?;
    let expected = contradiction(partition, region)?;
    let message =
        format!("the region `{region}` is in the partition `{expected}`, not in `{partition}`");
    Some((LintCode::PartitionContradictsRegion, message))
}

pub(super) fn may_be_execute_api(service: &str) -> bool {
    may_be_one_of(service, &["execute-api"])
}

fn may_be_one_of(pattern: &str, texts: &[&str]) -> bool {
    let pattern = Wildcard::new(pattern);
    texts.iter().any(|text| pattern.matches(text))
}

/// Whether the text consists of words and a number with hyphens between, as in `eu-west-1` and `us-gov-west-1`. For a
/// pattern, only the characters can be checked.
fn may_be_region(region: &str) -> bool {
    if region.contains(['*', '?']) {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-*?".contains(c);
        return region.chars().all(fits);
    }
    let is_word =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let words = region.rsplit_once('-');
    words.is_some_and(|(words, number)| {
        is_number(number) && words.contains('-') && words.split('-').all(is_word)
    })
}

fn may_be_account(account: &str) -> bool {
    const DIGITS: usize = 12;
    if account == OF_SERVERLESS_OFFLINE {
        return true;
    }
    let fits = |c: char| c.is_ascii_digit() || matches!(c, '*' | '?');
    let count = account.chars().filter(|c| *c != '*').count();
    let is_open = account.contains('*');
    account.chars().all(fits) && (count == DIGITS || (is_open && count < DIGITS))
}

/// The partition of the region, if the ARN has a different one.
fn contradiction(partition: &str, region: &str) -> Option<&'static str> {
    let own = PARTITION_OF_REGIONS
        .iter()
        .find(|(start, _)| region.starts_with(start));
    let expected = match own {
        Some((_, partition)) => partition,
        // `us-*` may match regions of several partitions.
        None if region.contains(['*', '?']) => return None,
        None => "aws",
    };
    let differs =
        !Wildcard::new(partition).matches(expected) && may_be_one_of(partition, &PARTITIONS);
    differs.then_some(expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        document::{PolicyDocument, Statement},
        effect::Effect,
        lint::tests::resource,
    };

    fn found(head: &str) -> Vec<&'static str> {
        resource(&format!("arn:{head}:abc/prod/GET/pets"))
    }

    #[test]
    fn malformed_regions_and_accounts_are_found() {
        for region in [
            "region",
            "EU-WEST-2",
            "eu-west-2a",
            "eu-west-",
            "west",
            "us_east_1",
            "{region}",
            "eu-*A",
        ] {
            let found = found(&format!("aws:execute-api:{region}:123456789012"));
            assert_eq!(found, ["resource-malformed-region"], "{region}");
        }
        for region in [
            "eu-west-2",
            "us-east-1",
            "ap-southeast-5",
            "eu-*",
            "*",
            "us-east-?",
            "??-west-1",
        ] {
            let found = found(&format!("aws:execute-api:{region}:123456789012"));
            assert!(found.is_empty(), "{region}: {found:?}");
        }
        for account in [
            "22223333",
            "account-id",
            "1234567890123",
            "123456789012*3",
            "1234-5678-9012",
            "????",
        ] {
            let found = found(&format!("aws:execute-api:eu-west-2:{account}"));
            assert_eq!(found, ["resource-malformed-account"], "{account}");
        }
        for account in [
            "123456789012",
            "*",
            "1234*",
            "12345678901*2",
            "random-account-id",
            "????????????",
            "000000000000",
        ] {
            let found = found(&format!("aws:execute-api:eu-west-2:{account}"));
            assert!(found.is_empty(), "{account}: {found:?}");
        }
    }

    #[test]
    fn a_region_in_another_partition_is_found() {
        for (partition, region) in [
            ("aws", "us-gov-west-1"),
            ("aws", "us-gov-*"),
            ("aws", "cn-north-1"),
            ("aws-cn", "eu-west-1"),
            ("aws-us-gov", "us-east-1"),
            ("aws-iso", "us-isob-east-1"),
        ] {
            let found = found(&format!("{partition}:execute-api:{region}:*"));
            assert_eq!(
                found,
                ["partition-contradicts-region"],
                "{partition} {region}"
            );
        }
        for (partition, region) in [
            ("aws", "us-east-1"),
            ("aws", "us-*"),
            ("aws-us-gov", "us-*"),
            ("aws-us-gov", "us-gov-west-1"),
            ("aws-cn", "cn-*"),
            ("*", "cn-north-1"),
            ("aws*", "us-gov-west-1"),
            ("aws", "*"),
        ] {
            let found = found(&format!("{partition}:execute-api:{region}:*"));
            assert!(found.is_empty(), "{partition} {region}: {found:?}");
        }
    }

    #[test]
    fn a_wildcard_in_the_service_is_found() {
        assert_eq!(found("aws:*:eu-west-1:*"), ["resource-wildcard-in-service"]);
        assert_eq!(
            found("aws:execute-*:eu-west-1:*"),
            ["resource-wildcard-in-service"]
        );
        assert_eq!(
            found("aws:s3*:eu-west-1:*"),
            ["resource-of-another-service"]
        );
    }

    #[test]
    fn the_parts_of_the_api_itself_are_right() {
        let arn = "arn:aws:execute-api:local:acme:abc/dev/GET/pets";
        let policy = PolicyDocument::new([Statement::invoke(Effect::Allow, [arn])]);
        let options = LintOptions::new().caching(false);
        assert_eq!(policy.lint_with(&options).len(), 2);
        assert!(policy.lint_with(&options.api(arn)).is_empty());
    }
}
